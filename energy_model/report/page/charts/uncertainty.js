// Uncertain inputs: a bar from low to high, and the strength of each input.
import { data } from "../../shell/data.js";
import { amount, factorOf, told } from "../../shell/units.js";
import { colon, escaped, say, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { axis, colour, impossibleNote, moneyUnit, nameAxis, YEARLY } from "../plotting.js";
import { inputName, inputValue } from "../uncertain_inputs.js";

const MOST_NAMES = 6;
const { tornado, screening } = data.uncertainty;
const ENDS = ["low", "high"];

chart("tornado", {
  section: "uncertainty",
  source: "tables/sensitivity.csv",
  absent: "no_tornado",
  there: () => tornado.length > 0,
  draw() {
    const range = (r) => ENDS.map((end) => inputValue(r[end], r.unit)).join(" … ");
    const names = tornado.map((r) => escaped(`${inputName(r)}, ${range(r)}`));
    const change = (r, end) => r[`${end}_change_mcny`];
    const side = (end, tint) => ({
      type: "bar",
      orientation: "h",
      name: word(`at_${end}`),
      y: names,
      x: tornado.map((r) => (change(r, end) === null ? null : change(r, end) * factorOf(YEARLY))),
      marker: { color: tint },
      opacity: 0.85,
      customdata: tornado.map((r) => [inputValue(r[end], r.unit), say(r.sure)]),
      hovertemplate:
        `%{y}<br>${word(`at_${end}`)}: %{customdata[0]} (%{customdata[1]})<br>` + `${told(YEARLY, 1, "x", "+")}<extra></extra>`,
    });
    const lost = tornado.flatMap((r, i) =>
      ENDS.filter((end) => change(r, end) === null).map((end) =>
        impossibleNote(0, names[i], { text: `${word(`at_${end}`)} ${word("not_possible")}`, xanchor: end === "low" ? "right" : "left" }),
      ),
    );
    const most = (r) => Math.max(...ENDS.map((end) => Math.abs(change(r, end) ?? 0)));
    const first = tornado.reduce((a, b) => (most(b) > most(a) ? b : a));
    return {
      finding: `${word("strongest")}${colon()}${inputName(first)} ±${amount(most(first), YEARLY)}`,
      traces: [side("low", colour.wind), side("high", colour.solar)],
      layout: {
        barmode: "overlay",
        bargap: 0.35,
        annotations: lost,
        xaxis: axis(moneyUnit(), { zeroline: true, zerolinewidth: 1.5 }),
        yaxis: nameAxis({ tickfont: { size: 10 } }),
      },
    };
  },
});

chart("screening", {
  section: "uncertainty",
  source: "tables/screening.csv",
  absent: "no_screening",
  there: () => screening.length > 0,
  draw() {
    const { name, unit } = screening[0];
    const scaled = (r) => Object.fromEntries(["mu_star", "mu_star_conf", "sigma"].map((key) => [key, r[key] * factorOf(unit)]));
    const rows = screening[0].rows.map((r) => ({ ...r, ...scaled(r) }));
    const points = {
      type: "scatter",
      mode: "markers+text",
      ids: rows.map((r) => escaped(inputName(r))),
      x: rows.map((r) => r.mu_star),
      y: rows.map((r) => r.sigma),
      text: rows.map((r, i) => (i < MOST_NAMES ? escaped(inputName(r)) : "")),
      textposition: rows.map((r) => (r.mu_star > 0.5 * rows[0].mu_star ? "top left" : "top right")),
      textfont: { size: 10 },
      cliponaxis: false,
      marker: { size: 9, color: colour.wind },
      error_x: { type: "data", array: rows.map((r) => r.mu_star_conf), color: "#9aa1ad", thickness: 1 },
      customdata: rows.map((r) => escaped(say(r.name))),
      hovertemplate: "%{customdata}<br>μ* %{x:,.3g}, σ %{y:,.3g}<extra></extra>",
      showlegend: false,
    };
    return {
      traces: [points],
      title: `${word("screening")} · ${say(name)}`,
      finding: `${word("strongest")}${colon()}${inputName(rows.reduce((a, b) => (b.mu_star > a.mu_star ? b : a)))}`,
      layout: { xaxis: axis(word("mu_star"), { rangemode: "tozero" }), yaxis: axis(word("sigma"), { rangemode: "tozero" }) },
    };
  },
});
