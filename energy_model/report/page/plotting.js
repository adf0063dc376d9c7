// What charts are made of: layouts, axes, lines, bars, colours.
import { data } from "../shell/data.js";
import { FONTS } from "../shell/plotly_words.js";
import { converted, decimals, factorOf, inUnit, told, unitOf } from "../shell/units.js";
import { escaped, inChinese, say, word } from "../shell/words.js";
import { hourly } from "./series.js";

export const colour = data.colours;
export const LINES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#4a4a4a", "#a5673f"];
export const DASHES = ["solid", "dash", "dot", "dashdot"];
export const INK = "#1f2430";
export const ALARM = "#d55e00";
export const GRID_LINE = "#eceef1";
export const PRICE_LINE = "#8a1c6b";
export const MARGIN = { l: 58, r: 14, t: 50, b: 44 };
export const TWO_AXES = { ...MARGIN, r: 58 };
export const LEGEND = { orientation: "h", y: -0.14, yanchor: "top", x: 0, font: { size: 10.5 } };

const TITLE = { font: { size: 13 }, x: 0, xref: "container", xanchor: "left", pad: { l: 4 }, y: 0.985, yanchor: "top" };

// Layout of every chart; what it lays out itself comes on top.
export const shared = (title, below) => ({
  title: { text: title, subtitle: { text: below, font: { size: 10.5, color: "#5b6270" } }, ...TITLE },
  font: { family: FONTS, size: 11, color: INK },
  margin: MARGIN,
  paper_bgcolor: "#fff",
  plot_bgcolor: "#fff",
  legend: LEGEND,
  hoverlabel: { font: { size: 11 } },
});

export const axis = (title, more = {}) => ({
  title: { text: escaped(title), font: { size: 11 }, standoff: 6 },
  gridcolor: GRID_LINE,
  zerolinecolor: "#9aa1ad",
  automargin: true,
  separatethousands: true,
  exponentformat: "none",
  ...more,
});
// A second axis of values, on the right.
export const rightAxis = (title, more = {}) => axis(title, { overlaying: "y", side: "right", showgrid: false, tickmode: "auto", ...more });
// Names of bars, downwards in their order.
export const nameAxis = (more = {}) => ({ autorange: "reversed", automargin: true, ...more });
export const hatch = (fill) => ({ shape: "/", fgcolor: "#ffffff", bgcolor: fill, size: 5, solidity: 0.35, fillmode: "replace" });

// --- quantities with their units --------------------------------------------------------------------------------------

export const quantity = (words, unit) => `${words}${inChinese() ? "，" : ", "}${unitOf(unit)}`;
export const YEARLY = "MCNY/a";
export const PRICE = "CNY/MWh";
export const moneyText = (mcny, digits = 0) => inUnit(mcny, YEARLY, digits);
export const moneyUnit = () => unitOf(YEARLY);
export const priceUnit = () => unitOf(PRICE);

// --- names ----------------------------------------------------------------------------------------------------------

export const placeName = (key) => say(data.places.find((p) => p.key === key).name);
export const sum = (values) => values.reduce((a, b) => a + b, 0);

// --- curves over the hours of the year ----------------------------------------------------------------------------------

const MOST_POINTS = 1500;

// Values from the highest down, over the hours that each stands for: not too many points of it, ends kept.
function duration(values) {
  const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a]);
  const step = Math.max(1, Math.floor(order.length / MOST_POINTS));
  const x = [];
  const y = [];
  let hours = 0;
  order.forEach((i, k) => {
    if (k % step === 0 || k === order.length - 1) {
      x.push(hours);
      y.push(values[i]);
    }
    hours += hourly.weight[i];
  });
  x.push(hours);
  y.push(y.at(-1));
  return { x, y };
}

export const durationCurve = (name, values, tint, unit, more = {}) => ({
  type: "scatter",
  mode: "lines",
  name,
  ...duration(values.map((v) => v * factorOf(unit))),
  line: { color: tint, width: 1.8, ...more },
  hovertemplate: `${told(unit, 1)}<br>${told("h", 0, "x")}`,
});
export const durationLayout = (words, unit) => ({
  xaxis: axis(word("hours_axis"), { rangemode: "tozero" }),
  yaxis: axis(quantity(words, unit)),
});

// --- bars ---------------------------------------------------------------------------------------------------------------

// Horizontal bars by name, one trace for each key, in the order of the largest sums.
export function stackedBars(rows, key, value, tint, named, unit) {
  const names = [...new Set(rows.map((r) => say(r.name)))];
  const size = (n) => sum(rows.filter((r) => say(r.name) === n).map((r) => Math.abs(r[value])));
  names.sort((a, b) => size(a) - size(b));
  const traces = [...new Set(rows.map((r) => r[key]))].map((k) => {
    const mine = rows.filter((r) => r[key] === k);
    return {
      type: "bar",
      orientation: "h",
      name: named(k),
      y: mine.map((r) => escaped(say(r.name))),
      x: converted(
        mine.map((r) => r[value]),
        unit,
      ),
      marker: { color: tint(k) },
      hovertemplate: `%{y}<br>${named(k)} ${told(unit, 0, "x")}<extra></extra>`,
    };
  });
  return { traces, yaxis: { automargin: true, categoryorder: "array", categoryarray: names.map(escaped) } };
}

// Height that so many rows of bars need [px].
export const rowsHeight = (rows, each = 17) => Math.max(420, 130 + each * rows);

// --- points of solves of their own, with their proof ----------------------------------------------------------------------

// Where a change has no plan.
export const impossibleNote = (x, y, more = {}) => ({
  x,
  y,
  text: word("not_possible"),
  showarrow: false,
  font: { size: 10, color: "#b00020" },
  ...more,
});

export const curvePoints = (rows, scale, y, unit) =>
  rows.filter((r) => !r.impossible && r[y] !== null).map((r) => [r.at * scale, r[y] * factorOf(unit)]);
export const pointLine = (pairs, name, tint, unit, more = {}) => ({
  type: "scatter",
  mode: "lines+markers",
  x: pairs.map((p) => p[0]),
  y: pairs.map((p) => p[1]),
  name,
  line: { color: tint, width: 1.8 },
  marker: { size: 5 },
  hovertemplate: `%{x:,.4g}<br>%{y:,.${decimals(unit, 1)}f} ${unitOf(unit)}<extra>${name}</extra>`,
  ...more,
});

// Horizon, weather and largest gap of a table of such points, for a title.
export const solvedOn = (table) =>
  data.beyond.proof
    .filter((p) => p.table === table)
    .map((p) => ` · ${say(p.horizon)}, ${p.weather}, ${word("gap")} ≤ ${p.gap}`)
    .join("");
