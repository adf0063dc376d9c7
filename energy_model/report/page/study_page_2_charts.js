
"use strict";
// Every chart is a function that gives traces and layout from the state; `null` means that there is nothing to show.
const colour = data.colours;
const money = () => state.lang === "zh" ? YI_CNY_PER_MCNY : 1;
const priceUnit = () => word("price_unit");
const moneyUnit = () => word(state.lang === "zh" ? "cost_yi" : "cost_mcny");
const shared = (title) => ({
  meta: title,
  title: { text: escaped(title), font: { size: 13 }, x: 0, xref: "container", xanchor: "left", pad: { l: 4 }, y: 0.985, yanchor: "top" },
  font: { family: FONTS, size: 11, color: "#1f2430" }, margin: { l: 58, r: 14, t: 34, b: 44 }, paper_bgcolor: "#fff", plot_bgcolor: "#fff",
  legend: { orientation: "h", y: -0.14, yanchor: "top", x: 0, font: { size: 10.5 } }, hoverlabel: { font: { size: 11 } },
});
const axis = (title, more = {}) => ({ title: { text: escaped(title), font: { size: 11 }, standoff: 6 }, gridcolor: "#eceef1", zerolinecolor: "#9aa1ad", automargin: true, ...more });
const hatch = (fill) => ({ shape: "/", fgcolor: "#ffffff", bgcolor: fill, size: 5, solidity: 0.35, fillmode: "replace" });
const placeName = (key) => say(data.places.find((p) => p.key === key).name);
const nameOfFlow = (code) => code.startsWith("contract:") ? say(data.contracts[code.slice(9)]) : word(code);

const charts = {};

charts.dispatch = () => {
  const place = state.place, first = Number(state.week), last = weekEnd(first);
  const cut = (values) => Array.from(values.subarray(first, last)), x = Array.from({ length: last - first }, (_, i) => timeOf(first + i));
  const band = (name, sign, stack, extra = {}) => ({
    type: "scatter", mode: "lines", x, y: cut(sign > 0 ? of(place, name) : times(of(place, name), -1)), name: word(name), stackgroup: stack,
    line: { width: 0, color: colour[name], shape: "hv" }, fillcolor: colour[name], hovertemplate: "%{y:,.0f} MW", ...extra,
  });
  const traces = [
    ...data.supply.filter((n) => there(place, n)).map((n) => band(n, 1, "up")),
    ...(there(place, "curtailed") ? [band("curtailed", 1, "up", { fillpattern: hatch(colour.curtailed) })] : []),
    ...["export", "sent", "charge", "loss"].filter((n) => there(place, n)).map((n) => band(n, -1, "down")),
    { type: "scatter", mode: "lines", x, y: cut(demandOf(place)), name: word("demand"), line: { color: colour.load, width: 2, shape: "hv" }, hovertemplate: "%{y:,.0f} MW" },
    { type: "scatter", mode: "lines", x, y: cut(of(place, "price")), name: word("price"), yaxis: "y2", line: { color: "#8a1c6b", width: 1.6, shape: "hv" }, hovertemplate: `%{y:,.1f} ${priceUnit()}` },
  ];
  const stored = there(place, "level");
  if (stored) traces.push({ type: "scatter", mode: "lines", x, y: cut(of(place, "level")), name: word("level"), yaxis: "y3", fill: "tozeroy", line: { color: colour.discharge, width: 1.2 }, hovertemplate: "%{y:,.0f} MWh" });
  const base = shared(placeName(place));
  return { traces, layout: { ...base, margin: { ...base.margin, b: 76 }, hovermode: "x unified", legend: { ...base.legend, y: -0.09, traceorder: "normal" },
    xaxis: { type: "date", gridcolor: "#eceef1", tickformat: "%m-%d\n%H:%M", dtick: 86400e3, anchor: stored ? "y3" : "y2", hoverformat: "%Y-%m-%d %H:%M" },
    yaxis: axis(word("power_mw"), { domain: [stored ? 0.44 : 0.32, 1] }), yaxis2: axis(word("price_axis"), { domain: [stored ? 0.21 : 0, stored ? 0.39 : 0.26] }),
    ...(stored ? { yaxis3: axis(word("level_axis"), { domain: [0, 0.16], rangemode: "tozero" }) } : {}) } };
};

