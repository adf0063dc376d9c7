// Pies: capacity by technology at every place, hatched where it is built; of two results half circles of more and less.
import { data } from "../shell/data.js";
import { area, circle, hatched, stroke, wedge } from "./shapes.js";
import { pieKm } from "./scale.js";
import { changes, colourOf, shownNodes, sum, total } from "./views.js";

// From where on the half circles of more and less are drawn, as shares of the turn.
const HALVES = { more: 0.75, less: 0.25 };

function halves(n, a, b, add) {
  const found = changes(a, b, n.id);
  return Object.entries(HALVES).flatMap(([side, from]) => {
    const all = sum(found[side].map(([, mw]) => mw));
    const radius = pieKm(all);
    let start = from;
    for (const [kind, mw] of found[side]) {
      const end = start + (0.5 * mw) / all;
      add(kind, side, wedge(n.x, n.y, radius, start, end));
      start = end;
    }
    return all > 0 ? [wedge(n.x, n.y, radius, from, from + 0.5)] : [];
  });
}

function wholePie(n, view, add) {
  const all = total(view.capacity[n.id]);
  const radius = pieKm(all);
  let start = 0;
  for (const { kind } of data.technologies) {
    (view.capacity[n.id]?.[kind] ?? []).forEach((mw, i) => {
      if (mw > 0) add(kind, i ? "new" : "existing", wedge(n.x, n.y, radius, start, start + mw / all));
      start += mw / all;
    });
  }
  return all > 0 ? [circle(n.x, n.y, radius)] : [];
}

export function pieTraces(a, b) {
  const wedges = {};
  const add = (kind, part, polygon) => (wedges[kind + part] ??= { kind, part, polygons: [] }).polygons.push(polygon);
  const rims = shownNodes(a, b).flatMap((n) => (b ? halves(n, a, b, add) : wholePie(n, a, add)));
  const rows = Object.values(wedges).map((w) => {
    const trace = area(w.polygons, colourOf[w.kind], "#ffffff", 0.9);
    return { ...(w.part === "new" || w.part === "less" ? hatched(trace) : trace), meta: `pie:${w.kind}:${w.part}` };
  });
  return [area(rims, "#ffffff", "#ffffff", 3), ...rows, stroke(rims, "#2b2b2b", 0.9)];
}
