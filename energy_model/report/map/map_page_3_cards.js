
"use strict";
// The card of what is picked, and the legend in the scale of the map as it is now.

function dotted(colour, text) {
  const cell = make("td");
  const dot = make("i", null, { class: "dot" });
  dot.style.background = colour ?? "#c9cdd4";
  cell.append(dot, text);
  return cell;
}

// Units of the Chinese page are those of the Chinese workbook: factor, unit, digits.
const LOCAL = {
  MW: [WAN_KW_PER_MW, "万千瓦", 2], GW: [WAN_KW_PER_MW * MW_PER_GW, "万千瓦", 1],
  GWh: [YI_KWH_PER_GWH, "亿千瓦时", 3], TWh: [YI_KWH_PER_GWH * GWH_PER_TWH, "亿千瓦时", 2],
  Mt: [WAN_T_PER_KT * KT_PER_MT, "万吨", 1], "MCNY/a": [YI_CNY_PER_MCNY, "亿元/年", 2],
  "CNY/MWh": [CNY_PER_KWH_FROM_CNY_PER_MWH, "元/千瓦时", 4], "CNY/(MW·a)": [CNY_PER_KW_FROM_CNY_PER_MW, "元/(千瓦·年)", 1], h: [1, "小时", 0],
};
const local = (unit) => state.lang === "zh" ? LOCAL[unit] : undefined;
const unitOf = (unit) => local(unit)?.[1] ?? unit;
function inUnit(value, unit, digits = 0, write = number) {
  const way = local(unit);
  return way && value !== null && value !== undefined ? write(value * way[0], way[2]) : write(value, digits);
}

function valued(text, unit) {
  const cell = make("td", text + " ");
  cell.append(make("small", unit));
  return cell;
}

function showCard(key) {
  const a = current(), b = other(), one = a.cards[key], two = b?.cards[key], card = one ?? two;
  const parts = [make("h2", say(card.title)), make("p", say(card.note))];
  if (!one) parts.push(make("p", `${a.name}${colon()}${word("absent")}`));
  if (b && !two) parts.push(make("p", `${b.name}${colon()}${word("absent")}`));
  parts.push(...(b ? comparedTables(one, two) : plainTables(card)));
  byId("card").replaceChildren(...parts);
  byId("card").dataset.key = key;
  byId("card").dataset.kind = card.kind;
}

function plainTables(card) {
  const parts = [];
  for (const [list, head, energy] of [["technologies", "technology", "generated"], ["heat", "heat_source", "heat_made"]]) {
    if (!card[list]?.length) continue;
    const rows = card[list].map((t) => [dotted(t.colour, say(t.name)), inUnit(t.existing_mw, "MW"), inUnit(t.new_mw, "MW"), inUnit(t.energy_gwh, "GWh"), inUnit(t.full_load_h, "h")]);
    parts.push(table([word(head), withUnit(word("existing"), unitOf("MW")), withUnit(word("new"), unitOf("MW")), withUnit(word(energy), unitOf("GWh")),
      withUnit(word("full_load_hours"), unitOf("h"))], rows, null, list));
  }
  if (card.contracts?.length) {
    const rows = card.contracts.map((c) => [say(c.name), inUnit(c.power_mw, "MW"), inUnit(c.energy_gwh, "GWh"), inUnit(c.hours, "h")]);
    parts.push(table([word("contract"), withUnit(word("power"), unitOf("MW")), withUnit(word("energy"), unitOf("GWh")), withUnit(word("full_load_hours"), unitOf("h"))], rows, null, "contracts"));
  }
  parts.push(table(null, card.figures.map((f) => [say(f.name), valued(inUnit(f.value, f.unit, f.digits), unitOf(f.unit))]), null, "figures"));
  return parts;
}

