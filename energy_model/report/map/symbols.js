// Symbols of places without a pie, rings of microgrids, sites of plants, and what answers to the mouse.
import { state } from "../shell/state.js";
import { amount } from "../shell/units.js";
import { escaped, say } from "../shell/words.js";
import { lineOf } from "./corridors.js";
import { corridorKm, leastKm, scale, SITES_FROM } from "./scale.js";
import { along, area, atLength, circle, stroke } from "./shapes.js";
import { cardOf, changes, colourOf, curves, DUST_MW, has, megawatts, nodes, shownNodes, total } from "./views.js";

const DIAMOND = [
  [0, 5],
  [5, 0],
  [0, -5],
  [-5, 0],
  [0, 5],
];
const SQUARE = [
  [-3.6, 3.6],
  [3.6, 3.6],
  [3.6, -3.6],
  [-3.6, -3.6],
  [-3.6, 3.6],
];
const APART_KM = 6;

export function symbolTraces(a, b, radii) {
  const squares = [];
  const hollow = [];
  const diamonds = [];
  const rings = [];
  for (const n of shownNodes(a, b)) {
    const at = (points) => points.map(([x, y]) => [n.x + x * scale.shrink, n.y + y * scale.shrink]);
    const empty = b ? changes(a, b, n.id).largest === 0 : total(a.capacity[n.id]) === 0;
    if (n.kind === "receiver") diamonds.push(at(DIAMOND));
    else if (empty && n.kind === "hub") squares.push(at(SQUARE));
    else if (empty) hollow.push(circle(n.x, n.y, leastKm(n)));
    if (n.grid) rings.push(circle(n.x, n.y, radii[n.id] + 3.2 * scale.shrink));
  }
  return [
    area(squares, "#ffffff", "#1d1a24", 1.8),
    area(hollow, "#ffffff", "#6b6b6b", 1.2),
    area(diamonds, "#ffffff", "#613391", 2),
    { ...stroke(rings, "#c4161c", 2, "dash"), meta: "microgrids" },
  ];
}

export function siteTrace(view) {
  const all = scale.px >= SITES_FROM * scale.fitted ? view.sites : [];
  return {
    type: "scatter",
    mode: "markers",
    x: all.map((s) => s.x),
    y: all.map((s) => s.y),
    customdata: all.map((s) => "node:" + s.node),
    meta: "sites",
    text: all.map((s) => escaped(`${say(s.name)} ${amount(s.mw, "MW")}`)),
    hovertemplate: "%{text}<extra></extra>",
    marker: { size: 11, symbol: "square", color: all.map((s) => colourOf[s.kind] ?? "#c9cdd4"), line: { color: "#ffffff", width: 1.5 } },
  };
}

// Points that answer to the mouse: nodes, and points along the corridors that no pie covers.
export function targets(a, b, radii) {
  const out = { x: [], y: [], radius: [], key: [] };
  const add = (x, y, radius, key) => {
    out.x.push(x);
    out.y.push(y);
    out.radius.push(radius);
    out.key.push(key);
  };
  const inEither = (test) => test(a) || (b && test(b));
  for (const c of curves) {
    const key = "corridor:" + c.id;
    if (!inEither((view) => has(view, key)) || !inEither((view) => megawatts(view, c.id) >= DUST_MW)) continue;
    const line = lineOf(c, radii);
    const sums = along(line);
    const count = Math.max(3, Math.floor(sums.at(-1) / APART_KM));
    const radius = Math.max(corridorKm(megawatts(a, c.id)) / 2, 2.5 * scale.shrink);
    for (let i = 0; i < count; i++) {
      const [x, y] = atLength(line, sums, (0.06 + (0.88 * i) / (count - 1)) * sums.at(-1));
      if (nodes.every((n) => Math.hypot(n.x - x, n.y - y) >= radii[n.id])) add(x, y, radius, key);
    }
  }
  for (const n of shownNodes(a, b)) add(n.x, n.y, radii[n.id], "node:" + n.id);
  return out;
}

export function targetTrace(t, a, b) {
  return {
    type: "scatter",
    mode: "markers",
    x: t.x,
    y: t.y,
    customdata: t.key,
    text: t.key.map((k) => escaped(say(cardOf(k, a, b).title))),
    hovertemplate: "%{text}<extra></extra>",
    marker: { size: t.radius.map((r) => Math.max(2 * r * scale.px, 8)), color: "#ffffff", opacity: 0 },
  };
}

export function chosenTrace(t) {
  const at = t.key.flatMap((k, i) => (k === state.pick ? [i] : []));
  const node = state.pick.startsWith("node:");
  const look = node
    ? { color: "rgba(0,0,0,0)", line: { color: "#e6a100", width: 4 } }
    : { color: "#ffd24d", line: { color: "#1d1a24", width: 1 } };
  return {
    type: "scatter",
    mode: "markers",
    hoverinfo: "skip",
    x: at.map((i) => t.x[i]),
    y: at.map((i) => t.y[i]),
    marker: { size: at.map((i) => (node ? 2 * (t.radius[i] + 2.5 * scale.shrink) * scale.px : 6)), symbol: "circle", ...look },
  };
}
