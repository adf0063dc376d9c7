// Microgrids: their own balance, what passes their border, and what an outage would cost them.
import { data } from "../../shell/data.js";
import { amount, converted, factorOf, told, unitOf } from "../../shell/units.js";
import { colon, nameIn, number, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { ALARM, axis, colour, durationCurve, durationLayout, quantity, rightAxis, TWO_AXES } from "../plotting.js";
import { of, sumOf, there } from "../series.js";

const LEAST_GWH = 0.5;
const microgrid = (code) => data.microgrids.find((g) => g.microgrid === code);
const isThere = () => data.microgrids.length > 0;

chart("grid_balance", {
  section: "microgrid_pages",
  source: "results.nc",
  title: "own_balance",
  pickers: { grid: { label: "microgrid_pages", options: () => data.microgrids.map((g) => [g.microgrid, nameIn(g)]) } },
  absent: "no_microgrid",
  there: isThere,
  draw({ grid }) {
    const energy = microgrid(grid).energy_gwh;
    const part = (name, side) => ({
      type: "bar",
      name: word(name),
      x: [side],
      y: converted([energy[name]], "GWh"),
      marker: { color: colour[name] },
      hovertemplate: `${word(name)} ${told("GWh")}<extra></extra>`,
    });
    const parts = [...data.supply.map((n) => part(n, "+")), ...data.demand.map((n) => part(n, "−"))];
    const sides = [`${word("sent_out")} + ${word("received")}`, `${word("demand")} + ${word("sent")}`];
    return {
      traces: parts.filter((t) => t.y[0] > LEAST_GWH * factorOf("GWh")),
      title: `${word("own_balance")} ${unitOf("GWh")}`,
      finding: `${word("self_supply_share")} ${number(100 * microgrid(grid).self_supply_share, 1)} %`,
      layout: {
        barmode: "stack",
        bargap: 0.4,
        xaxis: { type: "category", tickvals: ["+", "−"], ticktext: sides },
        yaxis: axis(unitOf("GWh")),
      },
    };
  },
});

chart("tie", {
  section: "microgrid_pages",
  source: "results.nc",
  title: "tie_flow",
  reads: ["grid"],
  absent: "no_microgrid",
  there: isThere,
  draw({ grid }) {
    const place = "microgrid:" + grid;
    const traces = [durationCurve(word("border_flow"), sumOf(place, "border"), "#9aa1ad", "MW", { dash: "dot" })];
    if (there(place, "tie")) traces.unshift(durationCurve(word("tie_corridors"), of(place, "tie"), "#613391", "MW"));
    const finding = `${word("hours_at_limit_h")} ${amount(microgrid(grid).hours_at_limit_h, "h")}`;
    return { traces, finding, layout: { ...durationLayout(word("power"), "MW"), ...limitLines(microgrid(grid).tie_limit_mw) } };
  },
});

function limitLines(limit) {
  if (limit === null) return {};
  const at = limit * factorOf("MW");
  const line = { type: "line", xref: "paper", x0: 0, x1: 1, line: { color: ALARM, dash: "dash", width: 1.3 } };
  const text = { text: `${word("tie_limit")} ±${amount(limit, "MW")}`, font: { size: 10.5, color: ALARM }, showarrow: false };
  return {
    shapes: [at, -at].map((y) => ({ ...line, y0: y, y1: y })),
    annotations: [{ xref: "paper", x: 1, y: at, xanchor: "right", yanchor: "bottom", ...text }],
  };
}

const outages = (grid) => data.islanding.curves.filter((r) => r.microgrid === grid);

chart("island", {
  section: "islanding",
  source: "islanding/island_duration.csv",
  title: "island_curve",
  reads: ["grid"],
  there: ({ grid }) => outages(grid).length > 0,
  draw({ grid }) {
    const rows = outages(grid);
    const line = (code, unit, tint, more) => ({
      type: "scatter",
      mode: "lines",
      name: word(code),
      x: rows.map((r) => 100 * r.exceeded_share),
      y: converted(
        rows.map((r) => r[code]),
        unit,
      ),
      line: { color: tint, width: 1.8 },
      hovertemplate: told(unit, 1),
      ...more,
    });
    const hours = rows.filter((r) => r.unserved_mwh > 0).at(-1)?.exceeded_share ?? 0;
    return {
      finding: `${word("unserved_mwh")} > 0${colon()}${number(100 * hours, 1)} %`,
      traces: [line("unserved_mwh", "MWh", ALARM), line("step_short_mw", "MW", "#0072b2", { yaxis: "y2" })],
      layout: {
        hovermode: "x unified",
        margin: TWO_AXES,
        xaxis: axis(quantity(word("share_axis"), "%"), { range: [0, 100] }),
        yaxis: axis(unitOf("MWh"), { rangemode: "tozero" }),
        yaxis2: rightAxis(unitOf("MW"), { rangemode: "tozero" }),
      },
    };
  },
});
