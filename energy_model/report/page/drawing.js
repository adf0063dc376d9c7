// Drawing: only what is in view, and again only what has changed.
import { data } from "../shell/data.js";
import { byId, make } from "../shell/elements.js";
import { caption, composed, plotlyDrawing } from "../shell/picture.js";
import { nameMenu, savingMenu } from "../shell/saving.js";
import { state } from "../shell/state.js";
import { colon, escaped, locale, word } from "../shell/words.js";
import { charts, content, partOfState } from "./chart.js";
import { chartTable } from "./chart_table.js";
import { shared } from "./plotting.js";
import { dayOf } from "./time.js";

const inView = new Set();
const drawn = {};
const plotConfig = () => ({ locale: locale(), responsive: true, displaylogo: false, displayModeBar: false });

export async function draw(name) {
  const element = byId(charts[name].id);
  const wanted = JSON.stringify([state.lang, partOfState(charts[name])]);
  if (drawn[name] === wanted) return;
  drawn[name] = wanted;
  const found = content(name);
  if (found.missing) {
    Plotly.purge(element);
    element.replaceChildren(make("p", found.missing, { class: "empty" }));
    return;
  }
  if (element.querySelector(".empty")) element.replaceChildren();
  const title = found.title ?? word(charts[name].title);
  const below = [found.finding, `${word("source_line")}${colon()}${charts[name].source}`].filter(Boolean).join(" · ");
  const paper = document.body.classList.contains("paper");
  const size = paper ? { width: element.clientWidth, height: element.clientHeight } : { autosize: true };
  await Plotly.react(
    element,
    found.traces,
    { ...shared(escaped(title), escaped(below)), meta: title, ...found.layout, ...size },
    plotConfig(),
  );
  describe(element, name, title);
}

const PICTURE_WIDTH = 800; // text of its size is legible at the width of a page of A4 or half a slide
const PICTURE_CAPTION = 60;

const titleOf = (name) => byId(charts[name].id).layout.meta;
const fileParts = (name) => {
  const sample = data.about.find((item) => item.code === "horizon").sample;
  const week = charts[name].reads.includes("week") ? dayOf(Number(state.week)) : "";
  return [data.scenario, sample ? data.horizon : "", titleOf(name), week];
};

/** A chart as a picture for documents, in its state now. */
export function chartPicture(name, size) {
  const element = byId(charts[name].id);
  const wanted = size ?? { width: PICTURE_WIDTH, height: element.clientHeight + PICTURE_CAPTION };
  return composed(wanted, [], caption(data.about), async (room) => [{ drawing: await plotlyDrawing(element, room), x: 0 }]);
}

/** The figures of a chart as a table, under its title and what was solved. */
export const tableOf = (name) => {
  const lines = caption(data.about).map((line) => [line.text]);
  return [[titleOf(name)], ...lines, ...chartTable(byId(charts[name].id))];
};

function describe(element, name, title) {
  let menu = element.querySelector(".save");
  if (!menu) {
    menu = savingMenu(
      () => chartPicture(name),
      () => fileParts(name),
      () => tableOf(name),
    );
    element.append(menu);
  }
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", title);
  nameMenu(menu, `${word("save")}${colon()}${title}`);
}

export const drawAll = () => Promise.all(Object.keys(charts).map(draw));
export const drawInView = () => Promise.all([...inView].map(draw));

// To be drawn anew, although its state is the same.
export function forget(name) {
  Plotly.purge(byId(charts[name].id));
  delete drawn[name];
}

export function watchView() {
  const watch = new IntersectionObserver(
    (entries) =>
      entries.forEach((entry) => {
        const name = entry.target.id.slice("chart_".length);
        if (entry.isIntersecting) {
          inView.add(name);
          draw(name);
        } else inView.delete(name);
      }),
    { rootMargin: "200px" },
  );
  document.querySelectorAll("figure").forEach((f) => watch.observe(f));
}
