// The hours of a week: a stack of supply over what is needed, the price below, and what the stores hold.
import { data } from "../../shell/data.js";
import { amount, decimals, factorOf, told, unitOf } from "../../shell/units.js";
import { colon, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { axis, colour, GRID_LINE, hatch, LEGEND, MARGIN, placeName, PRICE, PRICE_LINE, quantity } from "../plotting.js";
import { added, of, sumOf, there, times } from "../series.js";
import { weekOf } from "../time.js";

const HEIGHTS = {
  withStore: { power: [0.44, 1], price: [0.21, 0.39], level: [0, 0.16] },
  without: { power: [0.32, 1], price: [0, 0.26] },
};
const DAYS = { type: "date", gridcolor: GRID_LINE, tickformat: "%m-%d\n%H:%M", dtick: 86400e3, hoverformat: "%Y-%m-%d %H:%M" };

chart("dispatch", {
  section: "dispatch",
  source: "results.nc",
  tall: true,
  reads: ["place", "week"],
  draw({ place, week }) {
    const { x, cut } = weekOf(week);
    const stored = there(place, "level");
    const heights = stored ? HEIGHTS.withStore : HEIGHTS.without;
    const band = (name, sign, stack, extra = {}) => ({
      type: "scatter",
      mode: "lines",
      x,
      y: cut(times(of(place, name), sign * factorOf("MW"))),
      name: word(name),
      stackgroup: stack,
      line: { width: 0, color: colour[name], shape: "hv" },
      fillcolor: colour[name],
      hovertemplate: told("MW"),
      ...extra,
    });
    const line = (name, values, unit, more) => {
      const drawn = { x, y: cut(times(values, factorOf(unit))), name: word(name) };
      return { type: "scatter", mode: "lines", ...drawn, hovertemplate: told(unit, unit === PRICE ? 1 : 0), ...more };
    };
    const up = data.supply.filter((n) => there(place, n)).map((n) => band(n, 1, "up"));
    if (there(place, "curtailed")) up.push(band("curtailed", 1, "up", { fillpattern: hatch(colour.curtailed) }));
    const down = ["export", "sent", "charge", "loss"].filter((n) => there(place, n)).map((n) => band(n, -1, "down"));
    const total = added(...data.supply.filter((n) => there(place, n)).map((n) => of(place, n)));
    const traces = [
      ...up,
      ...down,
      {
        ...line("supply_total", total, "MW", { line: { width: 0 }, showlegend: false }),
        customdata: cut(times(of(place, "price"), factorOf(PRICE))),
        hovertemplate: `${told("MW")}<br>${word("price")} %{customdata:,.${decimals(PRICE, 1)}f} ${unitOf(PRICE)}`,
      },
      line("demand", sumOf(place, "demand"), "MW", { line: { color: colour.load, width: 2, shape: "hv" } }),
      line("price", of(place, "price"), PRICE, { yaxis: "y2", line: { color: PRICE_LINE, width: 1.6, shape: "hv" } }),
    ];
    if (stored) {
      const filled = { yaxis: "y3", fill: "tozeroy", line: { color: colour.discharge, width: 1.2 } };
      traces.push(line("level", of(place, "level"), "MWh", filled));
    }
    return {
      traces,
      title: `${word("dispatch")} · ${placeName(place)}`,
      finding: `${word("demand")}${colon()}${word("highest")} ${amount(Math.max(...cut(sumOf(place, "demand"))), "MW")}`,
      layout: {
        margin: { ...MARGIN, b: 76 },
        hovermode: "x unified",
        legend: { ...LEGEND, y: -0.09, traceorder: "normal" },
        xaxis: { ...DAYS, anchor: stored ? "y3" : "y2" },
        yaxis: axis(quantity(word("power"), "MW"), { domain: heights.power }),
        yaxis2: axis(quantity(word("price"), PRICE), { domain: heights.price }),
        ...(stored ? { yaxis3: axis(quantity(word("level"), "MWh"), { domain: heights.level, rangemode: "tozero" }) } : {}),
      },
    };
  },
});
