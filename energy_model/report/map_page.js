
"use strict";
// One state, one way to show it: every control changes `state` and calls `show`.
const data = JSON.parse(document.getElementById("data").textContent);
const plot = document.getElementById("map");
const state = { lang: "zh", pick: "system" };
let hovered = null;
let pxPerKm = data.scale.px_per_km;   // of the view as drawn now
let textScale = 1;                    // text grows with the window, not with the zoom

const say = (text) => text[state.lang];
const word = (code) => say(data.words[code]);
const number = (value, digits = 0) => value === null ? "–"
  : value.toLocaleString(state.lang === "zh" ? "zh-CN" : "en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const byId = (id) => document.getElementById(id);

function make(tag, text, attributes = {}, space = "http://www.w3.org/1999/xhtml") {
  const element = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== null && text !== undefined) element.textContent = text;
  return element;
}

function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1));
  state.lang = ["zh", "en"].includes(hash.get("lang")) ? hash.get("lang") : "zh";
  state.pick = Object.hasOwn(data.cards, hash.get("pick") ?? "") ? hash.get("pick") : "system";
}

function change(part) {
  Object.assign(state, part);
  hovered = null;
  const hash = new URLSearchParams({ lang: state.lang });
  if (state.pick !== "system") hash.set("pick", state.pick);
  history.replaceState(null, "", "#" + hash.toString().replace("%3A", ":"));
  show();
}

function annotations() {
  const colours = { node: "#1f2430", hub: "#444a55", receiver: "#4b2a76", idle: "#77708a", province: "#9a927d", prefecture: "#a8a294" };
  const texts = data.labels[state.lang].map((label) => {
    const name = label.key !== "";
    return {
      x: label.x, y: label.y, text: label.text, name: label.key, showarrow: false, xanchor: "center", yanchor: "middle", borderpad: name ? 1 : 0,
      bgcolor: name ? "rgba(255,255,255,0.84)" : "rgba(0,0,0,0)", captureevents: name,
      font: { size: label.px * textScale, color: colours[label.style] },
    };
  });
  const bar = data.scale_bar;
  return [...texts, { x: bar.x, y: bar.y + 3, text: bar.text, showarrow: false, font: { size: 11 * textScale, color: "#333333" } }];
}

function chosen() {
  // A ring or dots in amber about what is picked.
  const { x, y, radius_km, key } = data.targets;
  const at = key.flatMap((k, i) => k === state.pick ? [i] : []);
  const node = state.pick.startsWith("node:");
  return {
    type: "scatter", mode: "markers", hoverinfo: "skip", x: at.map((i) => x[i]), y: at.map((i) => y[i]),
    marker: {
      size: at.map((i) => node ? 2 * (radius_km[i] + 2.5) * pxPerKm : 5), symbol: "circle",
      color: node ? "rgba(0,0,0,0)" : "#ffd24d", line: { color: node ? "#e6a100" : "#1d1a24", width: node ? 4 : 1 },
    },
  };
}

function targets() {
  const { x, y, radius_km, key } = data.targets;
  return {
    type: "scatter", mode: "markers", x, y, customdata: key, text: key.map((k) => escaped(say(data.cards[k].title))),
    hovertemplate: "%{text}<extra></extra>", marker: { size: radius_km.map((r) => Math.max(2 * r * pxPerKm, 8)), color: "#ffffff", opacity: 0 },
  };
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function layout() {
  const [west, east, south, north] = data.frame;
  const axis = { visible: false, zeroline: false, showgrid: false };
  return {
    margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, hovermode: "closest", dragmode: "pan", autosize: true, paper_bgcolor: "#eeece6",
    plot_bgcolor: "#eeece6", uirevision: "map", font: { family: '"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif' },
    hoverlabel: { bgcolor: "#ffffff", bordercolor: "#1f4e79", font: { size: 12, color: "#1f2430" } },
    xaxis: { ...axis, range: [west, east] }, yaxis: { ...axis, range: [south, north], scaleanchor: "x" },
    annotations: annotations(),
  };
}

const config = {
  responsive: true, displaylogo: false, scrollZoom: true, doubleClick: "reset",
  modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "zoom2d"], toImageButtonOptions: { format: "svg", filename: "map" },
};

async function show() {
  document.documentElement.lang = state.lang;
  document.title = say(data.title);
  byId("title").textContent = say(data.title);
  byId("about").replaceChildren(...data.about.map(fact));
  byId("footer").replaceChildren(...data.footer.map(footnote));
  document.querySelectorAll("nav button").forEach((b) => b.setAttribute("aria-pressed", b.dataset.lang === state.lang));
  showPicker();
  showCard(state.pick);
  measure();
  await Plotly.react(plot, [...data.traces, data.leaders[state.lang], chosen(), targets()], layout(), config);
  showLegend();
}

