"use strict";
// Uncertain inputs: a bar from low to high, the strength of each input, and the values at which the plan changes its mind.
const toldSure = (r) => r.judged ? `${say(r.name)} †` : say(r.name);

charts.tornado = () => {
  const rows = data.uncertainty.tornado;
  if (!rows.length) return { missing: word("no_tornado") };
  const names = rows.map(toldSure).map(escaped), scale = money();
  const side = (end, tint) => ({
    type: "bar", orientation: "h", name: word(`at_${end}`), y: names, x: rows.map((r) => r[`${end}_change_mcny`] === null ? null : r[`${end}_change_mcny`] * scale),
    marker: { color: tint }, opacity: 0.85, customdata: rows.map((r) => [r[end], say(r.sure)]),
    hovertemplate: `%{y}<br>${word(`at_${end}`)}: %{customdata[0]:,.4g} (%{customdata[1]})<br>%{x:+,.2f} ${moneyUnit()}<extra></extra>`,
  });
  const lost = rows.flatMap((r, i) => ["low", "high"].filter((end) => r[`${end}_change_mcny`] === null).map((end) => ({
    x: 0, y: names[i], text: `${word(`at_${end}`)} ${say({ zh: "不可行", en: "no plan" })}`, showarrow: false, xanchor: end === "low" ? "right" : "left", font: { size: 10, color: "#b00020" },
  })));
  return { traces: [side("low", colour.wind), side("high", colour.solar)], layout: { ...shared(word("tornado")), barmode: "overlay", bargap: 0.35, annotations: lost,
    xaxis: axis(moneyUnit(), { zeroline: true, zerolinewidth: 1.5 }), yaxis: { autorange: "reversed", automargin: true, tickfont: { size: 10 } } } };
};

charts.screening = () => {
  const parts = data.uncertainty.screening, part = parts[0];
  if (!part) return { missing: word("no_screening") };
  const traces = [{
    type: "scatter", mode: "markers+text", x: part.rows.map((r) => r.mu_star), y: part.rows.map((r) => r.sigma), text: part.rows.map((r, i) => i < 6 ? escaped(toldSure(r)) : ""),
    textposition: part.rows.map((r) => r.mu_star > 0.5 * part.rows[0].mu_star ? "top left" : "top right"), textfont: { size: 10 }, cliponaxis: false, marker: { size: 9, color: colour.wind }, error_x: { type: "data", array: part.rows.map((r) => r.mu_star_conf), color: "#9aa1ad", thickness: 1 },
    customdata: part.rows.map((r) => escaped(say(r.name))), hovertemplate: "%{customdata}<br>μ* %{x:,.3g}, σ %{y:,.3g}<extra></extra>", showlegend: false,
  }];
  return { traces, layout: { ...shared(`${word("screening")} · ${say(part.name)}`), xaxis: axis(word("mu_star"), { rangemode: "tozero" }), yaxis: axis(word("sigma"), { rangemode: "tozero" }) } };
};

function showUncertainty() {
  const rows = data.uncertainty.break_even, value = (v) => v === null ? "–" : number(v, Math.abs(v) >= 100 ? 0 : 3);
  const bracket = (r) => r.bracket_low === null ? word(`break_${r.outcome}`) : `${value(r.bracket_low)} – ${value(r.bracket_high)}` + (r.outcome === "several" ? ` (${word("break_several")})` : "");
  byId("break_evens").replaceChildren(rows.length ? table(
    [word("input"), word("condition"), word("bracket"), word("searched"), word("reached_there")],
    rows.map((r) => [toldSure(r), r.condition, bracket(r), `${value(r.low)} – ${value(r.high)}`, `${value(r.reached_at_low)} / ${value(r.reached_at_high)}`])) : make("p", word("no_break_even")));
  const absent = [["tornado", "no_tornado"], ["screening", "no_screening"]].filter(([part]) => !data.uncertainty[part].length);
  for (const part of ["tornado", "screening"]) byId(`chart_${part}`).hidden = absent.some(([name]) => name === part);
  byId("uncertainty_absent").replaceChildren(...absent.map(([, code]) => make("p", word(code))));
  const spans = Object.values(data.uncertainty.horizons).flat();
  byId("uncertainty_note").textContent = spans.length ? `${word("uncertainty_note")} ${[...new Set(spans)].join(", ")}` : "";
}
