// What lengths of the drawing stand for now: pixels per kilometre, radius per capacity, width per power.
import { data } from "../shell/data.js";
import { byId } from "../shell/elements.js";
import { changes, curves, DUST_MW, megawatts, nodes, total } from "./views.js";

export const plot = byId("map");
export const SITES_FROM = 2.2;
const MOST_PIE = 2.5;
const MOST_CORRIDOR = 3;
const drawnTo = data.layout.scale;
export const scale = { px: drawnTo.px_per_km, fitted: drawnTo.px_per_km, pie: 1, corridor: 1, shrink: 1 };

// Differences are often small beside the whole: they are drawn larger, as far as there is room.
export function enlargeDifferences(a, b) {
  scale.pie = scale.corridor = 1;
  if (!b) return;
  const room = (values, most) => Math.min(most, ...values.filter((v) => v < Infinity).map((v) => Math.max(v, 1)));
  const pies = nodes.map((n) => {
    const { largest } = changes(a, b, n.id);
    const limit = Math.sqrt(Math.max(total(a.capacity[n.id]), total(b.capacity[n.id])));
    return largest > DUST_MW ? limit / Math.sqrt(largest) : Infinity;
  });
  const corridors = curves.map((c) => {
    const [one, two] = [megawatts(a, c.id), megawatts(b, c.id)];
    return Math.abs(one - two) > DUST_MW ? Math.max(one, two) / Math.abs(one - two) : Infinity;
  });
  scale.pie = room(pies, MOST_PIE);
  scale.corridor = room(corridors, MOST_CORRIDOR);
}

// Zoomed in, pies and corridors stop growing on the screen, so that the sites of plants come out between them.
export const pieKm = (mw) => drawnTo.pie_km_per_root_mw * scale.pie * scale.shrink * Math.sqrt(mw);
export const corridorKm = (mw) => Math.max(mw * drawnTo.km_per_mw * scale.corridor, 1) * scale.shrink;
export const leastKm = (n) => n.least * scale.shrink;

export function radiusOf(n, a, b) {
  if (!b) {
    const mw = total(a.capacity[n.id]);
    return mw > 0 ? pieKm(mw) : leastKm(n);
  }
  const { largest } = changes(a, b, n.id);
  return Math.max(largest > 0 ? pieKm(largest) : 0, leastKm(n));
}

// Read off the drawing what its lengths are.
export function measure() {
  const [west, east, south, north] = data.layout.frame;
  scale.fitted = Math.min(plot.clientWidth / (east - west), plot.clientHeight / (north - south));
  const axis = plot._fullLayout?.xaxis;
  scale.px = axis ? axis._length / (axis.range[1] - axis.range[0]) : scale.fitted;
  scale.shrink = Math.min(1, (SITES_FROM * scale.fitted) / scale.px);
}
