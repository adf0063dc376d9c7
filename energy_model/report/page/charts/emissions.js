// Coal by mine and CO2 by what burns it.
import { data, KT_PER_MT, WAN_T_PER_KT } from "../../shell/data.js";
import { escaped, inChinese, nameIn, number, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { ALARM, axis, colour, nameAxis } from "../plotting.js";

chart("coal", {
  section: "emissions",
  title: "coal_by_mine",
  draw() {
    if (!data.coal.length) return null;
    const y = data.coal.map((m) => escaped(nameIn(m)));
    const unit = inChinese() ? WAN_T_PER_KT : 1 / KT_PER_MT;
    const amounts = (key) => ({ y, x: data.coal.map((m) => m[key] * unit), hovertemplate: "%{y} %{x:,.1f}<extra></extra>" });
    const bar = (name, key, tint) => ({ type: "bar", orientation: "h", name: word(name), ...amounts(key), marker: { color: tint } });
    const limit = { symbol: "line-ns-open", size: 22, color: ALARM, line: { width: 3 } };
    return {
      traces: [
        bar("power_coal", "power_kt", "#4a4a4a"),
        bar("other_coal", "other_kt", "#b08d57"),
        { type: "scatter", mode: "markers", name: word("mine_capacity"), ...amounts("capacity_kt"), marker: limit },
      ],
      layout: { barmode: "stack", xaxis: axis(word("coal_axis")), yaxis: nameAxis() },
    };
  },
});

chart("co2", {
  section: "emissions",
  title: "co2_by_kind",
  draw() {
    if (!data.emissions.length) return null;
    const mt = data.emissions.map((e) => e.co2_kt / KT_PER_MT);
    return {
      traces: [
        {
          type: "bar",
          x: data.emissions.map((e) => word(e.kind)),
          y: mt,
          marker: { color: data.emissions.map((e) => colour[e.kind] ?? "#8a8a8a") },
          text: mt.map((v) => number(v, 2)),
          textposition: "outside",
          cliponaxis: false,
          hovertemplate: "%{x} %{y:,.2f} Mt<extra></extra>",
        },
      ],
      layout: { bargap: 0.45, xaxis: { type: "category" }, yaxis: axis("Mt CO2", { rangemode: "tozero" }) },
    };
  },
});