function measure() {
  // Text keeps its size relative to the whole map; pies and lines also follow the zoom.
  const [west, east, south, north] = data.frame;
  const fitted = Math.min(plot.clientWidth / (east - west), plot.clientHeight / (north - south));
  textScale = Math.min(1.6, fitted / data.scale.px_per_km);
  const axis = plot._fullLayout?.xaxis;
  pxPerKm = axis ? axis._length / (axis.range[1] - axis.range[0]) : fitted;
}

function fact(item) {
  const row = make("li");
  row.dataset.code = item.code;
  row.append(make("span", say(item.name) + (state.lang === "zh" ? "：" : ": ")), make("b", say(item.text)));
  if (item.code === "certificate") row.lastChild.className = item.passed ? "passed" : "failed";
  return row;
}

function footnote(item) {
  const row = make("span");
  row.dataset.code = item.code;
  row.append(make("b", say(item.name) + (state.lang === "zh" ? "：" : ": ")), say(item.text));
  return row;
}

function showPicker() {
  byId("choose").textContent = word("choose");
  const option = (key) => make("option", say(data.cards[key].title), { value: key });
  const groups = ["nodes", "corridors"].map((name) => {
    const group = make("optgroup", null, { label: word(name) });
    group.append(...data.order[name].map(option));
    return group;
  });
  byId("pick").replaceChildren(option("system"), ...groups);
  byId("pick").value = state.pick;
}

function table(heads, rows, foot, className) {
  const element = make("table", null, { class: className });
  const line = (cells, tag) => {
    const row = make("tr");
    row.append(...cells.map((c) => c instanceof Node ? c : make(tag, c)));
    return row;
  };
  if (heads) { const head = make("thead"); head.append(line(heads, "th")); element.append(head); }
  const body = make("tbody");
  body.append(...rows.map((r) => line(r, "td")));
  element.append(body);
  if (foot) { const end = make("tfoot"); end.append(line(foot, "td")); element.append(end); }
  return element;
}

function withUnit(text, unit) {
  const cell = make("th", text);
  cell.append(make("br"), make("small", unit));
  return cell;
}

function showCard(key) {
  const card = data.cards[key];
  const parts = [make("h2", say(card.title)), make("p", say(card.note))];
  if (card.technologies?.length) {
    const rows = card.technologies.map((t) => {
      const name = make("td");
      name.append(make("i", null, { class: "dot", style: `background:${t.colour ?? "#c9cdd4"}` }), say(t.name));
      return [name, number(t.existing_mw), number(t.new_mw), number(t.energy_gwh), number(t.full_load_h)];
    });
    parts.push(table([word("technology"), withUnit(word("existing"), "MW"), withUnit(word("new"), "MW"), withUnit(word("energy"), "GWh"),
      withUnit(word("full_load_hours"), "h")], rows, null, "technologies"));
  }
  if (card.contracts?.length) {
    const rows = card.contracts.map((c) => [say(c.name), number(c.power_mw), number(c.energy_gwh), number(c.hours)]);
    parts.push(table([word("contract"), withUnit(word("power"), "MW"), withUnit(word("energy"), "GWh"), withUnit(word("full_load_hours"), "h")],
      rows, null, "contracts"));
  }
  const figures = card.figures.map((f) => {
    const value = make("td", number(f.value, f.digits) + " ");
    value.append(make("small", f.unit));
    return [say(f.name), value];
  });
  parts.push(table(null, figures, null, "figures"));
  byId("card").replaceChildren(...parts);
  byId("card").dataset.key = key;
  byId("card").dataset.kind = card.kind;
}

// --- legend: drawn in the scale of the map as it is now ---------------------------------------------------

function nice(limit) {
  const steps = [1, 2, 5].flatMap((m) => [0.001, 0.01, 0.1, 1, 10, 100, 1000, 10000].map((e) => m * e)).sort((a, b) => a - b);
  return steps.filter((s) => s <= limit).at(-1) ?? steps[0];
}

