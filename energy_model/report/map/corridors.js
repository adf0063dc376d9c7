// Corridors: a band as wide as their capacity, solid for what stands and dashed for what is built, with an arrow where energy goes.
import { data } from "../shell/data.js";
import { state } from "../shell/state.js";
import { area, arrowHead, ribbon, trimmed } from "./shapes.js";
import { corridorKm, leastKm, scale } from "./scale.js";
import { curves, DUST_MW, megawatts, nodeOf, other } from "./views.js";

const DUST_GWH = 0.05;
const LEAST_CHANGE_GWH = 20;
const EDGE = "#4b3d5c";

// Half circles cover a line from one side only: then it goes on to the node.
export function lineOf(c, radii) {
  const gap = (id) => (other() ? leastKm(nodeOf[id]) : radii[id]) + 0.5 * scale.shrink;
  return trimmed(c.line, gap(c.from), gap(c.to));
}

// Colour of a corridor by voltage, or by how far it is used.
function tint({ colour, loading }) {
  return state.tint === "voltage" ? colour : data.loading.colours[data.loading.limits.filter((limit) => loading >= limit).length];
}

function bands(line, corridor) {
  const { existing, new: built } = corridor;
  const mw = existing + built;
  const width = corridorKm(mw);
  const split = -width / 2 + (width * existing) / mw;
  const colour = tint(corridor);
  const rows = [];
  if (existing > DUST_MW) rows.push(area(ribbon(line, -width / 2, split), colour, EDGE, 0.5));
  if (built > DUST_MW) rows.push(area(ribbon(line, split, width / 2, 6.5 * scale.shrink), colour, EDGE, 0.5));
  return rows;
}

function changedBand(line, one, two) {
  const mw = Math.abs(one - two);
  const side = one > two ? "more" : "less";
  const width = corridorKm(mw);
  return area(ribbon(line, -width / 2, width / 2), data.difference[mw < DUST_MW ? "same" : side], "#ffffff", 0.5);
}

function arrow(line, c, mw, forward) {
  const width = corridorKm(mw);
  const least = 6 * scale.shrink;
  const most = Math.max(10 * scale.shrink, 0.8 * width);
  return arrowHead(line, c.out ? 0.94 : 0.55, Math.min(Math.max(1.7 * width, least), most), forward);
}

export function corridorTraces(a, b, radii) {
  const rows = [];
  const heads = [];
  for (const c of curves) {
    const line = lineOf(c, radii);
    const one = megawatts(a, c.id);
    const two = b ? megawatts(b, c.id) : 0;
    if (one + two < DUST_MW) continue;
    const net = (a.corridors[c.id]?.net_gwh ?? 0) - (b?.corridors[c.id]?.net_gwh ?? 0);
    if (b) rows.push(changedBand(line, one, two));
    else rows.push(...bands(line, a.corridors[c.id]));
    if (Math.abs(net) > (b ? LEAST_CHANGE_GWH : DUST_GWH)) heads.push(arrow(line, c, Math.abs(one - two), net >= 0));
  }
  return [...rows, area(heads, "#1d1a24", "#ffffff", 1.3)];
}
