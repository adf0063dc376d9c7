// The legend, in the scale of the map as it is now.
import { data } from "../shell/data.js";
import { byId, make } from "../shell/elements.js";
import { state } from "../shell/state.js";
import { FONTS } from "../shell/plotly_words.js";
import { factorOf, unitOf } from "../shell/units.js";
import { inChinese, number, say, signed, word } from "../shell/words.js";
import { corridorKm, pieKm, scale, SITES_FROM } from "./scale.js";
import { colourOf, current, DUST_MW, megawatts, nodes, other } from "./views.js";

export const LEGEND_WIDTH = 302;
const EDGE = "#4b3d5c";
const LARGEST_RADIUS_PX = 26;
const LARGEST_WIDTH_PX = 15;
const MOST_VOLTAGES = 8;
const SMALLER = 3.9; // by how much the second pie and band of the legend are smaller

const svg = (tag, attributes, text) => make(tag, text, attributes, "http://www.w3.org/2000/svg");
const label = (x, y, text, fill = "#1f2430") => svg("text", { x, y, fill }, text);
const head = (x, y, code) => label(x, y, word(code), "#5b6270");
const box = (x, y, size, fill, edge = EDGE) => {
  const [width, height] = size;
  return svg("rect", { x, y, width, height, fill, stroke: edge, "stroke-width": 0.7 });
};

