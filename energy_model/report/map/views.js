// Which results and years are shown, and how two of them differ.
import { data } from "../shell/data.js";
import { state } from "../shell/state.js";

export const DUST_MW = 0.5;
export const nodes = data.layout.nodes;
export const nodeOf = Object.fromEntries(nodes.map((n) => [n.id, n]));
export const curves = data.layout.corridors.map((c) => ({ ...c, line: c.x.map((x, i) => [x, c.y[i]]) }));
export const colourOf = Object.fromEntries(data.technologies.map((t) => [t.kind, t.colour]));

// The view of a case in a year, or in the year next to it.
export function viewOf(name, year) {
  const found = data.cases.find((c) => c.name === name) ?? data.cases[0];
  const nearest = found.years.reduce((a, b) => (Math.abs(b - year) < Math.abs(a - year) ? b : a));
  return { key: `${found.name}/${nearest}`, name: found.name, year: nearest, ...data.views[`${found.name}/${nearest}`] };
}

export const current = () => viewOf(state.case, Number(state.year));

// What the current view is compared with, if anything: a case in the same year, or a case in a year of its own.
export function other() {
  if (!state.minus) return null;
  const parts = state.minus.split("/");
  const view = viewOf(parts[0], parts.length > 1 ? Number(parts[1]) : current().year);
  return view.key === current().key ? null : view;
}

export const sum = (values) => values.reduce((a, b) => a + b, 0);
export const total = (capacity) => sum(Object.values(capacity ?? {}).flat());
export const megawatts = (view, id) => sum([view.corridors[id]?.existing ?? 0, view.corridors[id]?.new ?? 0]);
export const receivedGwh = (view, id) => view.cards["node:" + id]?.figures.find((f) => f.code === "received")?.value ?? 0;

export const has = (view, key) => Object.hasOwn(view.cards, key);
export const cardOf = (key, a, b) => a.cards[key] ?? b?.cards[key];
export const shownNodes = (a, b) => nodes.filter((n) => has(a, "node:" + n.id) || (b && has(b, "node:" + n.id)));

// Capacity by kind that A has more and less than B: [kind, MW], and the larger of both sums.
export function changes(a, b, id) {
  const mwOf = (view, kind) => sum(view.capacity[id]?.[kind] ?? [0]);
  const all = data.technologies.map((t) => [t.kind, mwOf(a, t.kind) - mwOf(b, t.kind)]).filter(([, mw]) => Math.abs(mw) > DUST_MW);
  const more = all.filter(([, mw]) => mw > 0);
  const less = all.filter(([, mw]) => mw < 0).map(([kind, mw]) => [kind, -mw]);
  return { more, less, largest: Math.max(...[more, less].map((side) => sum(side.map(([, mw]) => mw)))) };
}
