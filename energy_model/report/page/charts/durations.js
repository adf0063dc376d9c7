// Duration curves: hours of the year at or above a value.
import { data } from "../../shell/data.js";
import { amount } from "../../shell/units.js";
import { colon, escaped, say, semicolon, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { colour, DASHES, durationCurve, durationLayout, LINES, placeName, PRICE, PRICE_LINE } from "../plotting.js";
import { added, hoursOf, meanOf, of, sumOf, there } from "../series.js";
import { loadingOf } from "../loading.js";

const MOST_CORRIDORS = 8;
const LEAST_MW = 0.5;

chart("duration_load", {
  section: "durations",
  source: "results.nc",
  draw() {
    const need = sumOf("city", "demand");
    const traces = [durationCurve(word("demand"), need, colour.load, "MW")];
    if (there("city", "export")) {
      traces.push(durationCurve(word("with_export"), added(need, of("city", "export")), colour.export, "MW"));
    }
    traces.push(durationCurve(word("net_load"), sumOf("city", "net_load"), colour.wind, "MW", { dash: "dash" }));
    const peak = Math.max(...need);
    const finding = `${word("demand")}${colon()}${word("highest")} ${amount(peak, "MW")}`;
    return { traces, finding, title: `${word("duration_load")} · ${word("city")}`, layout: durationLayout(word("power"), "MW") };
  },
});

chart("duration_price", {
  section: "durations",
  source: "results.nc",
  reads: ["place"],
  draw({ place }) {
    const traces = [durationCurve(placeName(place), of(place, "price"), PRICE_LINE, PRICE)];
    if (place !== "city") traces.push(durationCurve(word("city"), of("city", "price"), "#9aa1ad", PRICE, { dash: "dot" }));
    const price = of(place, "price");
    const most = price.reduce((a, b) => Math.max(a, b), 0);
    const finding = `${word("mean_price")} ${amount(meanOf(price), PRICE, 1)}${semicolon()}${word("highest")} ${amount(most, PRICE, 1)}`;
    return { traces, finding, title: `${word("duration_price")} · ${placeName(place)}`, layout: durationLayout(word("price"), PRICE) };
  },
});

chart("duration_loading", {
  section: "durations",
  source: "results.nc",
  draw() {
    const chosen = data.corridors.filter((c) => c.usable_mw > 1).slice(0, MOST_CORRIDORS);
    if (!chosen.length) return null;
    const traces = chosen.map((c, i) =>
      durationCurve(escaped(say(c.name)), loadingOf(c), LINES[i], "%", { dash: DASHES[i % DASHES.length], width: 1.5 }),
    );
    const full = data.corridors.filter((c) => c.hours_at_limit_h > 0).length;
    const finding = `${word("corridors_full")} ${full} / ${data.corridors.length}`;
    return { traces, finding, layout: durationLayout(word("loading_axis"), "%") };
  },
});

chart("duration_curtailed", {
  section: "durations",
  source: "results.nc",
  reads: ["place"],
  draw({ place }) {
    if (!there(place, "curtailed")) return null;
    const curve = durationCurve(word("curtailed"), of(place, "curtailed"), colour.wind, "MW");
    return {
      traces: [{ ...curve, fill: "tozeroy" }],
      finding: `${word("hours_curtailed")} ${amount(hoursOf(of(place, "curtailed"), LEAST_MW), "h")}`,
      title: `${word("duration_curtailed")} · ${placeName(place)}`,
      layout: durationLayout(word("power"), "MW"),
    };
  },
});
