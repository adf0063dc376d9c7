// The cost of the year: by what it is for, and by place.
import { data } from "../../shell/data.js";
import { amount, factorOf } from "../../shell/units.js";
import { colon, escaped, number, say, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { axis, colour, moneyText, moneyUnit, nameAxis, stackedBars, sum, YEARLY } from "../plotting.js";

const GROUPS = ["cost_investment", "cost_fixed", "cost_fuel", "cost_running", "cost_penalty"];
const bar = { type: "bar", orientation: "h", textposition: "outside", cliponaxis: false, hovertemplate: "%{y} %{text}<extra></extra>" };

// Costs one after the other, each beginning where the one before it ends.
function steps() {
  const parts = GROUPS.flatMap((g) => data.costs.filter((c) => c.group === g));
  let at = 0;
  return parts.map((c) => {
    const from = at;
    at += c.cost_mcny;
    return { ...c, label: escaped(say(c.name)), from };
  });
}

chart("waterfall", {
  section: "costs",
  source: "tables/costs.csv",
  draw() {
    const parts = steps();
    const money = factorOf(YEARLY);
    const bars = GROUPS.filter((g) => parts.some((c) => c.group === g)).map((g) => {
      const mine = parts.filter((c) => c.group === g);
      return {
        ...bar,
        name: word(g),
        y: mine.map((c) => c.label),
        x: mine.map((c) => c.cost_mcny * money),
        base: mine.map((c) => c.from * money),
        marker: { color: colour[g] },
        text: mine.map((c) => moneyText(c.cost_mcny)),
      };
    });
    const total = data.total_cost_mcny * money;
    const whole = { name: word("total_cost"), y: [word("total_cost")], x: [total], text: [moneyText(data.total_cost_mcny)] };
    bars.push({ ...bar, ...whole, showlegend: false, marker: { color: "#1f4e79" } });
    const names = [...parts.map((c) => c.label), word("total_cost")];
    const largest = parts.reduce((a, b) => (b.cost_mcny > a.cost_mcny ? b : a), parts[0]);
    const share = number((100 * largest.cost_mcny) / data.total_cost_mcny, 0);
    return {
      traces: bars,
      finding: `${word("largest_part")}${colon()}${say(largest.name)} ${share} %`,
      layout: {
        barmode: "overlay",
        showlegend: false,
        xaxis: axis(moneyUnit(), { range: [0, total * 1.16] }),
        yaxis: nameAxis({ categoryorder: "array", categoryarray: names, tickfont: { size: 10 } }),
      },
    };
  },
});

chart("cost_by_place", {
  section: "costs",
  source: "tables/node_costs.csv",
  absent: "lacks_node_costs",
  draw() {
    if (!data.node_costs) return null;
    const order = [...data.node_costs].sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group));
    const { traces, yaxis } = stackedBars(order, "group", "cost_mcny", (g) => colour[g], word, YEARLY);
    const of = (name) => sum(order.filter((r) => say(r.name) === name).map((r) => r.cost_mcny));
    const most = order.map((r) => say(r.name)).reduce((a, b) => (of(b) > of(a) ? b : a));
    const finding = `${word("largest_part")}${colon()}${most} ${amount(of(most), YEARLY)}`;
    return { traces, finding, layout: { barmode: "relative", xaxis: axis(moneyUnit()), yaxis } };
  },
});
