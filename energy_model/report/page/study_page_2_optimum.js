"use strict";
// Beyond the optimum: curves with their points, ranges, and what a deal is about. Parts that were not solved are told below the charts.
const curvePoints = (rows, scale, y) => rows.filter((r) => !r.impossible && r[y] !== null).map((r) => [r.at * scale, r[y]]);
const lineOf = (pairs, name, tint, unit, more = {}) => ({
  type: "scatter", mode: "lines+markers", x: pairs.map((p) => p[0]), y: pairs.map((p) => p[1]), name, line: { color: tint, width: 1.8 }, marker: { size: 5 },
  hovertemplate: `%{x:,.4g}<br>%{y:,.2f} ${unit}<extra>${name}</extra>`, ...more,
});

const solvedOn = (table) => data.beyond.proof.filter((p) => p.table === table).map((p) => ` · ${p.horizon}, ${p.weather}, ${word("gap")} ≤ ${p.gap.toExponential(0)}`).join("");

const MOST_REASONS = 3;

charts.supply = () => {
  const rows = data.beyond.supply;
  if (!rows.length) return { missing: word("no_supply") };
  const steps = curvePoints(rows, 1 / GWH_PER_TWH, "segment"), wide = rows.map((r) => r.error_mcny).filter((v) => v !== null);
  const lost = rows.filter((r) => r.impossible).map((r) => ({ x: r.at / GWH_PER_TWH, y: 0, text: word("not_possible"), showarrow: true, ay: -24, font: { size: 10, color: "#b00020" } }));
  const most = { x: Math.max(...rows.map((r) => r.at)) / GWH_PER_TWH, y: Math.max(...rows.map((r) => r.marginal ?? 0)) };
  const bends = data.beyond.bends.map((b, i) => { // told below the curves on the right, in their order, so that no two arrows cross
    const told = b.entries.slice(0, MOST_REASONS).map((e) => `${e.sign} ${escaped(say(e.name))}`);
    if (b.entries.length > MOST_REASONS) told.push(`… ${b.entries.length - MOST_REASONS} ${word("further")}`);
    return { x: b.at / GWH_PER_TWH, y: b.marginal, text: told.join("<br>"), align: "left", showarrow: true, arrowwidth: 1, arrowhead: 2, arrowcolor: "#777", axref: "x", ayref: "y", ax: 0.56 * most.x, ay: (0.1 + 0.2 * i) * most.y, xanchor: "left", bgcolor: "#ffffffd0", font: { size: 9.5 } };
  });
  return { traces: [
    lineOf(curvePoints(rows, 1 / GWH_PER_TWH, "marginal"), word("marginal"), colour.load, priceUnit(), { customdata: rows.filter((r) => !r.impossible).map((r) => `${number(r.cost_mcny * money(), money() < 1 ? 2 : 0)} ${moneyUnit()}${r.changed ? `<br>${escaped(r.changed)}` : ""}`),
      hovertemplate: `%{x:,.2f} TWh<br>%{y:,.2f} ${priceUnit()}<br>${word("total_cost")} %{customdata}<extra>${word("marginal")}</extra>` }),
    lineOf(steps, word("incremental"), colour.wind, priceUnit(), { mode: "lines", line: { shape: "vh", color: colour.wind, width: 1.6 } }),
    lineOf(curvePoints(rows, 1 / GWH_PER_TWH, "average_cny_per_mwh"), word("average_cost"), colour.solar, priceUnit(), { line: { dash: "dash", color: colour.solar, width: 1.6 } }),
  ], layout: { ...shared(`${word("supply")} · ${word("error_between")} ${number(Math.max(0, ...wide) * money(), money() < 1 ? 2 : 1)} ${moneyUnit()}${solvedOn("supply_curve")}`), annotations: [...lost, ...bends], xaxis: axis(word("export_axis"), { rangemode: "tozero" }), yaxis: axis(priceUnit(), { rangemode: "tozero" }) } };
};

