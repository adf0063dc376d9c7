// Wind, sun and heat by month.
import { data } from "../../shell/data.js";
import { converted, told, unitOf } from "../../shell/units.js";
import { number, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { ALARM, axis, colour, rightAxis, TWO_AXES } from "../plotting.js";

chart("weather", {
  section: "weather_year",
  source: "results.nc",
  title: "months",
  absent: "no_months",
  draw() {
    const months = data.weather.months;
    if (!months.length) return null;
    const x = months.map((m) => m.month);
    const traces = ["wind", "solar"]
      .filter((carrier) => months.some((m) => m[carrier + "_share"] !== null))
      .map((carrier) => ({
        type: "bar",
        name: word(carrier + "_share"),
        x,
        y: months.map((m) => (m[carrier + "_share"] === null ? null : 100 * m[carrier + "_share"])),
        marker: { color: colour[carrier] },
        hovertemplate: "%{y:.1f} %",
      }));
    const heat_mw = months.map((m) => m.heat_mw);
    const heat = { name: word("heat_mw"), x, y: converted(heat_mw, "MW"), hovertemplate: told("MW") };
    traces.push({ type: "scatter", mode: "lines+markers", ...heat, yaxis: "y2", line: { color: ALARM } });
    const best = (carrier) => {
      const found = months.filter((m) => m[carrier] !== null);
      const top = found.reduce((a, b) => (b[carrier] > a[carrier] ? b : a), found[0]);
      return top ? `${word(carrier)} ${word("highest")} ${number(100 * top[carrier], 1)} (${word("month_axis")} ${top.month})` : "";
    };
    return {
      traces,
      finding: best("wind_share"),
      layout: {
        barmode: "group",
        hovermode: "x unified",
        margin: TWO_AXES,
        xaxis: axis(word("month_axis"), { dtick: 1 }),
        yaxis: axis("%", { rangemode: "tozero" }),
        yaxis2: rightAxis(unitOf("MW"), { rangemode: "tozero" }),
      },
    };
  },
});