function hatchPattern() {
  const hatch = svg("pattern", { id: "hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  hatch.append(svg("rect", { width: 1.5, height: 5, fill: "#fff" }));
  const defs = svg("defs", {});
  defs.append(hatch);
  return defs;
}

// A round number of MW not above a limit.
function nice(limit) {
  const powers = Array.from({ length: 8 }, (_, k) => 10 ** k);
  const steps = [1, 2, 5].flatMap((m) => powers.map((e) => m * e)).sort((a, b) => a - b);
  return steps.filter((s) => s <= limit).at(-1) ?? steps[0];
}

function powerText(mw) {
  const value = mw * factorOf("MW");
  return `${number(value, value < 1 ? 1 : 0)}${inChinese() ? "" : " "}${unitOf("MW")}`;
}

// Each part of the legend draws from a height on and says where the next begins.

function technologies(rows, from, compared) {
  let y = from;
  if (!compared) rows.push(head(168, y, "existing"), head(228, y, "new"));
  else y -= 12;
  for (const t of data.technologies.filter(({ shown }) => shown)) {
    y += 16;
    rows.push(label(0, y, say(t.name)), box(168, y - 9, [34, 10], t.colour, "none"));
    if (!compared) rows.push(box(228, y - 9, [34, 10], t.colour, "none"), box(228, y - 9, [34, 10], "url(#hatch)", t.colour));
  }
  return y + 20;
}

function moreAndLess(rows, y) {
  const half = (d, fill) => svg("path", { d, fill });
  const lower = `M2 ${y + 4}a12 12 0 0 0 24 0z`;
  rows.push(half(`M2 ${y}a12 12 0 0 1 24 0z`, "#8b8f97"), label(34, y - 2, word("more")));
  rows.push(half(lower, "#8b8f97"), half(lower, "url(#hatch)"), label(34, y + 14, word("less")));
  return y + 38;
}

function pies(rows, y, compared) {
  const radius = (mw) => pieKm(mw) * scale.px;
  const large = nice((LARGEST_RADIUS_PX / radius(1)) ** 2);
  const height = 2 * radius(large);
  const middle = y + 6 + height / 2;
  const line = { fill: "#fff", stroke: "#2b2b2b" };
  let x = 0;
  for (const mw of [large, nice(large / SMALLER)]) {
    const r = radius(mw);
    const half = { d: `M${x + 1} ${middle}a${r} ${r} 0 0 1 ${2 * r} 0z`, ...line };
    rows.push(compared ? svg("path", half) : svg("circle", { cx: x + r + 1, cy: middle, r, ...line }));
    rows.push(label(x + 2 * r + 6, middle + 4, powerText(mw)));
    x += 2 * r + (inChinese() ? 66 : 62); // its unit is the longer word
  }
  return height;
}

function widths(rows, y, compared) {
  const [x, long] = [206, 30];
  const large = nice(LARGEST_WIDTH_PX / (data.layout.scale.km_per_mw * scale.corridor * scale.shrink * scale.px));
  rows.push(head(x, y, compared ? "change_width" : "legend_width"));
  [large, nice(large / SMALLER)].forEach((mw, i) => {
    const w = corridorKm(mw) * scale.px;
    const middle = y + 16 + 20 * i;
    rows.push(box(x, middle - w / 2, [long, w], compared ? data.difference.more : data.loading.colours[3]));
    rows.push(label(x + long + 7, middle + 4, powerText(mw)));
  });
}

function changedCorridors(rows, from) {
  const codes = { wider: "more", narrower: "less", same: "same" };
  let y = from;
  for (const [code, colour] of Object.entries(codes)) {
    rows.push(box(0, y - 8, [34, 6], data.difference[colour], "#fff"), label(41, y, word(code)));
    y += 17;
  }
  return y;
}

function loadings(rows, from) {
  const { colours, limits } = data.loading;
  const ends = [0, ...limits, 1].map((share) => share * 100);
  rows.push(head(0, from, "legend_colour"));
  colours.forEach((colour, i) => {
    rows.push(box(60 * i, from + 6, [60, 9], colour, "#fff"), label(60 * i, from + 27, `${ends[i]}–${ends[i + 1]}%`));
  });
  return from + 46;
}

// Voltages of the corridors that are drawn, the highest first, two in a row.
function voltages(rows, from) {
  const { corridors } = current();
  const found = new Map(Object.keys(corridors).flatMap((id) => (megawatts(current(), id) > DUST_MW ? [voltageOf(corridors[id])] : [])));
  const kv = (text) => Number(text.replaceAll(/[^\d.]/g, ""));
  const order = [...found].sort(([one], [two]) => kv(two) - kv(one)).slice(0, MOST_VOLTAGES);
  rows.push(head(0, from, "legend_voltage"));
  order.forEach(([text, colour], i) => {
    const [x, y] = [160 * (i % 2), from + 17 + 16 * Math.floor(i / 2)];
    rows.push(box(x, y - 7, [34, 6], colour), label(x + 41, y, text));
  });
  return from + 17 + 16 * Math.ceil(order.length / 2) + 2;
}

const voltageOf = ({ voltage, colour }) => [say(voltage), colour];

function drawnCorridors(rows, from) {
  const y = (state.tint === "voltage" ? voltages : loadings)(rows, from);
  const usual = data.loading.colours[2];
  rows.push(box(0, y - 7, [34, 6], usual), label(41, y, word("legend_solid")));
  for (const k of [0, 13, 26]) rows.push(box(160 + k, y - 7, [8, 6], usual));
  rows.push(label(201, y, word("legend_dashed")));
  return y + 17;
}

function symbols(rows, from, compared) {
  let y = from;
  rows.push(svg("path", { d: `M10 ${y - 9}l14 5l-14 5l3 -5z`, fill: "#1d1a24" }));
  rows.push(label(41, y, word(compared ? "arrow_change" : "legend_arrow")));
  y += 17;
  rows.push(
    label(0, y, compared ? signed(120) : "120 · 86 %", "#4b3d5c"),
    label(70, y, word(compared ? "label_change" : "legend_label").replace("{power}", unitOf("MW"))),
  );
  y += 17;
  const ring = { cx: 17, cy: y - 4, r: 6, fill: "none", stroke: "#c4161c", "stroke-width": 2, "stroke-dasharray": "4 2.5" };
  rows.push(svg("circle", ring), label(41, y, word("microgrid")));
  rows.push(svg("path", { d: `M177 ${y - 11}l7 7l-7 7l-7 -7z`, fill: "#fff", stroke: "#613391", "stroke-width": 2 }));
  rows.push(label(201, y, word("receiver")));
  y += 17;
  rows.push(box(11, y - 10, [11, 11], "#fff", "#1d1a24"), label(41, y, word("hub")));
  rows.push(svg("circle", { cx: 170, cy: y - 4, r: 2.2, fill: "#777" }));
  rows.push(svg("path", { d: `M170 ${y - 4}h18`, stroke: "#777", "stroke-dasharray": "2 2" }), label(201, y, word("displaced")));
  return y;
}

function sometimes(rows, from) {
  let y = from;
  if (nodes.some((n) => n.off)) {
    y += 17;
    rows.push(svg("path", { d: `M10 ${y - 4}h14m-5 -4l5 4l-5 4`, fill: "none", stroke: "#613391", "stroke-width": 1.6 }));
    rows.push(label(41, y, word("off_map")));
  }
  if (current().sites.length) {
    y += 17;
    const shown = scale.px >= SITES_FROM * scale.fitted;
    rows.push(box(12, y - 9, [9, 9], colourOf.wind, "#fff"), label(41, y, word(shown ? "site" : "sites_hint")));
  }
  return y;
}

export function legendDrawing() {
  const compared = other() !== null;
  const rows = [hatchPattern()];
  let y = technologies(rows, 12, compared);
  if (compared) y = moreAndLess(rows, y);
  rows.push(head(0, y, compared ? "change_pie" : "legend_pie"));
  const height = pies(rows, y, compared);
  widths(rows, y, compared);
  y += Math.max(height, 40) + 24;
  y = compared ? changedCorridors(rows, y) : drawnCorridors(rows, y);
  y = sometimes(rows, symbols(rows, y, compared));
  const size = { viewBox: `0 0 ${LEGEND_WIDTH} ${y + 6}`, width: LEGEND_WIDTH, height: y + 6 };
  const drawing = svg("svg", { ...size, "font-family": FONTS, "font-size": "11px", role: "img", "aria-label": word("legend") });
  drawing.append(...rows);
  return drawing;
}

export function showLegend() {
  byId("legend").replaceChildren(legendDrawing());
}
