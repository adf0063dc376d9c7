// How fast thermal plants must follow: changes from hour to hour of the net load and of what they make.
import { data } from "../../shell/data.js";
import { amount } from "../../shell/units.js";
import { word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { colour, durationCurve, durationLayout, placeName } from "../plotting.js";
import { added, of, sumOf } from "../series.js";

const firstHours = new Set(data.segments.map(([first]) => first));

// Change since the hour before; none in the first hour of a run.
const changeOf = (series) => series.map((v, i) => (firstHours.has(i) ? 0 : v - series[i - 1]));

chart("ramps", {
  section: "durations",
  source: "results.nc",
  reads: ["place"],
  draw({ place }) {
    const thermal = added(of(place, "thermal"), of(place, "chp"));
    const traces = [durationCurve(word("net_load"), changeOf(sumOf(place, "net_load")), colour.wind, "MW/h", { dash: "dash" })];
    if (thermal.some((v) => v > 0)) traces.push(durationCurve(word("thermal_output"), changeOf(thermal), colour.thermal, "MW/h"));
    const steepest = changeOf(sumOf(place, "net_load")).reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const finding = `${word("steepest")} ${amount(steepest, "MW/h")}`;
    return { traces, finding, title: `${word("ramps")} · ${placeName(place)}`, layout: durationLayout(word("ramp_axis"), "MW/h") };
  },
});
