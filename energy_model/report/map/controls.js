// Pickers, mouse and keyboard.
import { data } from "../shell/data.js";
import { byId, choices, make } from "../shell/elements.js";
import { fields, state } from "../shell/state.js";
import { change } from "../shell/view.js";
import { say, word } from "../shell/words.js";
import { plot, scale } from "./scale.js";
import { cardOf, current, has, nodes, other, viewOf } from "./views.js";

const MOST_ZOOM = 20;
const STEP = 1.5;
const TINTS = ["voltage", "loading"];
const caseNames = data.cases.map((c) => c.name);
const lastYear = String(data.cases[0].years.at(-1));
const minusKeys = data.cases.flatMap((c) => [c.name, ...(c.years.length > 1 ? c.years.map((y) => `${c.name}/${y}`) : [])]);
export const knownKeys = new Set(Object.values(data.views).flatMap((v) => Object.keys(v.cards)));

// Four numbers: west, east, south, north [km], with some room between.
function isView(text) {
  if (!/^(-?\d{1,5}(\.\d{1,2})?,){3}-?\d{1,5}(\.\d{1,2})?$/.test(text)) return false;
  return text
    .split(",")
    .map(Number)
    .every((n, i, all) => i % 2 === 0 || n - all[i - 1] > 10);
}

Object.assign(fields, {
  case: { initial: caseNames[0], valid: (v) => caseNames.includes(v) },
  year: { initial: lastYear, valid: (v) => /^\d{1,4}$/.test(v) },
  minus: { initial: "", valid: (v) => minusKeys.includes(v) },
  pick: { initial: "system", valid: (v) => knownKeys.has(v) },
  view: { initial: "", valid: isView },
  tint: { initial: "voltage", valid: (v) => TINTS.includes(v) },
  legend: { initial: "open", valid: (v) => v === "open" || v === "folded" },
});

const caseOf = (view) => data.cases.find((c) => c.name === view.name);

export function keysNow() {
  const a = current();
  const b = other();
  const there = (k) => has(a, k) || (b !== null && has(b, k));
  const cards = new Set([...Object.keys(a.cards), ...Object.keys(b?.cards ?? {})]);
  return {
    nodes: nodes.map((n) => "node:" + n.id).filter(there),
    corridors: [...cards].filter((k) => k.startsWith("corridor:")),
  };
}

function showCases(a, years) {
  document.querySelectorAll(".many").forEach((box) => {
    box.hidden = minusKeys.length < 2;
  });
  const others = minusKeys.filter((k) => k !== a.name || years.length > 1).map((k) => [k, k.replace("/", " ")]);
  choices(
    byId("case"),
    caseNames.map((name) => [name, name]),
    a.name,
  );
  choices(byId("minus"), [["", word("nothing")], ...others], state.minus);
}

function showYear(a, years) {
  document.querySelector(".years").hidden = years.length < 2;
  byId("year").max = years.length - 1;
  byId("year").value = years.indexOf(a.year);
  byId("year").setAttribute("aria-valuetext", a.year);
  byId("year_text").textContent = a.year;
}

export function showPickers() {
  const a = current();
  const b = other();
  choices(
    byId("tint"),
    TINTS.map((code) => [code, word(`by_${code}`)]),
    state.tint,
  );
  byId("tint").parentElement.hidden = b !== null;
  byId("legend_box").open = state.legend === "open";
  const keys = keysNow();
  showCases(a, caseOf(a).years);
  showYear(a, caseOf(a).years);
  const option = (key) => make("option", say(cardOf(key, a, b).title), { value: key });
  const groups = ["nodes", "corridors"].map((name) => {
    const group = make("optgroup", null, { label: word(name) });
    group.append(...keys[name].map(option));
    return group;
  });
  byId("pick").replaceChildren(option("system"), ...groups);
  byId("pick").value = state.pick;
}

const rangesText = (...ranges) =>
  ranges
    .flat()
    .map((v) => v.toFixed(1))
    .join(",");

function zoom(factor) {
  if (factor > 1 && scale.px > MOST_ZOOM * scale.fitted) return;
  const { xaxis, yaxis } = plot._fullLayout;
  const about = ([low, high]) => [(low + high) / 2 - (high - low) / 2 / factor, (low + high) / 2 + (high - low) / 2 / factor];
  change({ view: rangesText(about(xaxis.range), about(yaxis.range)) });
}

let waiting = 0;

// What many events in a row ask for, once.
export function soon(act) {
  clearTimeout(waiting);
  waiting = setTimeout(act, 120);
}

function onKey(event) {
  const keys = keysNow();
  const all = ["system", ...keys.nodes, ...keys.corridors];
  const step = (by) => () => change({ pick: all[(all.indexOf(state.pick) + all.length + by) % all.length] });
  const acts = {
    ArrowRight: step(1),
    ArrowDown: step(1),
    ArrowLeft: step(-1),
    ArrowUp: step(-1),
    "+": () => zoom(STEP),
    "=": () => zoom(STEP),
    "-": () => zoom(1 / STEP),
    0: () => change({ view: "" }),
    Escape: () => change({ pick: "system" }),
  };
  if (!acts[event.key] || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  acts[event.key]();
}

byId("pick").addEventListener("change", (event) => change({ pick: event.target.value }));
byId("case").addEventListener("change", (event) => {
  const name = event.target.value;
  change({ case: name, year: String(viewOf(name, Number(state.year)).year) });
});
byId("tint").addEventListener("change", (event) => change({ tint: event.target.value }));
byId("legend_box")
  .querySelector("summary")
  .addEventListener("click", (event) => {
    event.preventDefault();
    change({ legend: state.legend === "open" ? "folded" : "open" });
  });
byId("minus").addEventListener("change", (event) => change({ minus: event.target.value }));
byId("year").addEventListener("input", (event) => change({ year: String(caseOf(current()).years[Number(event.target.value)]) }));
byId("zoom_in").addEventListener("click", () => zoom(STEP));
byId("zoom_out").addEventListener("click", () => zoom(1 / STEP));
byId("home").addEventListener("click", () => change({ view: "" }));
plot.addEventListener("keydown", onKey);

// What is clicked on the drawing, and where it is dragged to.
export function listenToDrawing(showCard) {
  plot.on("plotly_click", (event) => change({ pick: event.points[0].customdata }));
  plot.on("plotly_clickannotation", (event) => {
    if (event.annotation.name) change({ pick: event.annotation.name });
  });
  plot.on("plotly_hover", (event) => {
    if (event.points[0].customdata) showCard(event.points[0].customdata);
  });
  plot.on("plotly_unhover", () => showCard(state.pick));
  plot.on("plotly_relayout", (event) => {
    if (!Object.keys(event).some((k) => k.includes("axis") && k.includes("range"))) return;
    const { xaxis, yaxis } = plot._fullLayout;
    soon(() => change({ view: rangesText(xaxis.range, yaxis.range) }));
  });
}
