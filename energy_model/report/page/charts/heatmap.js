// A heat map of the year: days across, hours up.
import { data } from "../../shell/data.js";
import { amount, factorOf, told, unitOf } from "../../shell/units.js";
import { say, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { loadingOf } from "../loading.js";
import { axis, placeName, PRICE } from "../plotting.js";
import { of, sumOf, there, times } from "../series.js";
import { calendar, timeOf } from "../time.js";

const FEW_DAYS = 21;

// What can be shown, for every place alike.
const quantities = () => [
  "price",
  "curtailed",
  ...["export", "level"].filter((name) => there("city", name)),
  "demand",
  "net_load",
  ...(data.corridors.length ? ["loading"] : []),
];

const corridorOf = (code) => data.corridors.find((c) => c.id === code) ?? data.corridors[0];

function valuesOf({ heat, place, corridor }) {
  if (heat === "demand" || heat === "net_load") return [sumOf(place, heat), "MW"];
  if (heat === "export") return [of(place, there(place, "export") ? "export" : "sent"), "MW"];
  if (heat === "loading") return [loadingOf(corridorOf(corridor)), "%"];
  return [of(place, heat), { price: PRICE, level: "MWh" }[heat] ?? "MW"];
}

// Colours between near the least and near the most: a few extreme hours would take them all.
function range(values) {
  const sorted = Float32Array.from(values).sort();
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))];
  const top = at(0.98) || sorted.at(-1);
  const low = Math.min(0, at(0.005));
  return { zmin: low, zmax: top > low ? top : low + 1 };
}

chart("heatmap", {
  section: "heatmaps",
  source: "results.nc",
  title: "heatmaps",
  reads: ["place"],
  pickers: {
    heat: { label: "quantity", options: () => quantities().map((q) => [q, word(q)]) },
    corridor: {
      label: "corridors",
      options: () => data.corridors.map((c) => [c.id, say(c.name)]),
      shown: ({ heat }) => heat === "loading",
    },
  },
  draw(at) {
    const [own, unit] = valuesOf(at);
    const values = times(own, factorOf(unit));
    const top = own.indexOf(own.reduce((a, b) => Math.max(a, b)));
    if (!values.some((v) => v !== 0)) return null;
    const { days, places } = calendar();
    const numbers = [...days.keys()];
    const marks = numbers.filter((d) => days.length <= FEW_DAYS || days[d].slice(8) === "01");
    const z = Array.from({ length: 24 }, () => Array(days.length).fill(null));
    places.forEach(([day, hour], i) => {
      z[hour][day] = values[i];
    });
    const where = at.heat === "loading" ? say(corridorOf(at.corridor).name) : placeName(at.place);
    const cells = { type: "heatmap", z, x: numbers, y: [...z.keys()], text: Array(24).fill(days), colorscale: "Cividis", ...range(values) };
    return {
      traces: [
        {
          ...cells,
          hovertemplate: `%{text} %{y}:00<br>${told(unit, 1, "z")}<extra></extra>`,
          colorbar: { title: { text: unitOf(unit), side: "top" }, thickness: 12 },
        },
      ],
      title: `${word(at.heat)} · ${where}`,
      finding: `${word("highest")} ${amount(own[top], unit, 1)}, ${timeOf(top)}`,
      layout: {
        xaxis: { tickmode: "array", tickvals: marks, ticktext: marks.map((d) => days[d].slice(5)) },
        yaxis: axis(word("hour_axis"), { dtick: 4, range: [-0.5, 23.5] }),
      },
    };
  },
});
