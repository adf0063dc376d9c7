// Duration curves: hours of the year at or above a value.
import { data } from "../../shell/data.js";
import { escaped, say, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { colour, DASHES, durationCurve, durationLayout, LINES, placeName, PRICE, PRICE_LINE } from "../plotting.js";
import { added, of, sumOf, there } from "../series.js";
import { loadingOf } from "../loading.js";

const MOST_CORRIDORS = 8;

chart("duration_load", {
  section: "durations",
  draw() {
    const need = sumOf("city", "demand");
    const traces = [durationCurve(word("demand"), need, colour.load, "MW")];
    if (there("city", "export")) {
      traces.push(durationCurve(word("with_export"), added(need, of("city", "export")), colour.export, "MW"));
    }
    traces.push(durationCurve(word("net_load"), sumOf("city", "net_load"), colour.wind, "MW", { dash: "dash" }));
    return { traces, title: `${word("duration_load")} · ${word("city")}`, layout: durationLayout(word("power"), "MW") };
  },
});

chart("duration_price", {
  section: "durations",
  reads: ["place"],
  draw({ place }) {
    const traces = [durationCurve(placeName(place), of(place, "price"), PRICE_LINE, PRICE)];
    if (place !== "city") traces.push(durationCurve(word("city"), of("city", "price"), "#9aa1ad", PRICE, { dash: "dot" }));
    return { traces, title: `${word("duration_price")} · ${placeName(place)}`, layout: durationLayout(word("price"), PRICE) };
  },
});

chart("duration_loading", {
  section: "durations",
  draw() {
    const chosen = data.corridors.filter((c) => c.usable_mw > 1).slice(0, MOST_CORRIDORS);
    if (!chosen.length) return null;
    const traces = chosen.map((c, i) =>
      durationCurve(escaped(say(c.name)), loadingOf(c), LINES[i], "%", { dash: DASHES[i % DASHES.length], width: 1.5 }),
    );
    return { traces, layout: durationLayout(word("loading_axis"), "%") };
  },
});

chart("duration_curtailed", {
  section: "durations",
  reads: ["place"],
  draw({ place }) {
    if (!there(place, "curtailed")) return null;
    const curve = durationCurve(word("curtailed"), of(place, "curtailed"), colour.wind, "MW");
    return {
      traces: [{ ...curve, fill: "tozeroy" }],
      title: `${word("duration_curtailed")} · ${placeName(place)}`,
      layout: durationLayout(word("power"), "MW"),
    };
  },
});
