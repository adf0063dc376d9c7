// The map as a picture for documents, with its legend, and its figures as a table.
import { caption, composed, plotlyDrawing, stated } from "../shell/picture.js";
import { nameMenu, savingMenu } from "../shell/saving.js";
import { converted, unitOf } from "../shell/units.js";
import { say, word } from "../shell/words.js";
import { data } from "../shell/data.js";
import { state } from "../shell/state.js";
import { draw } from "./drawing.js";
import { headOf } from "./heading.js";
import { LEGEND_WIDTH, legendDrawing } from "./legend.js";
import { plot } from "./scale.js";
import { current, other, shownNodes } from "./views.js";

const PICTURE = { width: 1400, height: 900 };
const GAP_PX = 12;

// The drawing has the size that it gets in the picture, while it is read off.
async function drawnIn(room) {
  Object.assign(plot.style, { width: `${room.width}px`, height: `${room.height}px`, right: "auto", bottom: "auto" });
  try {
    await draw();
    const legend = legendDrawing();
    return [await plotlyDrawing(plot, room), legend];
  } finally {
    plot.removeAttribute("style");
    await draw();
  }
}

/** The map as the text of an SVG. */
export function mapPicture(size = PICTURE) {
  const [title, about] = headOf(current(), other());
  const notes = current()
    .footer.filter((item) => ["boundary", "approval"].includes(item.code))
    .map(stated);
  const head = [{ text: title, size: 17, bold: true }];
  return composed(size, head, caption(about, notes), async (room) => {
    const [map, legend] = await drawnIn({ ...room, width: room.width - LEGEND_WIDTH - 2 * GAP_PX });
    return [
      { drawing: map, x: 0 },
      { drawing: legend, x: room.width - LEGEND_WIDTH - GAP_PX },
    ];
  });
}

const headings = (lines) => lines.map((line) => `${say(line.name)} [${unitOf(line.unit)}]`);
const values = (lines) => lines.map((line) => converted([line.value], line.unit)[0]);

// Capacity by place, then corridors, of one view.
function viewTable(view) {
  const kinds = data.technologies.filter((t) => t.shown);
  const parts = ["existing", "new"];
  const capacity = (n, kind) => converted(view.capacity[n.id]?.[kind] ?? [0, 0], "MW");
  const heads = kinds.flatMap((t) => parts.map((part) => `${say(t.name)} ${word(part)} [${unitOf("MW")}]`));
  const places = shownNodes(view, null).map((n) => [say(view.cards["node:" + n.id].title), ...kinds.flatMap((t) => capacity(n, t.kind))]);
  const corridors = Object.values(view.cards).filter((card) => card.kind === "corridor");
  const lines = corridors.map((card) => [say(card.title), say(card.note), ...values(card.figures)]);
  const head = corridors.length ? [[word("corridors"), "", ...headings(corridors[0].figures)]] : [];
  return [[word("nodes"), ...heads], ...places, [], ...head, ...lines];
}

/** Capacities and corridors of what is shown. */
export function mapTable() {
  const [title, about] = headOf(current(), other());
  const tables = [current(), other()].filter(Boolean).flatMap((view) => [[], [say(view.title), view.key], ...viewTable(view)]);
  return [[title], ...caption(about).map((line) => [line.text]), ...tables];
}

const names = () => [
  state.case,
  word("page_title"),
  other() ? `minus-${state.minus}` : "",
  other() || current().year ? current().year : "",
];
const menu = savingMenu(mapPicture, names, mapTable);
document.querySelector(".tools").append(menu);

export const nameSaving = () => nameMenu(menu, word("save"));
