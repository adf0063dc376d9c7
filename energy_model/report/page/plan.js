// The first screen: what is built, what it delivers, what deserves attention, and a sketch that leads to the map.
import { data } from "../shell/data.js";
import { byId, make, table } from "../shell/elements.js";
import { state } from "../shell/state.js";
import { amount, inUnit, unitOf } from "../shell/units.js";
import { inChinese, say, word } from "../shell/words.js";
import { figureTile, FIRST } from "./clauses.js";
import { YEARLY } from "./plotting.js";

const MOST_PLACES = 4;
const WIDE = 300;
const { projects, warnings, sketch, year } = data.construction;
const svg = (tag, attributes, text) => make(tag, text, attributes, "http://www.w3.org/2000/svg");

function where({ places, unit }) {
  const told = places.slice(0, MOST_PLACES).map((p) => `${say(p.name)} ${amount(p.amount, unit)}`);
  const more = places.length - MOST_PLACES;
  if (more > 0) told.push(`+ ${more} ${word("further")}`);
  return told.join(inChinese() ? "、" : ", ");
}

function showProjects() {
  const heads = ["what", "new_amount", "where"].map(word);
  const money = [`${word("static_investment")} ${unitOf("MCNY")}`, `${word("annuity")} ${unitOf(YEARLY)}`];
  const rows = projects.map((p) => [
    say(p.kind),
    amount(p.amount, p.unit),
    where(p),
    ...(year ? [String(year)] : []),
    inUnit(p.investment_mcny, "MCNY"),
    inUnit(p.annuity_mcny, YEARLY),
  ]);
  const built = table([...heads, ...(year ? [word("built_by")] : []), ...money], rows, "projects");
  byId("projects").replaceChildren(rows.length ? built : make("p", word("nothing_built")));
}

function showWarnings() {
  const lines = warnings.map((w) => {
    const line = make("li");
    line.append(make("a", say(w.text), { href: `#lang=${state.lang}&section=${w.section}` }));
    return line;
  });
  byId("warnings").replaceChildren(...(lines.length ? lines : [make("li", word("no_warning"))]));
}

// Places as circles by capacity, with what is new in orange; corridors as lines, new ones dashed.
function drawing() {
  const at = Object.fromEntries(sketch.nodes.map((n) => [n.id, [n.x * WIDE, n.y * WIDE]]));
  const most = Math.max(1, ...sketch.nodes.map((n) => n.existing_mw + n.new_mw));
  const radius = (mw) => 17 * Math.sqrt(mw / most);
  const line = (c) => {
    const [[x1, y1], [x2, y2]] = [at[c.from_node], at[c.to_node]];
    const width = Math.min(6, 0.8 + (c.existing_mw + c.new_mw) / 900);
    const dash = c.new_mw > c.existing_mw ? { "stroke-dasharray": "5 3" } : {};
    return svg("line", { x1, y1, x2, y2, stroke: "#8761b4", "stroke-width": width, ...dash });
  };
  const place = (n) => {
    const [cx, cy] = at[n.id];
    if (n.receiver) return svg("path", { d: `M${cx} ${cy - 5}l5 5l-5 5l-5 -5z`, fill: "#fff", stroke: "#613391", "stroke-width": 2 });
    const group = svg("g", {});
    group.append(svg("circle", { cx, cy, r: Math.max(2, radius(n.existing_mw + n.new_mw)), fill: "#e69f00", stroke: "#fff" }));
    if (n.existing_mw > 1) group.append(svg("circle", { cx, cy, r: radius(n.existing_mw), fill: "#4a4a4a" }));
    group.append(svg("title", {}, `${say(n.name)} ${amount(n.existing_mw, "MW")} + ${amount(n.new_mw, "MW")}`));
    return group;
  };
  const drawn = svg("svg", { viewBox: `0 0 ${WIDE} ${WIDE}`, role: "img", "aria-label": word("open_map") });
  drawn.append(...sketch.corridors.map(line), ...sketch.nodes.map(place));
  return drawn;
}

function showSketch() {
  const link = make("a", null, { href: `map.html#lang=${state.lang}` });
  if (sketch.nodes.length) link.append(drawing());
  link.append(make("span", word("open_map")));
  byId("sketch").replaceChildren(link, make("p", word("sketch_note"), { class: "note" }));
}

export function showPlan() {
  byId("plan_figures").replaceChildren(...data.figures.filter((f) => FIRST.includes(f.code)).map(figureTile));
  showProjects();
  showWarnings();
  showSketch();
}