function showLegend() {
  const svg = (tag, attributes, text) => make(tag, text, attributes, "http://www.w3.org/2000/svg");
  const rows = [];
  const text = (x, y, t, c = "") => rows.push(svg("text", { x, y, class: c }, t));
  const box = (x, y, w, h, fill, stroke = "#4b3d5c") => rows.push(svg("rect", { x, y, width: w, height: h, fill, stroke, "stroke-width": 0.7 }));
  const hatch = svg("pattern", { id: "hatch", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  hatch.append(svg("rect", { width: 1.5, height: 5, fill: "#fff" }));
  const defs = svg("defs", {});
  defs.append(hatch);
  rows.push(defs);
  let y = 12;
  text(168, y, word("existing"), "head");
  text(228, y, word("new"), "head");
  for (const t of data.technologies) {
    y += 16;
    text(0, y, say(t.name));
    box(168, y - 9, 34, 10, t.colour, "none");
    box(228, y - 9, 34, 10, t.colour, "none");
    box(228, y - 9, 34, 10, "url(#hatch)", t.colour);
  }
  y += 20;
  text(0, y, word("legend_pie"), "head");
  const radius = (gw) => data.scale.pie_km_per_root_mw * Math.sqrt(gw * 1000) * pxPerKm;
  const large = nice((26 / radius(1)) ** 2), height = 2 * radius(large);
  let x = 0;
  for (const gw of [large, nice(large / 3.9)]) {
    const r = radius(gw);
    rows.push(svg("circle", { cx: x + r + 1, cy: y + 6 + height / 2, r, fill: "#fff", stroke: "#2b2b2b" }));
    text(x + 2 * r + 6, y + 10 + height / 2, `${gw} GW`);
    x += 2 * r + 50;
  }
  const widthX = 186;
  text(widthX, y, word("legend_width"), "head");
  const largeWidth = nice(15 / (data.scale.km_per_mw * 1000 * pxPerKm));
  [largeWidth, nice(largeWidth / 3.9)].forEach((gw, i) => {
    const w = Math.max(gw * 1000 * data.scale.km_per_mw, 1) * pxPerKm, middle = y + 16 + 20 * i;
    box(widthX, middle - w / 2, 40, w, data.loading.colours[3]);
    text(widthX + 47, middle + 4, `${gw} GW`);
  });
  y += Math.max(height, 40) + 24;
  text(0, y, word("legend_colour"), "head");
  const limits = [0, ...data.loading.limits, 1];
  data.loading.colours.forEach((colour, i) => {
    box(60 * i, y + 6, 60, 9, colour, "#fff");
    text(60 * i, y + 27, `${limits[i] * 100}–${limits[i + 1] * 100}%`);
  });
  y += 46;
  box(0, y - 7, 34, 6, data.loading.colours[2]);
  text(41, y, word("legend_solid"));
  for (const k of [0, 13, 26]) box(170 + k, y - 7, 8, 6, data.loading.colours[2]);
  text(211, y, word("legend_dashed"));
  y += 17;
  rows.push(svg("path", { d: `M10 ${y - 9}l14 5l-14 5l3 -5z`, fill: "#1d1a24" }));
  text(41, y, word("legend_arrow"));
  y += 17;
  rows.push(svg("circle", { cx: 17, cy: y - 4, r: 6, fill: "none", stroke: "#c4161c", "stroke-width": 2, "stroke-dasharray": "4 2.5" }));
  text(41, y, word("microgrid"));
  rows.push(svg("path", { d: `M187 ${y - 11}l7 7l-7 7l-7 -7z`, fill: "#fff", stroke: "#613391", "stroke-width": 2 }));
  text(211, y, word("receiver"));
  y += 17;
  box(11, y - 10, 11, 11, "#fff", "#1d1a24");
  text(41, y, word("hub"));
  rows.push(svg("circle", { cx: 180, cy: y - 4, r: 2.2, fill: "#777" }), svg("path", { d: `M180 ${y - 4}h18`, stroke: "#777", "stroke-dasharray": "2 2" }));
  text(211, y, word("displaced"));
  const drawing = svg("svg", { viewBox: `0 0 302 ${y + 6}`, height: y + 6, role: "img", "aria-label": word("legend") });
  drawing.append(...rows);
  byId("legend").replaceChildren(drawing);
}

// --- controls -----------------------------------------------------------------------------------------------

let waiting = 0;
function showSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(show, 120);
}

document.querySelectorAll("nav button").forEach((b) => b.addEventListener("click", () => change({ lang: b.dataset.lang })));
byId("pick").addEventListener("change", (event) => change({ pick: event.target.value }));
window.addEventListener("hashchange", () => { readHash(); show(); });
window.addEventListener("resize", showSoon);

readHash();
show().then(show).then(() => {   // the second time with the scale that the first drawing has found
  plot.on("plotly_click", (event) => change({ pick: event.points[0].customdata }));
  plot.on("plotly_clickannotation", (event) => { if (event.annotation.name) change({ pick: event.annotation.name }); });
  plot.on("plotly_hover", (event) => { hovered = event.points[0].customdata; showCard(hovered); });
  plot.on("plotly_unhover", () => { hovered = null; showCard(state.pick); });
  plot.on("plotly_relayout", (event) => { if (Object.keys(event).some((k) => k.includes("axis"))) showSoon(); });
  document.body.dataset.ready = "true";
});