charts.supply_stack = () => {
  const stack = data.beyond.stacks[state.stack];
  if (!stack) return { missing: word("no_supply") };
  return { traces: stack.lines.map((line, i) => ({
    type: "scatter", mode: "lines", stackgroup: "all", name: escaped(say(line.name)), x: line.rows.map((r) => r.at / GWH_PER_TWH), y: line.rows.map((r) => r.gwh / GWH_PER_TWH),
    line: { width: 0.8, color: LINES[i % 8] }, customdata: line.rows.map((r) => r.price === null ? "" : `, ${number(r.price, 1)} ${priceUnit()}`),
    hovertemplate: `%{x:,.2f} TWh: %{y:,.2f} TWh%{customdata}<extra>${escaped(say(line.name))}</extra>`,
  })), layout: { ...shared(`${word("supply_stack")} · ${say(stack.name)}${solvedOn("supply_curve")}`), showlegend: true, xaxis: axis(word("export_axis")), yaxis: axis(word("received_axis"), { rangemode: "tozero" }) } };
};

charts.front = () => {
  const front = data.beyond.fronts[state.front];
  if (!front) return { missing: word("no_front") };
  const [scale, unit] = { co2_kt: [1 / KT_PER_MT, "Mt"], curtailed_gwh: [1, "GWh"], renewable_share: [100, "%"] }[front.column];
  const costs = curvePoints(front.rows, scale, "cost_mcny").map(([x, y]) => [x, y * money()]);
  return { traces: [
    lineOf(costs, word("total_cost"), colour.load, moneyUnit()),
    lineOf(curvePoints(front.rows, scale, "marginal"), word("marginal"), colour.wind, say(front.price_unit), { yaxis: "y2", line: { dash: "dot", color: colour.wind } }),
  ], layout: { ...shared(`${word("front")} · ${say(front.name)}${solvedOn(`frontier_${state.front}`)}`), margin: { l: 64, r: 64, t: 34, b: 44 }, xaxis: axis(`${say(front.name)} ${unit}`), yaxis: axis(moneyUnit()),
    yaxis2: axis(say(front.price_unit), { overlaying: "y", side: "right", showgrid: false, tickmode: "auto" }) } };
};

charts.room = () => {
  const room = data.beyond.rooms[state.grouping];
  if (!room) return { missing: word("no_room") };
  const shares = [...new Set(room.rows.map((r) => r.epsilon_share))].sort((a, b) => b - a), names = [...new Set(room.rows.map((r) => say(r.name)))].map(escaped);
  const bands = shares.map((e, i) => {
    const mine = room.rows.filter((r) => r.epsilon_share === e);
    return { type: "bar", orientation: "h", name: `${word("within")} ${number(100 * e, e < 0.01 ? 2 : 0)} %`, y: mine.map((r) => escaped(say(r.name))), base: mine.map((r) => r.lowest_mw), x: mine.map((r) => r.highest_mw - r.lowest_mw),
      marker: { color: LINES[0] }, opacity: 0.3 + 0.6 * i / Math.max(1, shares.length - 1), customdata: mine.map((r) => [r.lowest_mw, r.highest_mw, r.lowest_proven_mw, r.highest_proven_mw]), hovertemplate: `%{y}<br>%{customdata[0]:,.0f} – %{customdata[1]:,.0f} MW<br>${word("proven")} %{customdata[2]:,.0f} – %{customdata[3]:,.0f} MW<extra></extra>` };
  });
  const plan = room.rows.filter((r) => r.epsilon_share === shares[0]);
  bands.push({ type: "scatter", mode: "markers", name: word("in_plan"), x: plan.map((r) => r.plan_mw), y: plan.map((r) => escaped(say(r.name))), marker: { color: "#d55e00", symbol: "line-ns-open", size: 11, line: { width: 2.5 } }, hovertemplate: "%{x:,.0f} MW<extra></extra>" });
  return { traces: bands, layout: { ...shared(`${word("room")} · ${say(room.name)}${solvedOn("room_to_move")}`), barmode: "overlay", bargap: 0.3, xaxis: axis("MW"), yaxis: { autorange: "reversed", automargin: true, categoryorder: "array", categoryarray: names, tickfont: { size: 9.5 } } } };
};

