// Capacity: what stands and what is built, by place and by year.
import { data } from "../../shell/data.js";
import { amount, converted, told } from "../../shell/units.js";
import { word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { axis, colour, quantity, stackedBars, sum } from "../plotting.js";

const DUST_MW = 0.5;

chart("capacity", {
  section: "capacities",
  source: "tables/capacity.csv",
  title: "capacity_by_node",
  draw() {
    if (!data.capacity.length) return null;
    const parts = data.capacity.flatMap((c) => [
      { ...c, key: c.kind + ":existing", mw: c.existing_mw },
      { ...c, key: c.kind + ":new", mw: c.new_mw },
    ]);
    const rows = parts.filter((r) => r.mw > DUST_MW);
    rows.sort((a, b) => data.kinds.indexOf(a.kind) - data.kinds.indexOf(b.kind) || b.key.length - a.key.length);
    const kindOf = (key) => key.split(":")[0];
    const named = (key) => key.split(":").map(word).join(" ");
    const { traces, yaxis } = stackedBars(rows, "key", "mw", (key) => colour[kindOf(key)], named, "MW");
    const keys = [...new Set(rows.map((r) => r.key))];
    traces.forEach((trace, i) => {
      const kind = kindOf(keys[i]);
      trace.name = word(kind);
      trace.meta = { heading: named(keys[i]) };
      trace.showlegend = keys.findIndex((k) => kindOf(k) === kind) === i;
      if (keys[i].endsWith(":new")) {
        trace.marker.pattern = { shape: "/", fgcolor: "#ffffff", bgcolor: trace.marker.color, fillmode: "replace", size: 6, solidity: 0.3 };
      }
    });
    const built = rows.filter((r) => r.key.endsWith(":new"));
    const finding = `${word("new")} ${amount(sum(built.map((r) => r.mw)), "MW")}`;
    return { traces, finding, layout: { barmode: "stack", xaxis: axis(quantity(word("capacities"), "MW")), yaxis } };
  },
});

chart("capacity_by_year", {
  section: "capacities",
  source: "tables/capacity.csv",
  draw() {
    const years = data.capacity_years;
    const beforeAndAfter = years.length === 2 && years[0].what === "existing";
    const x = years.map((y) => `${y.year ?? ""} ${beforeAndAfter ? word(y.what) : ""}`.trim());
    const mw = (kind) => years.map((y) => y.kinds[kind] ?? 0);
    const traces = data.kinds
      .filter((kind) => mw(kind).some((v) => v > DUST_MW))
      .map((kind) => ({
        type: "bar",
        name: word(kind),
        x,
        y: converted(mw(kind), "MW"),
        marker: { color: colour[kind] },
        hovertemplate: `%{x}<br>${word(kind)} ${told("MW")}<extra></extra>`,
      }));
    if (!traces.length) return null;
    const yaxis = axis(quantity(word("capacities"), "MW"));
    const finding = `${x.at(-1)} ${word("in_all")} ${amount(sum(Object.values(years.at(-1).kinds)), "MW")}`;
    return { traces, finding, layout: { barmode: "stack", bargap: 0.45, xaxis: { type: "category" }, yaxis } };
  },
});
