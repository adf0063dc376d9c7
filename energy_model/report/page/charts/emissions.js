// Coal by mine and CO2 by what burns it.
import { data } from "../../shell/data.js";
import { amount, converted, inUnit, told, unitOf } from "../../shell/units.js";
import { escaped, nameIn, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { ALARM, axis, colour, nameAxis, sum } from "../plotting.js";

const YEARLY_MASS = "kt/a";

chart("coal", {
  section: "emissions",
  source: "tables/coal.csv",
  title: "coal_by_mine",
  draw() {
    if (!data.coal.length) return null;
    const y = data.coal.map((m) => escaped(nameIn(m)));
    const amounts = (key) => ({
      y,
      x: converted(
        data.coal.map((m) => m[key]),
        YEARLY_MASS,
      ),
      hovertemplate: `%{y} ${told(YEARLY_MASS, 0, "x")}<extra></extra>`,
    });
    const bar = (name, key, tint) => ({ type: "bar", orientation: "h", name: word(name), ...amounts(key), marker: { color: tint } });
    const limit = { symbol: "line-ns-open", size: 22, color: ALARM, line: { width: 3 } };
    return {
      traces: [
        bar("power_coal", "power_kt", "#4a4a4a"),
        bar("other_coal", "other_kt", "#b08d57"),
        { type: "scatter", mode: "markers", name: word("mine_capacity"), ...amounts("capacity_kt"), marker: limit },
      ],
      finding: `${word("in_all")} ${amount(sum(data.coal.map((m) => m.power_kt + m.other_kt)), YEARLY_MASS)}`,
      layout: { barmode: "stack", xaxis: axis(unitOf(YEARLY_MASS)), yaxis: nameAxis() },
    };
  },
});

chart("co2", {
  section: "emissions",
  source: "results.nc",
  title: "co2_by_kind",
  draw() {
    if (!data.emissions.length) return null;
    const kt = data.emissions.map((e) => e.co2_kt);
    return {
      traces: [
        {
          type: "bar",
          x: data.emissions.map((e) => word(e.kind)),
          y: converted(kt, YEARLY_MASS),
          marker: { color: data.emissions.map((e) => colour[e.kind] ?? "#8a8a8a") },
          text: kt.map((v) => inUnit(v, YEARLY_MASS)),
          textposition: "outside",
          cliponaxis: false,
          hovertemplate: `%{x} ${told(YEARLY_MASS)}<extra></extra>`,
        },
      ],
      finding: `${word("in_all")} ${amount(sum(kt), YEARLY_MASS)}`,
      layout: { bargap: 0.45, xaxis: { type: "category" }, yaxis: axis(`CO2, ${unitOf(YEARLY_MASS)}`, { rangemode: "tozero" }) },
    };
  },
});