const curve = (name, values, tint, unit, more = {}) => ({
  type: "scatter", mode: "lines", name, ...duration(values), line: { color: tint, width: 1.8, ...more }, hovertemplate: `%{y:,.1f} ${unit}<br>%{x:,.0f} h`,
});
const durationLayout = (title, unit) => ({ ...shared(title), xaxis: axis(word("hours_axis"), { rangemode: "tozero" }), yaxis: axis(unit) });

charts.duration_load = () => {
  const need = demandOf("city"), withExport = added(need, of("city", "export")), wind = added(of("city", "wind_available"), of("city", "solar_available"));
  const traces = [curve(word("demand"), need, colour.load, "MW")];
  if (there("city", "export")) traces.push(curve(word("with_export"), withExport, colour.export, "MW"));
  traces.push(curve(word("net_load"), added(withExport, times(wind, -1)), colour.wind, "MW", { dash: "dash" }));
  return { traces, layout: durationLayout(`${word("duration_load")} · ${word("city")}`, word("power_mw")) };
};

charts.duration_price = () => {
  const layout = durationLayout(`${word("duration_price")} · ${placeName(state.place)}`, word("price_axis")), traces = [curve(placeName(state.place), of(state.place, "price"), "#8a1c6b", priceUnit())];
  if (state.place !== "city") traces.push(curve(word("city"), of("city", "price"), "#9aa1ad", priceUnit(), { dash: "dot" }));
  return { traces, layout };
};

const LINES = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#4a4a4a", "#a5673f"], DASHES = ["solid", "dash", "dot", "dashdot"];
const loadingOf = (c) => times(of("corridor:" + c.id, "flow"), 100 / c.usable_mw).map(Math.abs);

charts.duration_loading = () => {
  const chosen = data.corridors.filter((c) => c.usable_mw > 1).slice(0, 8);
  if (!chosen.length) return null;
  const traces = chosen.map((c, i) => curve(escaped(say(c.name)), loadingOf(c), LINES[i], "%", { dash: DASHES[i % 4], width: 1.5 }));
  return { traces, layout: durationLayout(word("duration_loading"), word("loading_axis")) };
};

charts.duration_curtailed = () => there(state.place, "curtailed") ? {
  traces: [{ ...curve(word("curtailed"), of(state.place, "curtailed"), colour.wind, "MW"), fill: "tozeroy" }],
  layout: durationLayout(`${word("duration_curtailed")} · ${placeName(state.place)}`, word("power_mw")),
} : null;

const heatKinds = () => ["price", "curtailed", "export", "level", "demand", "net_load", "loading"].filter((k) => k !== "loading" || data.corridors.length)
  .filter((k) => k !== "export" || there("city", "export")).filter((k) => k !== "level" || there("city", "level"));

function heatValues(kind, place) {
  if (kind === "demand") return [demandOf(place), "MW"];
  if (kind === "net_load") return [added(demandOf(place), of(place, "export"), times(of(place, "wind"), -1), times(of(place, "solar"), -1), times(of(place, "curtailed"), -1)), "MW"];
  if (kind === "export") return [there(place, "export") ? of(place, "export") : of(place, "sent"), "MW"];
  if (kind === "loading") { const c = data.corridors.find((c) => c.id === state.corridor) ?? data.corridors[0]; return [loadingOf(c), "%"]; }
  return [of(place, kind), { price: priceUnit(), level: "MWh" }[kind] ?? "MW"];
}

