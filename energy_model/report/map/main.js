// The map: it shows the state and keeps it shown.
import { data } from "../shell/data.js";
import { byId } from "../shell/elements.js";
import { deliverPicture } from "../shell/picture.js";
import { opened, readHash, state } from "../shell/state.js";
import { displayWith, show, showHead } from "../shell/view.js";
import { say, word } from "../shell/words.js";
import { showCard } from "./card.js";
import { listenToDrawing, showPickers, soon } from "./controls.js";
import { draw } from "./drawing.js";
import { showLegend } from "./legend.js";
import { plot } from "./scale.js";
import { current, has, other } from "./views.js";

// Title and facts; of two results those of both, where they differ.
function headOf(a, b) {
  if (!b) return [say(a.title), a.about];
  const about = a.about.map((item, i) => {
    const two = b.about[i];
    const differs = { zh: `${item.text.zh} − ${two.text.zh}`, en: `${item.text.en} − ${two.text.en}` };
    const text = item.text.zh === two.text.zh ? item.text : differs;
    return { ...item, sample: item.sample || two.sample, passed: item.passed && two.passed, text };
  });
  const short = (v) => (v.year && data.cases.some((c) => c.years.length > 1) ? `${v.name} ${v.year}` : v.name);
  return [`A ${short(a)} − B ${short(b)}`, about];
}

function showButtons() {
  plot.setAttribute("aria-label", word("map_name"));
  for (const [id, code] of Object.entries({ zoom_in: "zoom_in", zoom_out: "zoom_out", home: "home", save: "save_svg" })) {
    byId(id).title = word(code);
    byId(id).setAttribute("aria-label", word(code));
  }
}

displayWith(async () => {
  const a = current();
  const b = other();
  if (!has(a, state.pick) && !(b && has(b, state.pick))) state.pick = "system";
  const [title, about] = headOf(a, b);
  showHead(title, about, a.footer);
  showButtons();
  showPickers();
  showCard(state.pick);
  await draw();
  showLegend();
});

// Paper has its own width: the drawing takes the place it has there, at once, and the screen's after.
window.addEventListener("beforeprint", () => {
  document.body.classList.add("paper");
  Plotly.relayout(plot, { width: plot.clientWidth, height: plot.clientHeight });
  draw();
  showLegend();
});
window.addEventListener("afterprint", () => {
  document.body.classList.remove("paper");
  delete plot.layout.width;
  delete plot.layout.height;
  soon(show);
});
window.addEventListener("resize", () => soon(show));

async function start() {
  readHash();
  await show();
  listenToDrawing(showCard);
  if (opened.has("picture")) await deliverPicture(opened.get("picture") === "map" ? plot : null);
  document.body.dataset.ready = "true";
}

start();
