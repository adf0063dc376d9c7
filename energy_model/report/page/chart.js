// A chart of the page: one call of `chart` makes its figure, its pickers, when it is drawn again, and what is said where it has nothing.
import { byId, choices, make } from "../shell/elements.js";
import { fields, state } from "../shell/state.js";
import { change } from "../shell/view.js";
import { word } from "../shell/words.js";

export const charts = {};
const pickers = {};

/**
 * Add a chart to the page.
 *
 * @param {string} name Of the chart, as `picture` and the address know it; its figure is `chart_<name>`.
 * @param {object} spec
 * @param {string} spec.section Element with `data-charts` that takes the figure.
 * @param {(at: object) => ?{traces: object[], layout: object, title: ?string, finding: ?string}} spec.draw Traces and layout of
 *   Plotly, with a title where words alone do not do and a finding where one can be computed, from the state `at`, which has what
 *   `reads` and `pickers` name and nothing else; nothing where there is nothing to show.
 * @param {string} spec.source Where its figures stand in the result folder.
 * @param {string} [spec.title] Code of the words of the title; the name of the chart.
 * @param {string[]} [spec.reads] Parts of the state, such as `place` and `week`: when one changes, the chart is drawn again.
 * @param {object} [spec.pickers] By part of the state: `options()` as pairs of code and words, `label` (code of words), `shown(at)`.
 * @param {(at: object) => boolean} [spec.there] Whether the result has what the chart shows; if not, the figure is hidden.
 * @param {string} [spec.absent] Code of the sentence for that; stands in the figure where `draw` gives nothing.
 * @param {string} [spec.after] Chart of the same section behind which it stands; else in the order of the files.
 * @param {boolean} [spec.tall] A figure of more height.
 * @param {(at: object) => number} [spec.height] Least height that its rows need [px].
 */
export function chart(name, spec) {
  charts[name] = { title: name, reads: [], pickers: {}, there: () => true, ...spec, id: `chart_${name}` };
}

export const content = (name) => {
  const spec = charts[name];
  return (isThere(spec) && spec.draw(partOfState(spec))) || { missing: word(spec.absent ?? "nothing_to_show") };
};

const isThere = (spec) => spec.there(partOfState(spec));
export const partOfState = ({ reads, pickers: own }) =>
  Object.fromEntries([...reads, ...Object.keys(own)].map((part) => [part, state[part]]));

// Each chart, then those that stand after it.
function inOrder(after) {
  const next = Object.keys(charts).filter((name) => charts[name].after === after);
  return next.flatMap((name) => [name, ...inOrder(name)]);
}

const slotOf = (spec) => document.querySelector(`[data-charts="${spec.section}"]`);

function checkPlace(name, spec) {
  if (!slotOf(spec)) throw new Error(`chart ${name}: no element has data-charts="${spec.section}"`);
  if (spec.after && charts[spec.after]?.section !== spec.section) throw new Error(`chart ${name}: no '${spec.after}' to stand after`);
}

// Make figures and pickers of all charts, once.
export function placeCharts() {
  for (const [name, spec] of Object.entries(charts)) checkPlace(name, spec);
  for (const name of inOrder(undefined)) {
    const spec = charts[name];
    const slot = slotOf(spec);
    slot.append(make("figure", null, { id: spec.id, ...(spec.tall ? { class: "tall" } : {}) }));
    if (!byId(`${spec.section}_absent`)) byId("lacking").append(make("div", null, { id: `${spec.section}_absent` }));
    for (const [part, picker] of Object.entries(spec.pickers)) addPicker(part, picker, spec);
  }
}

function addPicker(part, picker, spec) {
  const section = slotOf(spec).closest("section");
  const box = make("label", null, { id: `${part}_box` });
  const select = make("select", null, { id: part });
  if (picker.label) box.append(make("span", null, { "data-word": picker.label }), " ");
  box.append(select);
  if (!section.querySelector(".pick")) section.querySelector("h2").after(make("div", null, { class: "tools pick" }));
  section.querySelector(".pick").append(box);
  select.addEventListener("change", () => change({ [part]: select.value }));
  pickers[part] = { shown: () => true, ...picker, box, select, spec };
  fields[part] = {
    get initial() {
      return picker.options()[0]?.[0] ?? "";
    },
    valid: (v) => picker.options().some(([code]) => code === v),
  };
}

// Whether a section has neither a chart nor a table; what it lacks is told at the end of the page.
const isEmpty = (section) => section.querySelector("figure") && !section.querySelector("figure:not([hidden]), tbody tr");

// Bring pickers, heights and absent charts up to the state.
export function showCharts() {
  for (const [part, { options, shown, box, select, spec }] of Object.entries(pickers)) {
    const all = options();
    choices(select, all, state[part]);
    box.hidden = !all.length || !shown(partOfState(spec));
  }
  document.querySelectorAll(".pick").forEach((tools) => {
    tools.hidden = [...tools.children].every((box) => box.hidden);
  });
  const lacking = {};
  for (const spec of inOrder(undefined).map((name) => charts[name])) {
    const there = isThere(spec);
    byId(spec.id).hidden = !there;
    byId(spec.id).style.height = there && spec.height ? `${spec.height(partOfState(spec))}px` : "";
    lacking[spec.section] ??= new Set();
    if (!there && spec.absent) lacking[spec.section].add(spec.absent);
  }
  for (const [section, codes] of Object.entries(lacking)) {
    byId(`${section}_absent`).replaceChildren(...[...codes].map((code) => make("p", word(code))));
  }
  byId("lacking").hidden = !byId("lacking").querySelector("p:not([hidden])");
  for (const section of document.querySelectorAll("section")) section.hidden = isEmpty(section);
}