charts.heatmap = () => {
  const [values, unit] = heatValues(state.heat, state.place), { days: names, places } = calendar(), days = names.length;
  if (!values.some((v) => v !== 0)) return null;
  const z = Array.from({ length: 24 }, () => Array(days).fill(null)), marks = [...names.keys()].filter((d) => days <= 21 || names[d].slice(8) === "01");
  places.forEach(([day, hour], i) => { z[hour][day] = values[i]; });
  const sorted = Float32Array.from(values).sort(), top = sorted[Math.floor(0.98 * (sorted.length - 1))] || sorted.at(-1), low = Math.min(0, sorted[Math.floor(0.005 * (sorted.length - 1))]);
  const where = state.heat === "loading" ? say((data.corridors.find((c) => c.id === state.corridor) ?? data.corridors[0]).name) : placeName(state.place);
  return {
    traces: [{ type: "heatmap", z, x: [...names.keys()], y: [...z.keys()], text: Array(24).fill(names), colorscale: "Cividis", zmin: low, zmax: top > low ? top : low + 1, hovertemplate: `%{text} %{y}:00<br>%{z:,.1f} ${unit}<extra></extra>`, colorbar: { title: { text: unit, side: "top" }, thickness: 12 } }],
    layout: { ...shared(`${word(state.heat)} · ${where}`), xaxis: { tickmode: "array", tickvals: marks, ticktext: marks.map((d) => names[d].slice(5)) }, yaxis: axis(word("hour_axis"), { dtick: 4, range: [-0.5, 23.5] }) },
  };
};

charts.sankey = () => {
  const heat = new Set(["coal", "coal_boiler", "heat", "conversion_loss", "heat_demand"]);
  const links = data.flows.filter((f) => state.scope === "all" || (!heat.has(f.source) && !heat.has(f.target)));
  if (!links.length) return null;
  const codes = [...new Set(links.flatMap((f) => [f.source, f.target]))];
  const tint = { coal: "#4a4a4a", plants: colour.thermal, electricity: "#e8c547", heat: "#d98880", curtailed: colour.curtailed, wind: colour.wind, solar: colour.solar };
  const fill = (code) => tint[code] ?? (code.startsWith("contract:") ? colour.export : colour[code] ?? "#b8b8b8");
  const pale = (hex) => `rgba(${[1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(",")},0.38)`;
  const through = (code) => Math.max(sum(links.filter((f) => f.source === code).map((f) => f.gwh)), sum(links.filter((f) => f.target === code).map((f) => f.gwh)));
  return {
    traces: [{
      type: "sankey", valueformat: ",.2f", valuesuffix: " TWh", arrangement: "snap",
      node: { label: codes.map((c) => `${escaped(nameOfFlow(c))} ${number(through(c) / GWH_PER_TWH, 2)}`), color: codes.map(fill), pad: 16, thickness: 16, line: { width: 0 } },
      link: { source: links.map((f) => codes.indexOf(f.source)), target: links.map((f) => codes.indexOf(f.target)), value: links.map((f) => f.gwh / GWH_PER_TWH), color: links.map((f) => pale(fill(f.source === "electricity" || f.source === "heat" ? f.target : f.source))) },
    }],
    layout: { ...shared(`${word("flows")} TWh`), margin: { l: 10, r: 10, t: 34, b: 14 } },
  };
};

const sum = (values) => values.reduce((a, b) => a + b, 0);
const GROUPS = ["cost_investment", "cost_fixed", "cost_fuel", "cost_running", "cost_penalty"];

