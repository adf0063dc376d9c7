// The cost of the year against CO2, curtailment or the share of renewables.
import { data } from "../../shell/data.js";
import { amount, factorOf, unitOf } from "../../shell/units.js";
import { say, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { axis, colour, curvePoints, MARGIN, moneyUnit, pointLine, rightAxis, solvedOn, YEARLY } from "../plotting.js";

// Unit of each axis; shares are percent.
const AXES = { co2_kt: "kt", curtailed_gwh: "GWh", renewable_share: "%" };
const fronts = data.beyond.fronts;

chart("front", {
  section: "beyond",
  source: "tables/frontier_*.csv",
  after: "supply_stack",
  absent: "no_front",
  there: () => Object.keys(fronts).length > 0,
  pickers: { front: { label: "front_axis", options: () => Object.entries(fronts).map(([code, f]) => [code, say(f.name)]) } },
  draw({ front: code }) {
    const front = fronts[code];
    const unit = AXES[front.column];
    const scale = unit === "%" ? 100 : factorOf(unit);
    const price = front.price_unit;
    const costs = curvePoints(front.rows, scale, "cost_mcny", YEARLY);
    const marginal = curvePoints(front.rows, scale, "marginal", price);
    const ends = [Math.min, Math.max].map((end) => amount(end(...front.rows.map((r) => r.cost_mcny).filter((v) => v !== null)), YEARLY));
    return {
      finding: `${word("total_cost")} ${ends.join(" … ")}`,
      traces: [
        pointLine(costs, word("total_cost"), colour.load, YEARLY),
        pointLine(marginal, word("marginal"), colour.wind, price, { yaxis: "y2", line: { dash: "dot", color: colour.wind } }),
      ],
      title: `${word("front")} · ${say(front.name)}${solvedOn(`frontier_${code}`)}`,
      layout: {
        margin: { ...MARGIN, l: 64, r: 64 },
        xaxis: axis(`${say(front.name)} ${unitOf(unit)}`),
        yaxis: axis(moneyUnit()),
        yaxis2: rightAxis(unitOf(price)),
      },
    };
  },
});
