// The cost of the year against CO2, curtailment or the share of renewables.
import { data, KT_PER_MT } from "../../shell/data.js";
import { say, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { axis, colour, curvePoints, MARGIN, money, moneyUnit, pointLine, rightAxis, solvedOn } from "../plotting.js";

// How each axis is shown: factor and unit.
const AXES = { co2_kt: [1 / KT_PER_MT, "Mt"], curtailed_gwh: [1, "GWh"], renewable_share: [100, "%"] };
const fronts = data.beyond.fronts;

chart("front", {
  section: "beyond",
  after: "supply_stack",
  absent: "no_front",
  there: () => Object.keys(fronts).length > 0,
  pickers: { front: { label: "front_axis", options: () => Object.entries(fronts).map(([code, f]) => [code, say(f.name)]) } },
  draw({ front: code }) {
    const front = fronts[code];
    const [scale, unit] = AXES[front.column];
    const price = say(front.price_unit);
    const costs = curvePoints(front.rows, scale, "cost_mcny").map(([x, y]) => [x, y * money()]);
    const marginal = curvePoints(front.rows, scale, "marginal");
    return {
      traces: [
        pointLine(costs, word("total_cost"), colour.load, moneyUnit()),
        pointLine(marginal, word("marginal"), colour.wind, price, { yaxis: "y2", line: { dash: "dot", color: colour.wind } }),
      ],
      title: `${word("front")} · ${say(front.name)}${solvedOn(`frontier_${code}`)}`,
      layout: {
        margin: { ...MARGIN, l: 64, r: 64 },
        xaxis: axis(`${say(front.name)} ${unit}`),
        yaxis: axis(moneyUnit()),
        yaxis2: rightAxis(price),
      },
    };
  },
});