charts.waterfall = () => {
  const parts = GROUPS.flatMap((g) => data.costs.filter((c) => c.group === g)), names = parts.map((c) => escaped(say(c.name)));
  let at = 0;
  const base = parts.map((c) => { const from = at; at += c.cost_mcny; return Math.min(from, at); });
  const bars = GROUPS.filter((g) => parts.some((c) => c.group === g)).map((g) => {
    const mine = parts.flatMap((c, i) => c.group === g ? [i] : []);
    return { type: "bar", orientation: "h", name: word(g), y: mine.map((i) => names[i]), x: mine.map((i) => Math.abs(parts[i].cost_mcny) * money()), base: mine.map((i) => base[i] * money()), marker: { color: colour[g] },
      text: mine.map((i) => number(parts[i].cost_mcny * money(), money() < 1 ? 2 : 0)), textposition: "outside", cliponaxis: false, hovertemplate: "%{y} %{text}<extra></extra>" };
  });
  bars.push({ type: "bar", orientation: "h", name: word("total_cost"), showlegend: false, y: [word("total_cost")], x: [at * money()], marker: { color: "#1f4e79" }, text: [number(at * money(), money() < 1 ? 2 : 0)], textposition: "outside", cliponaxis: false, hovertemplate: "%{y} %{text}<extra></extra>" });
  return { traces: bars, layout: { ...shared(word("waterfall")), barmode: "overlay", showlegend: false, xaxis: axis(moneyUnit(), { range: [0, at * money() * 1.16] }), yaxis: { autorange: "reversed", automargin: true, categoryorder: "array", categoryarray: [...names, word("total_cost")], tickfont: { size: 10 } } } };
};

function stacked(rows, key, value, tint, named, scale = 1) {
  // Horizontal bars by name, one trace for each key, in the order of the largest sums.
  const names = [...new Set(rows.map((r) => say(r.name)))], size = (n) => sum(rows.filter((r) => say(r.name) === n).map((r) => Math.abs(r[value])));
  names.sort((a, b) => size(a) - size(b));
  return { names, traces: [...new Set(rows.map((r) => r[key]))].map((k) => {
    const mine = rows.filter((r) => r[key] === k);
    return { type: "bar", orientation: "h", name: named(k), y: mine.map((r) => escaped(say(r.name))), x: mine.map((r) => r[value] * scale), marker: { color: tint(k) }, hovertemplate: `%{y}<br>${named(k)} %{x:,.1f}<extra></extra>` };
  }) };
}

charts.cost_by_place = () => {
  if (!data.node_costs) return { missing: word("lacks_node_costs") };
  const order = [...data.node_costs].sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group));
  const { traces, names } = stacked(order, "group", "cost_mcny", (g) => colour[g], word, money());
  return { traces, layout: { ...shared(word("cost_by_place")), barmode: "relative", xaxis: axis(moneyUnit()), yaxis: { automargin: true, categoryorder: "array", categoryarray: names.map(escaped) } } };
};

charts.capacity = () => {
  if (!data.capacity.length) return null;
  const rows = data.capacity.flatMap((c) => [{ ...c, key: c.kind + ":existing", mw: c.existing_mw }, { ...c, key: c.kind + ":new", mw: c.new_mw }]).filter((r) => r.mw > 0.5);
  rows.sort((a, b) => data.kinds.indexOf(a.kind) - data.kinds.indexOf(b.kind) || b.key.length - a.key.length);
  const tint = (k) => colour[k.split(":")[0]], named = (k) => `${word(k.split(":")[0])} ${word(k.split(":")[1])}`;
  const { traces, names } = stacked(rows, "key", "mw", tint, named);
  const keys = [...new Set(rows.map((r) => r.key))];
  traces.forEach((t, i) => {
    t.name = word(keys[i].split(":")[0]);
    t.showlegend = keys.findIndex((k) => k.split(":")[0] === keys[i].split(":")[0]) === i;
    if (keys[i].endsWith(":new")) t.marker.pattern = { shape: "/", fgcolor: "#ffffff", bgcolor: t.marker.color, fillmode: "replace", size: 6, solidity: 0.3 };
  });
  return { traces, layout: { ...shared(word("capacity_by_node")), barmode: "stack", xaxis: axis(word("capacity_axis")), yaxis: { automargin: true, categoryorder: "array", categoryarray: names.map(escaped) } } };
};

