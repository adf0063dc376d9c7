// Text on the map: labels keep a size that can be read, and those without room step back.
import { data } from "../shell/data.js";
import { state } from "../shell/state.js";
import { inUnit, unitOf } from "../shell/units.js";
import { escaped, number, say, signed } from "../shell/words.js";
import { plot, radiusOf, scale } from "./scale.js";
import { along, atLength } from "./shapes.js";
import { curves, DUST_MW, has, megawatts, nodeOf, nodes, receivedGwh, total } from "./views.js";

const LEAST_PX = 9.5;
const MOST_GROWTH = 1.6;
const SITE_NAMES_FROM = 3.2;
const SITE_PX = 10.5;
const COLOURS = {
  corridor: "#3a2a55",
  node: "#1f2430",
  hub: "#444a55",
  receiver: "#4b2a76",
  province: "#8a826e",
  prefecture: "#948e7c",
  site: "#1f2430",
};
const RANK = { node: 0, receiver: 1, hub: 2, site: 3, corridor: 4, province: 5, prefecture: 6 };
const CORRIDOR_PX = 10;
const ALONG = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78];
const BACK = { site: "rgba(255,255,255,0.7)", node: "rgba(255,255,255,0.84)", none: "rgba(0,0,0,0)" };

const idOf = (label) => label.key.slice("node:".length);
const growth = () => Math.min(MOST_GROWTH, scale.fitted / data.layout.scale.px_per_km);

function figureOf(label, a, b) {
  const write = b ? signed : number;
  const difference = (of) => of(a) - (b ? of(b) : 0);
  if (label.style === "receiver") {
    const gwh = difference((view) => receivedGwh(view, idOf(label)));
    return `${inUnit(gwh, "GWh", 0, write)} ${unitOf("GWh")}`;
  }
  if (label.style !== "node") return "";
  const mw = difference((view) => total(view.capacity[idOf(label)]));
  return b || mw > 0 ? `${inUnit(mw, "MW", 0, write)} ${unitOf("MW")}` : "";
}

// A label that had to grow to stay readable grows away from its node. `grown`: how much larger than drawn to scale, per km of its box.
function pushed(label, grown) {
  const n = nodeOf[idOf(label)];
  if (!(grown > 0 && n)) return { xshift: 0, yshift: 0 };
  const [wide, high] = label.box;
  const beside = Math.abs(label.x - n.x) - wide / 2;
  const over = Math.abs(label.y - n.y) - high / 2;
  return beside > over
    ? { xshift: (Math.sign(label.x - n.x) * wide * grown) / 2, yshift: 0 }
    : { xshift: 0, yshift: (Math.sign(label.y - n.y) * high * grown) / 2 };
}

function placeLabel(l, a, b) {
  const figure = l.key ? figureOf(l, a, b) : "";
  const plain = l.style === "hub" || !l.key;
  const name = plain ? l.lines.map(escaped) : l.lines.map((t) => `<b>${escaped(t)}</b>`);
  const px = Math.max(l.px * growth(), LEAST_PX);
  const per = data.layout.scale.px_per_km / l.px;
  return {
    ...l,
    px,
    text: [...name, ...(l.note ? [escaped(l.note)] : []), ...(figure ? [figure] : [])].join("<br>"),
    width: l.box[0] * per * px + 1,
    height: l.box[1] * per * px + 1,
    ...pushed(l, per * (px - l.px * growth())),
    idle: l.style === "receiver" && !/[1-9]/.test(figure),
  };
}

const widthOf = (text, px) => [...text].reduce((n, c) => n + (c > "\u2e80" ? 1 : 0.6), 0) * px + 10;

// Power and utilisation of a corridor, or how much more it has, at one of several places along it.
function corridorLabel(c, a, b) {
  const mw = megawatts(a, c.id) - (b ? megawatts(b, c.id) : 0);
  if (Math.abs(mw) < DUST_MW) return [];
  const share = b ? "" : ` · ${number(100 * a.corridors[c.id].loading)} %`;
  const text = `${inUnit(mw, "MW", 0, b ? signed : number)}${share}`;
  const sums = along(c.line);
  const spots = ALONG.map((part) => atLength(c.line, sums, part * sums.at(-1))).map(([x, y]) => ({ x, y }));
  const size = { px: CORRIDOR_PX, width: widthOf(text, CORRIDOR_PX), height: 20, xshift: 0, yshift: 0 };
  return [{ style: "corridor", key: "corridor:" + c.id, text, mw: Math.abs(mw), spots, ...spots[0], ...size }];
}

