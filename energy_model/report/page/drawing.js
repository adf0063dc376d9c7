// Drawing: only what is in view, and again only what has changed.
import { byId, make } from "../shell/elements.js";
import { state } from "../shell/state.js";
import { colon, escaped, locale, word } from "../shell/words.js";
import { charts, content, partOfState } from "./chart.js";
import { shared } from "./plotting.js";

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

function describe(element, name, title) {
  let save = element.querySelector(".save");
  if (!save) {
    save = make("button", "⤓", { type: "button", class: "save" });
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    save.addEventListener("click", () => Plotly.downloadImage(element, { format: "svg", filename: name, ...size() }));
    element.append(save);
  }
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", title);
  save.title = word("save");
  save.setAttribute("aria-label", `${word("save")}${colon()}${title}`);
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