charts.capacity_by_year = () => {
  const years = data.capacity_years, text = years.map((y) => `${y.year ?? ""} ${years.length === 2 && years[0].what === "existing" ? word(y.what) : ""}`.trim());
  const traces = data.kinds.filter((k) => years.some((y) => (y.kinds[k] ?? 0) > 0.5)).map((k) => ({ type: "bar", name: word(k), x: text, y: years.map((y) => y.kinds[k] ?? 0), marker: { color: colour[k] }, hovertemplate: `%{x}<br>${word(k)} %{y:,.0f} MW<extra></extra>` }));
  return traces.length ? { traces, layout: { ...shared(word("capacity_by_year")), barmode: "stack", bargap: 0.45, xaxis: { type: "category" }, yaxis: axis(word("capacity_axis")) } } : null;
};

charts.coal = () => {
  if (!data.coal.length) return null;
  const y = data.coal.map((m) => escaped(state.lang === "zh" ? m.name_zh : m.name_en)), bar = (name, key, tint) => ({ type: "bar", orientation: "h", name: word(name), y, x: data.coal.map((m) => m[key] / 10), marker: { color: tint }, hovertemplate: "%{y} %{x:,.1f}<extra></extra>" });
  return { traces: [bar("power_coal", "power_kt", "#4a4a4a"), bar("other_coal", "other_kt", "#b08d57"), { type: "scatter", mode: "markers", name: word("mine_capacity"), y, x: data.coal.map((m) => m.capacity_kt / 10), marker: { symbol: "line-ns-open", size: 22, color: "#d55e00", line: { width: 3 } }, hovertemplate: "%{y} %{x:,.1f}<extra></extra>" }],
    layout: { ...shared(word("coal_by_mine")), barmode: "stack", xaxis: axis(word("coal_axis")), yaxis: { automargin: true, autorange: "reversed" } } };
};

charts.co2 = () => {
  if (!data.emissions.length) return null;
  const x = data.emissions.map((e) => word(e.kind));
  return { traces: [{ type: "bar", x, y: data.emissions.map((e) => e.co2_kt / KT_PER_MT), marker: { color: data.emissions.map((e) => colour[e.kind] ?? "#8a8a8a") }, text: data.emissions.map((e) => number(e.co2_kt / KT_PER_MT, 2)), textposition: "outside", cliponaxis: false, hovertemplate: "%{x} %{y:,.2f} Mt<extra></extra>" }],
    layout: { ...shared(word("co2_by_kind")), bargap: 0.45, xaxis: { type: "category" }, yaxis: axis("Mt CO2", { rangemode: "tozero" }) } };
};

const grid = () => data.microgrids.find((g) => g.microgrid === state.grid) ?? data.microgrids[0];

charts.grid_balance = () => {
  if (!grid()) return null;
  const energy = grid().energy_gwh;
  const part = (name, sign, side) => ({ type: "bar", name: word(name), x: [side], y: [sign * energy[name]], marker: { color: colour[name] }, hovertemplate: `${word(name)} %{y:,.0f} GWh<extra></extra>` });
  const traces = [...data.supply.map((n) => part(n, 1, "+")), ...["load", "smelter", "electric_boiler", "charge", "sent"].map((n) => part(n, 1, "−"))].filter((t) => Math.abs(t.y[0]) > 0.5);
  return { traces, layout: { ...shared(`${word("own_balance")} GWh`), barmode: "stack", bargap: 0.4, xaxis: { type: "category", tickvals: ["+", "−"], ticktext: [word("generation") + " + " + word("received"), word("demand") + " + " + word("sent")] }, yaxis: axis("GWh") } };
};

charts.tie = () => {
  if (!grid()) return null;
  const place = "microgrid:" + grid().microgrid, all = added(of(place, "received"), times(of(place, "sent"), -1));
  const traces = [curve(word("border_flow"), all, "#9aa1ad", "MW", { dash: "dot" })];
  if (there(place, "tie")) traces.unshift(curve(word("tie_corridors"), of(place, "tie"), "#613391", "MW"));
  const layout = durationLayout(word("tie_flow"), word("power_mw"));
  const limit = grid().tie_limit_mw;
  if (limit !== null) layout.shapes = [limit, -limit].map((y) => ({ type: "line", xref: "paper", x0: 0, x1: 1, y0: y, y1: y, line: { color: "#d55e00", dash: "dash", width: 1.3 } }));
  if (limit !== null) layout.annotations = [{ xref: "paper", x: 1, y: limit, xanchor: "right", yanchor: "bottom", showarrow: false, text: `${word("tie_limit")} ±${number(limit)} MW`, font: { size: 10.5, color: "#d55e00" } }];
  return { traces, layout };
};

