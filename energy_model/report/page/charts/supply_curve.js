// What more export costs: the supply curve, what bends it, and what is delivered along it.
import { data } from "../../shell/data.js";
import { amount, factorOf, inUnit, told } from "../../shell/units.js";
import { colon, escaped, say, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { axis, colour, curvePoints, impossibleNote, LINES, pointLine, PRICE, priceUnit, quantity, solvedOn, YEARLY } from "../plotting.js";

const MOST_REASONS = 3;
const near = data.beyond;
const isThere = () => near.supply.length > 0;

// What begins or ceases to hold the plan back at a bend; below the curves on the right, in order, so that no two arrows cross.
function bendNote(bend, i, most) {
  const reasons = bend.entries.slice(0, MOST_REASONS).map((e) => `${e.sign} ${escaped(say(e.name))}`);
  if (bend.entries.length > MOST_REASONS) reasons.push(`… ${bend.entries.length - MOST_REASONS} ${word("further")}`);
  return {
    x: bend.at * factorOf("GWh"),
    y: bend.marginal * factorOf(PRICE),
    text: reasons.join("<br>"),
    align: "left",
    showarrow: true,
    arrowwidth: 1,
    arrowhead: 2,
    arrowcolor: "#777",
    axref: "x",
    ayref: "y",
    ax: 0.56 * most.x,
    ay: (0.1 + 0.2 * i) * most.y,
    xanchor: "left",
    bgcolor: "#ffffffd0",
    font: { size: 9.5 },
  };
}

function marginalLine(rows) {
  const totals = rows
    .filter((r) => !r.impossible)
    .map((r) => `${amount(r.cost_mcny, YEARLY)}${r.changed ? `<br>${escaped(r.changed)}` : ""}`);
  return pointLine(curvePoints(rows, factorOf("GWh"), "marginal", PRICE), word("marginal"), colour.load, PRICE, {
    customdata: totals,
    hovertemplate: [told("GWh", 0, "x"), told(PRICE, 1), `${word("total_cost")} %{customdata}<extra>${word("marginal")}</extra>`].join(
      "<br>",
    ),
  });
}

chart("supply", {
  section: "beyond",
  source: "tables/supply_curve.csv",
  absent: "no_supply",
  there: isThere,
  draw() {
    const rows = near.supply;
    const [gwh, price] = [factorOf("GWh"), factorOf(PRICE)];
    const line = (key, name, tint, more) => pointLine(curvePoints(rows, gwh, key, PRICE), word(name), tint, PRICE, more);
    const most = { x: Math.max(...rows.map((r) => r.at)) * gwh, y: Math.max(...rows.map((r) => r.marginal ?? 0)) * price };
    const lost = rows.filter((r) => r.impossible).map((r) => impossibleNote(r.at * gwh, 0, { showarrow: true, ay: -24 }));
    const error = Math.max(0, ...rows.map((r) => r.error_mcny).filter((v) => v !== null));
    const marginals = rows.map((r) => r.marginal).filter((v) => v !== null);
    const ends = [Math.min(...marginals), Math.max(...marginals)].map((v) => inUnit(v, PRICE, 1));
    return {
      finding: `${word("marginal")} ${ends.join(" … ")} ${priceUnit()}`,
      traces: [
        marginalLine(rows),
        line("segment", "incremental", colour.wind, { mode: "lines", line: { shape: "vh", color: colour.wind, width: 1.6 } }),
        line("average_cny_per_mwh", "average_cost", colour.solar, { line: { dash: "dash", color: colour.solar, width: 1.6 } }),
      ],
      title: `${word("supply")} · ${word("error_between")} ${amount(error, YEARLY, 1)}${solvedOn("supply_curve")}`,
      layout: {
        annotations: [...lost, ...near.bends.map((bend, i) => bendNote(bend, i, most))],
        xaxis: axis(quantity(word("export_axis"), "GWh"), { rangemode: "tozero" }),
        yaxis: axis(priceUnit(), { rangemode: "tozero" }),
      },
    };
  },
});

chart("supply_stack", {
  section: "beyond",
  source: "tables/supply_curve_*.csv",
  after: "supply",
  absent: "no_supply",
  there: () => Object.keys(near.stacks).length > 0,
  pickers: { stack: { label: "stacked_by", options: () => Object.entries(near.stacks).map(([code, s]) => [code, say(s.name)]) } },
  draw({ stack: code }) {
    const stack = near.stacks[code];
    const traces = stack.lines.map((line, i) => ({
      type: "scatter",
      mode: "lines",
      stackgroup: "all",
      name: escaped(say(line.name)),
      x: line.rows.map((r) => r.at * factorOf("GWh")),
      y: line.rows.map((r) => r.gwh * factorOf("GWh")),
      line: { width: 0.8, color: LINES[i % LINES.length] },
      customdata: line.rows.map((r) => (r.price === null ? "" : `, ${amount(r.price, PRICE, 1)}`)),
      hovertemplate: `${told("GWh", 0, "x")}: ${told("GWh")}%{customdata}<extra>${escaped(say(line.name))}</extra>`,
    }));
    const last = (line) => line.rows.at(-1)?.gwh ?? 0;
    const most = stack.lines.reduce((a, b) => (last(b) > last(a) ? b : a));
    return {
      traces,
      finding: `${word("largest_part")}${colon()}${say(most.name)} ${amount(last(most), "GWh")}`,
      title: `${word("supply_stack")} · ${say(stack.name)}${solvedOn("supply_curve")}`,
      layout: {
        showlegend: true,
        xaxis: axis(quantity(word("export_axis"), "GWh")),
        yaxis: axis(quantity(word("received_axis"), "GWh"), { rangemode: "tozero" }),
      },
    };
  },
});