function comparedTables(one, two) {
  // Each figure of both views side by side: A, B, A − B.
  const heads = (first) => [first, make("th", "A"), make("th", "B"), make("th", "A − B")];
  const rowOf = (name, a, b, digits, unit) => [name, inUnit(a, unit, digits), inUnit(b, unit, digits), valued(inUnit((a ?? 0) - (b ?? 0), unit, digits, signed), unitOf(unit))];
  const merged = (list, key) => {
    const found = new Map();
    [one, two].forEach((card, i) => (card?.[list] ?? []).forEach((item) => {
      const pair = found.get(key(item)) ?? [null, null];
      pair[i] = item;
      found.set(key(item), pair);
    }));
    return [...found.values()];
  };
  const parts = [], mw = (t) => t ? t.existing_mw + t.new_mw : 0;
  for (const [list, head] of [["technologies", "technology"], ["heat", "heat_source"]]) {
    const found = merged(list, (t) => t.kind + t.name.zh);
    if (!found.length) continue;
    const rows = found.map(([a, b]) => rowOf(dotted((a ?? b).colour, say((a ?? b).name)), mw(a), mw(b), 0, "MW"));
    parts.push(table(heads(word(head)), rows, null, list));
  }
  const contracts = merged("contracts", (c) => c.name.zh);
  if (contracts.length) parts.push(table(heads(word("contract")), contracts.map(([a, b]) => rowOf(say((a ?? b).name), a?.energy_gwh ?? 0, b?.energy_gwh ?? 0, 0, "GWh")), null, "contracts"));
  const figures = merged("figures", (f) => f.code);
  parts.push(table(heads(word("difference")), figures.map(([a, b]) => rowOf(say((a ?? b).name), a?.value, b?.value, (a ?? b).digits, (a ?? b).unit)), null, "figures"));
  return parts;
}

// --- legend ---------------------------------------------------------------------------------------------------------------

function nice(limit) {
  const steps = [1, 2, 5].flatMap((m) => [0.001, 0.01, 0.1, 1, 10, 100, 1000, 10000].map((e) => m * e)).sort((a, b) => a - b);
  return steps.filter((s) => s <= limit).at(-1) ?? steps[0];
}

function size(gw) {
  const digits = (v) => v < 0.01 ? 3 : v < 0.1 ? 2 : v < 1 ? 1 : 0;
  return state.lang === "zh" ? `${number(100 * gw, digits(100 * gw))}万千瓦` : `${number(gw, digits(gw))} GW`;
}

