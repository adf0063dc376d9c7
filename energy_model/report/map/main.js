// The map: it shows the state and keeps it shown.
import { byId } from "../shell/elements.js";
import { deliverPicture } from "../shell/picture.js";
import { opened, readHash, state } from "../shell/state.js";
import { displayWith, show, showHead } from "../shell/view.js";
import { word } from "../shell/words.js";
import { showCard } from "./card.js";
import { listenToDrawing, showPickers, soon } from "./controls.js";
import { draw } from "./drawing.js";
import { headOf } from "./heading.js";
import { showLegend } from "./legend.js";
import { mapPicture, nameSaving } from "./map_picture.js";
import { plot } from "./scale.js";
import { current, has, other } from "./views.js";

function showButtons() {
  plot.setAttribute("aria-label", word("map_name"));
  for (const [id, code] of Object.entries({ zoom_in: "zoom_in", zoom_out: "zoom_out", home: "home" })) {
    byId(id).title = word(code);
    byId(id).setAttribute("aria-label", word(code));
  }
  nameSaving();
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

// A card that does not fit beside the map goes to a sheet of its own.
function placeCard() {
  const card = byId("card");
  if (card.scrollHeight <= card.clientHeight) return;
  document.body.classList.add("two-sheets");
  document.body.append(card);
}

// Paper has its own width: the drawing takes the place it has there, at once, and the screen's after.
window.addEventListener("beforeprint", () => {
  document.body.classList.add("paper");
  byId("legend_box").open = true;
  showLegend();
  placeCard();
  Plotly.relayout(plot, { width: plot.clientWidth, height: plot.clientHeight });
  draw();
  showLegend();
});
window.addEventListener("afterprint", () => {
  document.body.classList.remove("paper", "two-sheets");
  byId("legend_box").before(byId("card"));
  delete plot.layout.width;
  delete plot.layout.height;
  soon(show);
});
window.addEventListener("resize", () => soon(show));

async function start() {
  readHash();
  await show();
  listenToDrawing(showCard);
  if (opened.has("picture")) await deliverPicture(opened.get("picture") === "map" ? mapPicture : null);
  document.body.dataset.ready = "true";
}

start();
