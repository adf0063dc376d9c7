// Paper has its own width: everything is drawn for it at once, and again for the screen after.
import { show } from "../shell/view.js";
import { drawAll, forget } from "./drawing.js";

const figures = () => [...document.querySelectorAll("figure.js-plotly-plot")].filter((f) => f._fullLayout);
const TOO_SLOW = "sankey"; // its bands move to a new place too slowly for paper

function onPaper() {
  document.body.classList.add("paper");
  forget(TOO_SLOW);
  drawAll();
  figures()
    .filter((f) => f._fullLayout.width !== f.clientWidth || f._fullLayout.height !== f.clientHeight)
    .forEach((f) => Plotly.relayout(f, { width: f.clientWidth, height: f.clientHeight }));
}

function onScreen() {
  document.body.classList.remove("paper");
  forget(TOO_SLOW);
  for (const f of figures()) {
    delete f.layout.width;
    delete f.layout.height;
    Plotly.relayout(f, { autosize: true });
  }
  show();
}

export function printOnPaper() {
  window.addEventListener("beforeprint", onPaper);
  window.addEventListener("afterprint", onScreen);
}
