// The study page: the files of `charts` come before this module and add themselves; then it shows the state and keeps it shown.
import { data } from "../shell/data.js";
import { byId, make } from "../shell/elements.js";
import { deliverPicture } from "../shell/picture.js";
import { opened, readHash, state } from "../shell/state.js";
import { displayWith, show, showHead } from "../shell/view.js";
import { say, word } from "../shell/words.js";
import { charts, placeCharts, showCharts } from "./chart.js";
import { showClauses } from "./clauses.js";
import { followReading, goToSection, sections, showContents } from "./contents.js";
import { chartPicture, draw, drawInView, watchView } from "./drawing.js";
import { showPlan } from "./plan.js";
import { printOnPaper } from "./paper.js";
import { showPickers } from "./pickers.js";
import { unpack } from "./series.js";
import { showSolves } from "./solves.js";
import { showTables } from "./tables.js";
import { showBreakEvens } from "./uncertain_inputs.js";

displayWith(async () => {
  showHead(`${say(data.title)} · ${data.scenario}`, data.about, data.footer);
  showPlan();
  showClauses();
  showTables();
  showBreakEvens();
  showSolves();
  showPickers();
  showCharts();
  showContents();
  await drawInView();
});

async function sendPicture(name) {
  const known = Object.hasOwn(charts, name);
  if (known) await draw(name);
  const figure = known ? byId(charts[name].id) : null;
  const drawn = figure && !figure.querySelector(".empty");
  await deliverPicture(drawn ? (size) => chartPicture(name, size) : null);
}

async function start() {
  placeCharts();
  if (typeof DecompressionStream === "undefined") {
    readHash();
    await show();
    document.querySelector("main").prepend(make("p", word("too_old"), { class: "missed" }));
    return;
  }
  await unpack();
  readHash();
  await show();
  if (opened.has("picture")) await sendPicture(opened.get("picture"));
  if (state.section !== sections[0]) goToSection();
  window.addEventListener("hashchange", goToSection);
  window.addEventListener("scroll", followReading);
  printOnPaper();
  watchView();
  document.body.dataset.ready = "true";
}

start();