charts.spread = () => {
  const spread = data.beyond.spread;
  if (!spread.rows) return { missing: word("no_spread") };
  const percent = (v) => `${number(100 * v, 1)} %`;
  const names = spread.rows.map((r) => r.alternative ? `${r.alternative} · +${percent(r.extra_share)} · ${word("differs")} ${percent(r.distance_share)}` : word("in_plan"));
  const told = spread.rows.map((r) => `${word("extra_cost")} ${number(r.extra_share * spread.rows[0].cost_mcny * money(), money() < 1 ? 2 : 0)} ${moneyUnit()} (${percent(r.extra_share)})<br>${word("differs_long")} ${percent(r.distance_share)}`);
  const bars = spread.kinds.map(({ kind, name }) => ({ type: "bar", orientation: "h", name: escaped(say(name)), y: names, x: spread.rows.map((r) => r.mw[kind]), marker: { color: colour[kind] ?? "#cc79a7" }, customdata: told, hovertemplate: `%{x:,.0f} MW<br>%{customdata}<extra>${escaped(say(name))}</extra>` }));
  if (spread.rows.some((r) => r.mw.corridor)) bars.push({ type: "scatter", mode: "markers", name: word("corridors_built"), y: names, x: spread.rows.map((r) => r.mw.corridor), marker: { color: "#d55e00", symbol: "diamond", size: 9, line: { color: "#fff", width: 1 } }, hovertemplate: `%{x:,.0f} MW<extra>${word("corridors_built")}</extra>` });
  const common = shared(`${word("spread")} · ${say(spread.method)}${solvedOn("alternatives")}`);
  return { traces: bars, layout: { ...common, legend: { ...common.legend, traceorder: "normal" }, barmode: "stack", bargap: 0.35, xaxis: axis("MW"), yaxis: { autorange: "reversed", automargin: true, categoryorder: "array", categoryarray: names, tickfont: { size: 9.5 } } } };
};

charts.clause_cost = () => {
  const rows = data.beyond.clauses.filter((r) => r.impossible || Math.abs(r.change_mcny) > 0.05);
  if (!data.beyond.clauses.length) return { missing: word("no_clause_cost") };
  const names = rows.map((r) => escaped(`${say(r.name)} · ${say(r.change)}`));
  const lost = rows.flatMap((r, i) => r.impossible ? [{ x: 0, y: names[i], text: word("not_possible"), showarrow: false, xanchor: "left", font: { size: 10, color: "#b00020" } }] : []);
  return { traces: [
    { type: "bar", orientation: "h", name: word("clause_cost"), y: names, x: rows.map((r) => r.change_mcny === null ? null : r.change_mcny * money()), marker: { color: rows.map((r) => r.change_mcny < 0 ? colour.wind : colour.solar) }, hovertemplate: `%{y}<br>%{x:+,.2f} ${moneyUnit()}<extra>${word("clause_cost")}</extra>` },
    { type: "scatter", mode: "markers", name: word("by_dual"), y: names, x: rows.map((r) => r.by_dual_mcny === null ? null : r.by_dual_mcny * money()), marker: { color: colour.load, symbol: "line-ns-open", size: 11, line: { width: 2 } }, hovertemplate: `%{x:+,.2f} ${moneyUnit()}<extra>${word("by_dual")}</extra>` },
  ], layout: { ...shared(word("clause_cost") + solvedOn("clause_costs")), annotations: lost, bargap: 0.4, xaxis: axis(`${word("cost_change")} ${moneyUnit()}`, { zeroline: true }), yaxis: { autorange: "reversed", automargin: true, tickfont: { size: 9.5 } } } };
};