function siteLabel(s) {
  const text = say(s.name);
  const size = { px: SITE_PX, width: widthOf(text, SITE_PX), height: 18, xshift: 0, yshift: 15 };
  return { style: "site", key: "", x: s.x, y: s.y, text: escaped(text), ...size };
}

function allLabels(a, b) {
  const shown = (l) => !l.key || has(a, l.key) || (b && has(b, l.key));
  const labels = data.layout.labels[state.lang].filter(shown).map((l) => placeLabel(l, a, b));
  if (scale.px >= SITE_NAMES_FROM * scale.fitted) labels.push(...a.sites.map(siteLabel));
  labels.push(...curves.flatMap((c) => corridorLabel(c, a, b)).sort((p, q) => q.mw - p.mw));
  return labels.sort((p, q) => RANK[p.style] - RANK[q.style]);
}

// Whether a box hides much of the pie of a node.
function covers(box, n, radius, axes, share = 0.5) {
  const x = axes.xaxis.d2p(n.x);
  const y = axes.yaxis.d2p(n.y);
  const near = [Math.min(Math.max(x, box[0]), box[2]), Math.min(Math.max(y, box[1]), box[3])];
  return Math.hypot(near[0] - x, near[1] - y) < share * radius * scale.px;
}

function boxOf(l, axes) {
  const x = axes.xaxis.d2p(l.x) + l.xshift;
  const y = axes.yaxis.d2p(l.y) - l.yshift;
  return [x - l.width / 2, y - l.height / 2, x + l.width / 2, y + l.height / 2];
}

// Of the labels, in their rank, those that lie on the map, and neither on another nor on a pie.
function withRoom(labels, a, b) {
  const axes = plot._fullLayout;
  if (!axes?.xaxis) return labels;
  const size = axes._size;
  const tools = document.querySelector(".tools");
  const taken = [[tools.offsetLeft, tools.offsetTop, tools.offsetLeft + tools.offsetWidth, tools.offsetTop + tools.offsetHeight]];
  const onPie = (l, box) => {
    if (!l.spots && !l.xshift && !l.yshift) return false;
    return nodes.some((n) => covers(box, n, radiusOf(n, a, b), axes, l.spots ? 1.1 : 0.5));
  };
  const isFree = (l) => {
    const box = boxOf(l, axes);
    if (box[0] < -1 || box[1] < -1 || box[2] > size.w + 1 || box[3] > size.h + 1) return false;
    return !onPie(l, box) && !taken.some((t) => box[0] < t[2] && t[0] < box[2] && box[1] < t[3] && t[1] < box[3]);
  };
  return labels.flatMap((l) => {
    const found = (l.spots ?? [l]).map((spot) => ({ ...l, ...spot })).find(isFree);
    if (found) taken.push(boxOf(found, axes));
    return found ? [found] : [];
  });
}

function annotation(l) {
  const back = l.style === "site" ? BACK.site : BACK.none;
  return {
    x: l.x,
    y: l.y,
    xshift: l.xshift,
    yshift: l.yshift,
    text: l.text,
    name: l.key,
    showarrow: false,
    xanchor: "center",
    yanchor: "middle",
    borderpad: l.key ? 1 : 0,
    bgcolor: l.key ? BACK.node : back,
    captureevents: l.key !== "",
    font: { size: l.px, color: l.idle ? "#77708a" : COLOURS[l.style] },
  };
}

export function annotations(a, b) {
  const bar = data.layout.scale_bar;
  const font = { size: Math.max(11 * growth(), LEAST_PX), color: "#333333" };
  const scaleText = { x: bar.x, y: bar.y - 4, yanchor: "bottom", borderpad: 0, text: say(bar.text), showarrow: false, font };
  return [...withRoom(allLabels(a, b), a, b).map(annotation), scaleText];
}