function showLegend() {
  const compared = other() !== null, rows = [];
  const svg = (tag, attributes, text) => make(tag, text, attributes, "http://www.w3.org/2000/svg");
  const text = (x, y, t, c = "") => rows.push(svg("text", { x, y, class: c }, t));
  const box = (x, y, w, h, fill, edge = "#4b3d5c") => rows.push(svg("rect", { x, y, width: w, height: h, fill, stroke: edge, "stroke-width": 0.7 }));
  const hatch = svg("pattern", { id: "hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  hatch.append(svg("rect", { width: 1.5, height: 5, fill: "#fff" }));
  const defs = svg("defs", {});
  defs.append(hatch);
  rows.push(defs);
  let y = 12;
  if (!compared) { text(168, y, word("existing"), "head"); text(228, y, word("new"), "head"); } else y -= 12;
  for (const t of data.technologies.filter((t) => t.shown)) {
    y += 16;
    text(0, y, say(t.name));
    box(168, y - 9, 34, 10, t.colour, "none");
    if (compared) continue;
    box(228, y - 9, 34, 10, t.colour, "none");
    box(228, y - 9, 34, 10, "url(#hatch)", t.colour);
  }
  y += 20;
  if (compared) {
    rows.push(svg("path", { d: `M2 ${y}a12 12 0 0 1 24 0z`, fill: "#8b8f97" }));
    text(34, y - 2, word("more"));
    y += 16;
    rows.push(svg("path", { d: `M2 ${y - 12}a12 12 0 0 0 24 0z`, fill: "#8b8f97" }), svg("path", { d: `M2 ${y - 12}a12 12 0 0 0 24 0z`, fill: "url(#hatch)" }));
    text(34, y - 2, word("less"));
    y += 22;
  }
  text(0, y, word(compared ? "change_pie" : "legend_pie"), "head");
  const radius = (gw) => pieKm(gw * MW_PER_GW) * scale.px;
  const large = nice((26 / radius(1)) ** 2), height = 2 * radius(large);
  const wide = state.lang === "zh";   // its unit is the longer word
  let x = 0;
  for (const gw of [large, nice(large / 3.9)]) {
    const r = radius(gw);
    rows.push(svg(compared ? "path" : "circle", compared ? { d: `M${x + 1} ${y + 6 + height / 2}a${r} ${r} 0 0 1 ${2 * r} 0z`, fill: "#fff", stroke: "#2b2b2b" }
      : { cx: x + r + 1, cy: y + 6 + height / 2, r, fill: "#fff", stroke: "#2b2b2b" }));
    text(x + 2 * r + 6, y + 10 + height / 2, size(gw));
    x += 2 * r + (wide ? 58 : 50);
  }
  const widthX = wide ? 198 : 176, barX = wide ? 34 : 40;
  text(widthX, y, word(compared ? "change_width" : "legend_width"), "head");
  const largeWidth = nice(15 / (MW_PER_GW * data.layout.scale.km_per_mw * scale.corridor * scale.shrink * scale.px));
  [largeWidth, nice(largeWidth / 3.9)].forEach((gw, i) => {
    const w = corridorKm(gw * MW_PER_GW) * scale.px, middle = y + 16 + 20 * i;
    box(widthX, middle - w / 2, barX, w, compared ? data.difference.more : data.loading.colours[3]);
    text(widthX + barX + 7, middle + 4, size(gw));
  });
  y += Math.max(height, 40) + 24;
  if (compared) {
    for (const [code, colour] of [["wider", "more"], ["narrower", "less"], ["same", "same"]]) {
      box(0, y - 8, 34, 6, data.difference[colour], "#fff");
      text(41, y, word(code));
      y += 17;
    }
  } else {
    text(0, y, word("legend_colour"), "head");
    const limits = [0, ...data.loading.limits, 1];
    data.loading.colours.forEach((colour, i) => {
      box(60 * i, y + 6, 60, 9, colour, "#fff");
      text(60 * i, y + 27, `${limits[i] * 100}–${limits[i + 1] * 100}%`);
    });
    y += 46;
    box(0, y - 7, 34, 6, data.loading.colours[2]);
    text(41, y, word("legend_solid"));
    for (const k of [0, 13, 26]) box(160 + k, y - 7, 8, 6, data.loading.colours[2]);
    text(201, y, word("legend_dashed"));
    y += 17;
  }
  rows.push(svg("path", { d: `M10 ${y - 9}l14 5l-14 5l3 -5z`, fill: "#1d1a24" }));
  text(41, y, word(compared ? "arrow_change" : "legend_arrow"));
  y += 17;
  rows.push(svg("circle", { cx: 17, cy: y - 4, r: 6, fill: "none", stroke: "#c4161c", "stroke-width": 2, "stroke-dasharray": "4 2.5" }));
  text(41, y, word("microgrid"));
  rows.push(svg("path", { d: `M177 ${y - 11}l7 7l-7 7l-7 -7z`, fill: "#fff", stroke: "#613391", "stroke-width": 2 }));
  text(201, y, word("receiver"));
  y += 17;
  box(11, y - 10, 11, 11, "#fff", "#1d1a24");
  text(41, y, word("hub"));
  rows.push(svg("circle", { cx: 170, cy: y - 4, r: 2.2, fill: "#777" }), svg("path", { d: `M170 ${y - 4}h18`, stroke: "#777", "stroke-dasharray": "2 2" }));
  text(201, y, word("displaced"));
  if (nodes.some((n) => n.off)) {
    y += 17;
    rows.push(svg("path", { d: `M10 ${y - 4}h14m-5 -4l5 4l-5 4`, fill: "none", stroke: "#613391", "stroke-width": 1.6 }));
    text(41, y, word("off_map"));
  }
  if (current().sites.length) {
    y += 17;
    box(12, y - 9, 9, 9, colourOf.wind, "#fff");
    text(41, y, scale.px >= SITES_FROM * scale.fitted ? word("site") : word("sites_hint"));
  }
  const drawing = svg("svg", { viewBox: `0 0 302 ${y + 6}`, height: y + 6, role: "img", "aria-label": word("legend") });
  drawing.append(...rows);
  byId("legend").replaceChildren(drawing);
}
