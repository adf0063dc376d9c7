// Smelters in a week: power and the price where they stand.
import { data } from "../../shell/data.js";
import { escaped, nameIn, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { axis, GRID_LINE, LINES, placeName, priceUnit, rightAxis, TWO_AXES } from "../plotting.js";
import { of } from "../series.js";
import { weekOf } from "../time.js";

chart("smelter", {
  section: "smelters",
  title: "smelter_week",
  reads: ["week"],
  draw({ week }) {
    if (!data.smelters.length) return null;
    const { x, cut } = weekOf(week);
    const power = data.smelters.map((s, i) => ({
      type: "scatter",
      mode: "lines",
      x,
      y: cut(of("smelter:" + s.smelter, "power")),
      name: escaped(nameIn(s)),
      line: { color: LINES[i % LINES.length], width: 1.8, shape: "hv" },
      hovertemplate: "%{y:,.0f} MW",
    }));
    const price = data.smelters.map((s, i) => ({
      type: "scatter",
      mode: "lines",
      x,
      y: cut(of("node:" + s.node, "price")),
      name: `${word("price")} ${escaped(placeName("node:" + s.node))}`,
      yaxis: "y2",
      line: { color: LINES[i % LINES.length], width: 1, dash: "dot", shape: "hv" },
      hovertemplate: `%{y:,.1f} ${priceUnit()}`,
    }));
    return {
      traces: [...power, ...price],
      layout: {
        hovermode: "x unified",
        margin: TWO_AXES,
        xaxis: { type: "date", tickformat: "%m-%d", dtick: 86400e3, gridcolor: GRID_LINE },
        yaxis: axis(word("power_mw")),
        yaxis2: rightAxis(word("price_axis")),
      },
    };
  },
});