const islandCurve = () => data.islanding.curves.filter((r) => r.microgrid === grid()?.microgrid);

charts.island = () => {
  const rows = islandCurve(), x = rows.map((r) => 100 * r.exceeded_share), line = (code, tint, more) => ({ type: "scatter", mode: "lines", name: word(code), x, y: rows.map((r) => r[code]), line: { color: tint, width: 1.8 }, hovertemplate: "%{y:,.1f}", ...more });
  return rows.length ? { traces: [line("unserved_mwh", "#d55e00"), line("step_short_mw", "#0072b2", { yaxis: "y2" })], layout: { ...shared(word("island_curve")), hovermode: "x unified", margin: { l: 58, r: 58, t: 34, b: 44 }, xaxis: axis(word("share_axis"), { range: [0, 100] }), yaxis: axis("MWh", { rangemode: "tozero" }), yaxis2: axis("MW", { overlaying: "y", side: "right", showgrid: false, tickmode: "auto", rangemode: "tozero" }) } } : null;
};

charts.smelter = () => {
  if (!data.smelters.length) return null;
  const first = Number(state.week), last = weekEnd(first), x = Array.from({ length: last - first }, (_, i) => timeOf(first + i));
  const traces = data.smelters.map((s, i) => ({ type: "scatter", mode: "lines", x, y: Array.from(of("smelter:" + s.smelter, "power").subarray(first, last)), name: escaped(state.lang === "zh" ? s.name_zh : s.name_en), line: { color: LINES[i % 8], width: 1.8, shape: "hv" }, hovertemplate: "%{y:,.0f} MW" }));
  data.smelters.forEach((s, i) => traces.push({ type: "scatter", mode: "lines", x, y: Array.from(of("node:" + s.node, "price").subarray(first, last)), name: `${word("price")} ${escaped(placeName("node:" + s.node))}`, yaxis: "y2", line: { color: LINES[i % 8], width: 1, dash: "dot", shape: "hv" }, hovertemplate: `%{y:,.1f} ${priceUnit()}` }));
  return { traces, layout: { ...shared(word("smelter_week")), hovermode: "x unified", margin: { l: 58, r: 58, t: 34, b: 44 }, xaxis: { type: "date", tickformat: "%m-%d", dtick: 86400e3, gridcolor: "#eceef1" }, yaxis: axis(word("power_mw")), yaxis2: axis(word("price_axis"), { overlaying: "y", side: "right", showgrid: false, tickmode: "auto" }) } };
};

charts.weather = () => {
  const months = data.weather.months, x = months.map((m) => m.month), traces = [];
  if (!months.length) return { missing: word("no_months") };
  for (const carrier of ["wind", "solar"]) if (months.some((m) => m[carrier + "_share"] !== null)) traces.push({ type: "bar", name: word(carrier + "_share"), x, y: months.map((m) => m[carrier + "_share"] === null ? null : 100 * m[carrier + "_share"]), marker: { color: colour[carrier] }, hovertemplate: "%{y:.1f} %" });
  traces.push({ type: "scatter", mode: "lines+markers", name: word("heat_mw"), x, y: months.map((m) => m.heat_mw), yaxis: "y2", line: { color: "#d55e00" }, hovertemplate: "%{y:,.0f} MW" });
  return { traces, layout: { ...shared(word("months")), barmode: "group", hovermode: "x unified", margin: { l: 58, r: 58, t: 34, b: 44 }, xaxis: axis(word("month_axis"), { dtick: 1 }), yaxis: axis("%", { rangemode: "tozero" }), yaxis2: axis("MW", { overlaying: "y", side: "right", showgrid: false, tickmode: "auto", rangemode: "tozero" }) } };
};