charts.deal = () => {
  const rows = data.beyond.deals;
  if (!rows.length) return { missing: word("no_deal") };
  const names = rows.map((r) => escaped(`${say(r.name)} · ${say(r.case)}`)), told = (key, code, tint, symbol) => ({
    type: "scatter", mode: "markers", name: word(code), y: names, x: rows.map((r) => r[key]), marker: { color: tint, symbol, size: 8 }, cliponaxis: false, hovertemplate: `%{y}<br>%{x:,.1f} ${priceUnit()}<extra>${word(code)}</extra>`,
  });
  const range = { type: "bar", orientation: "h", showlegend: false, y: names, base: rows.map((r) => r.ours_cny_per_mwh), x: rows.map((r) => r.ours_cny_per_mwh === null ? null : r.theirs_cny_per_mwh - r.ours_cny_per_mwh), marker: { color: "#c9d6e6" }, hoverinfo: "skip" };
  const lost = rows.flatMap((r, i) => r.impossible ? [{ x: r.theirs_cny_per_mwh, y: names[i], text: word("not_possible"), showarrow: false, xanchor: "right", font: { size: 10, color: "#b00020" } }] : []);
  return { traces: [range, told("ours_cny_per_mwh", "ours", colour.load, "triangle-right"), told("theirs_cny_per_mwh", "theirs", colour.wind, "triangle-left"), told("equal_split_cny_per_mwh", "equal_split", "#d55e00", "circle"), told("cost_share_cny_per_mwh", "cost_share", "#009e73", "diamond")],
    layout: { ...shared(word("deal") + solvedOn("bargaining")), annotations: lost, bargap: 0.4, xaxis: axis(word("deal_axis")), yaxis: { autorange: "reversed", automargin: true, tickfont: { size: 9 } } } };
};

function showBeyond() {
  const b = data.beyond, there = { supply: b.supply.length, supply_stack: Object.keys(b.stacks).length, front: Object.keys(b.fronts).length, room: Object.keys(b.rooms).length, spread: b.spread.rows?.length ?? 0, clause_cost: b.clauses.length, deal: b.deals.length };
  choices(byId("front"), Object.entries(b.fronts).map(([k, f]) => [k, say(f.name)]), state.front);
  choices(byId("grouping"), Object.entries(b.rooms).map(([k, r]) => [k, say(r.name)]), state.grouping);
  choices(byId("stack"), Object.entries(b.stacks).map(([k, s]) => [k, say(s.name)]), state.stack);
  byId("stack_box").hidden = !there.supply_stack;
  byId("front_box").hidden = !there.front;
  byId("grouping_box").hidden = !there.room;
  for (const [name, count] of Object.entries(there)) byId(`chart_${name}`).hidden = !count;
  byId("chart_room").style.height = there.room ? `${Math.max(420, 130 + 17 * new Set(b.rooms[state.grouping].rows.map((r) => say(r.name))).size)}px` : "";
  byId("chart_spread").style.height = there.spread ? `${Math.max(420, 130 + 22 * there.spread)}px` : "";
  byId("chart_clause_cost").style.height = there.clause_cost ? `${Math.max(420, 130 + 17 * b.clauses.length)}px` : "";
  byId("chart_deal").style.height = there.deal ? `${Math.max(420, 130 + 17 * b.deals.length)}px` : "";
  byId("beyond_absent").replaceChildren(...Object.entries(there).filter(([name, count]) => !count && name !== "supply_stack").map(([name]) => make("p", word(`no_${name}`))));
  byId("beyond_note").replaceChildren(...(b.bends.length ? [make("div", word("bends_note"))] : []), ...b.proof.map((p) => make("div", `${say(p.name)}: ${p.horizon}, ${word("weather_year")} ${p.weather}, ${p.points} ${word("limit_of_points")}${p.impossible ? `, ${p.impossible} ${word("not_possible")}` : ""}, ${word("gap")} ≤ ${p.gap.toExponential(1)}, ${word("row_violation")} ≤ ${p.violation.toExponential(1)}`)));
}
