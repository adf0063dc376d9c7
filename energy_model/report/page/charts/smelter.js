// Smelters in a week: power and the price where they stand.
import { data } from "../../shell/data.js";
import { factorOf, inUnit, told, unitOf } from "../../shell/units.js";
import { escaped, nameIn, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { axis, GRID_LINE, LINES, placeName, PRICE, quantity, rightAxis, sum, TWO_AXES } from "../plotting.js";
import { of, times } from "../series.js";
import { weekOf } from "../time.js";

chart("smelter", {
  section: "smelters",
  source: "results.nc",
  title: "smelter_week",
  reads: ["week"],
  absent: "no_smelter",
  there: () => data.smelters.length > 0,
  draw({ week }) {
    const { x, cut } = weekOf(week);
    const power = data.smelters.map((s, i) => ({
      type: "scatter",
      mode: "lines",
      x,
      y: cut(times(of("smelter:" + s.smelter, "power"), factorOf("MW"))),
      name: escaped(nameIn(s)),
      line: { color: LINES[i % LINES.length], width: 1.8, shape: "hv" },
      hovertemplate: told("MW"),
    }));
    const price = data.smelters.map((s, i) => ({
      type: "scatter",
      mode: "lines",
      x,
      y: cut(times(of("node:" + s.node, "price"), factorOf(PRICE))),
      name: `${word("price")} ${escaped(placeName("node:" + s.node))}`,
      yaxis: "y2",
      line: { color: LINES[i % LINES.length], width: 1, dash: "dot", shape: "hv" },
      hovertemplate: told(PRICE, 1),
    }));
    const all = power[0].y.map((_, i) => sum(power.map((trace) => trace.y[i])));
    const ends = [Math.min(...all), Math.max(...all)].map((v) => inUnit(v / factorOf("MW"), "MW"));
    return {
      finding: `${word("in_all")} ${ends.join(" … ")} ${unitOf("MW")}`,
      traces: [...power, ...price],
      layout: {
        hovermode: "x unified",
        margin: TWO_AXES,
        xaxis: { type: "date", tickformat: "%m-%d", dtick: 86400e3, gridcolor: GRID_LINE },
        yaxis: axis(quantity(word("power"), "MW")),
        yaxis2: rightAxis(quantity(word("price"), PRICE)),
      },
    };
  },
});
