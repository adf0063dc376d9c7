
"use strict";
// Tables, pickers, and drawing of what is in view.
const sections = [...document.querySelectorAll("section")].map((s) => s.id);
const placeKeys = data.places.map((p) => p.key), starts = data.week_starts;
Object.assign(fields, {
  place: { initial: "city", valid: (v) => placeKeys.includes(v) },
  week: { initial: String(data.weeks.load ?? starts[0]), valid: (v) => starts.includes(Number(v)) },
  heat: { initial: "price", valid: (v) => ["price", "curtailed", "export", "level", "demand", "net_load", "loading"].includes(v) },
  corridor: { initial: data.corridors[0]?.id ?? "", valid: (v) => data.corridors.some((c) => c.id === v) },
  scope: { initial: "all", valid: (v) => v === "all" || v === "electric" },
  grid: { initial: data.microgrids[0]?.microgrid ?? "", valid: (v) => data.microgrids.some((g) => g.microgrid === v) },
  stack: { initial: Object.keys(data.beyond.stacks)[0] ?? "", valid: (v) => v in data.beyond.stacks },
  front: { initial: Object.keys(data.beyond.fronts)[0] ?? "", valid: (v) => v in data.beyond.fronts },
  grouping: { initial: Object.keys(data.beyond.rooms)[0] ?? "", valid: (v) => v in data.beyond.rooms },
  section: { initial: "summary", valid: (v) => sections.includes(v) },
});

function cell(text, className) { return make("td", text, className ? { class: className } : {}); }

// The plan numbers its chapters in Chinese and its clauses in figures; English has Roman numerals for the former.
const CHAPTERS = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"];
const clauseNumber = (text) => state.lang === "zh" ? text : text.replace(/[一二三四五六七八九十]/g, (sign) => CHAPTERS["一二三四五六七八九十".indexOf(sign)]);

function showClauses() {
  const count = (verdict) => data.clauses.filter((c) => c.verdict === verdict).length, missed = count("missed");
  const told = (n, code, style) => { const span = make("span"); span.append(make("b", String(n), { class: style }), word(code)); return span; };
  byId("verdicts").replaceChildren(told(count("met"), "clauses_met", "met"), told(missed, "clauses_missed", missed ? "missed" : ""), told(data.clauses.filter((c) => c.binds).length, "clauses_bind", ""));
  byId("others").textContent = ["reached", "not_reached", "input", "no_amount"].filter(count).map((v) => `${count(v)} ${word("count_" + v)}`).join(state.lang === "zh" ? "；" : "; ");
  const digits = (v) => Math.abs(v) >= 100 || Math.abs(v - Math.round(v)) < 1e-3 ? 0 : 2;
  const rows = data.clauses.map((c) => {
    const name = make("td", say(c.name) + " ");
    if (c.quote) name.append(make("q", c.quote));
    const verdict = cell(({ met: "✓ ", missed: "✗ " }[c.verdict] ?? "") + say(data.verdicts[c.verdict]), c.verdict);
    return [cell(clauseNumber(c.clause)), verdict, name, cell(`${c.sense === ">=" ? "≥" : "≤"} ${number(c.target, digits(c.target))} ${c.unit}`), cell(`${number(c.reached, digits(c.reached))} ${c.unit}`), cell(word(c.mode)),
      cell(c.price === null ? "" : c.binds ? `${number(c.price, 2)} ${say(c.price_unit)}` : word("slack")), cell(c.binds && c.worth !== null ? `${number(c.worth * money(), money() < 1 ? 2 : 0)} ${state.lang === "zh" ? "亿元/年" : "MCNY/a"}` : "")];
  });
  const built = table(["clause", "verdict", "name", "target", "reached", "mode_head", "cost_of_one", "worth"].map(word), rows, null, "clauses");
  data.clauses.forEach((c, i) => { if (c.verdict === "missed") built.querySelectorAll("tbody tr")[i].className = "missed-row"; });
  byId("clauses").replaceChildren(built);
  byId("figures").replaceChildren(...data.figures.map((f) => {
    const box = make("div"), inChinese = f.unit === "MCNY" && state.lang === "zh";
    const value = make("b", f.value === null ? "–" : number(f.value * (inChinese ? YI_CNY_PER_MCNY : 1), inChinese ? 2 : f.digits) + " ");
    if (f.code === "penalties") value.className = "missed";
    value.append(make("small", inChinese ? "亿元" : f.unit));
    box.append(value, make("span", word(f.code)));
    if (f.note) box.append(make("p", say(f.note), { class: "note" }));
    return box;
  }));
}

function showTables() {
  const g = grid(), pairs = (rows) => table(null, rows.map(([a, b]) => [a, b]));
  byId("grid_box").hidden = !g;
  const units = { generation_gwh: "GWh", load_gwh: "GWh", import_gwh: "GWh", unserved_gwh: "GWh", self_supply_share: "%", hours_at_limit_h: "h", reserve_short_gwh: "GWh", reserve_down_short_gwh: "GWh" };
  if (g) byId("grid_table").replaceChildren(table(Object.entries(units).map(([k, u]) => withUnit(word(k === "unserved_gwh" ? "unserved" : k), u)), [Object.entries(units).map(([k, u]) => cell(number(g[k] === null ? null : g[k] * (u === "%" ? 100 : 1), u === "h" ? 0 : 1)))]));
  else byId("grid_table").replaceChildren(make("p", word("no_microgrid")));
  const island = data.islanding.figures[g?.microgrid];
  const shown = (f) => typeof f.value === "string" ? f.value : `${number(f.unit === "%" && f.value !== null ? 100 * f.value : f.value, f.unit === "h" ? 0 : 1)} ${f.unit}`;
  byId("islands").replaceChildren(island ? table(null, island.map((f) => [word(f.code), shown(f)])) : make("p", word("no_island")));
  byId("chart_island").hidden = !islandCurve().length;
  byId("smelter_table").replaceChildren(data.smelters.length ? table(
    [word("name"), withUnit(word("rated"), "MW"), withUnit(word("range"), "MW"), withUnit(word("shifted"), "GWh"), withUnit(word("shed"), "GWh"), withUnit(word("mean_price"), priceUnit()), withUnit(word("paid_price"), priceUnit()), withUnit(word("saved"), state.lang === "zh" ? "百万元" : "MCNY")],
    data.smelters.map((s) => [state.lang === "zh" ? s.name_zh : s.name_en, number(s.rated_mw), `${number(s.least_mw)}–${number(s.largest_mw)}`, number(s.shifted_gwh, 1), number(s.unserved_gwh, 2), number(s.flat_price_cny_per_mwh, 1), number(s.paid_price_cny_per_mwh, 1), number(s.saved_mcny, 1)])) : make("p", word("no_smelter")));
  byId("weather_text").textContent = `${word("weather_year")}${colon()}${data.weather.name} · ${say(data.weather.kind)}`;
  const passed = data.about.find((f) => f.code === "certificate").passed;
  byId("verdict").replaceChildren(make("b", say(data.verdict), { class: passed ? "met" : "missed" }));
  byId("certificate").replaceChildren(pairs(data.certificate.map((r) => [word(r.code), say(r.text)])));
  byId("packages").replaceChildren(table([word("packages"), make("th", "")], data.packages.map((p) => [p.package, p.version])));
  byId("inputs").replaceChildren(table([word("file"), make("th", "SHA-256")], data.inputs.map((f) => [f.file, f.sha256])));
}

// Buttons are made once, so that the one in use keeps the focus.
byId("menu").append(...sections.map((id) => {
  const button = make("button", "", { type: "button", "data-id": id });
  button.addEventListener("click", () => { change({ section: id }); goToSection(); });
  return button;
}));
// One button for each week: the same one may be that of the highest load and of the most export.
const namesOfWeek = {};
for (const [name, first] of Object.entries(data.weeks)) (namesOfWeek[first] ??= []).push(name);
byId("weeks").append(...Object.keys(namesOfWeek).map((first) => {
  const button = make("button", "", { type: "button", "data-week": first });
  button.addEventListener("click", () => change({ week: first }));
  return button;
}));

function markSection() {
  for (const button of byId("menu").children) button.setAttribute("aria-current", button.dataset.id === state.section);
}

// The entry of the contents follows what is read: the last section whose head has gone under the bar.
const bar = document.querySelector(".bar"), covered = () => getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0;

function sectionInView() {
  const tops = sections.map((id) => byId(id).getBoundingClientRect().top - covered());
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  if (!atEnd) return sections[Math.max(0, tops.filter((top) => top <= 8).length - 1)];
  return tops[sections.indexOf(state.section)] >= 0 ? state.section : sections.at(-1);   // the last ones may be too short to reach the bar
}

function followReading() {
  const read = sectionInView();
  if (read === state.section) return;
  state.section = read;
  writeHash();
  markSection();
}

function goToSection() {
  document.documentElement.style.setProperty("--bar", `${covered()}px`);
  byId(state.section).scrollIntoView();
}

function showPickers() {
  for (const button of byId("menu").children) button.textContent = say(data.menu[button.dataset.id]);
  markSection();
  byId("menu").setAttribute("aria-label", word("menu"));
  choices(byId("place"), data.places.map((p) => [p.key, say(p.name)]), state.place);
  choices(byId("heat"), heatKinds().map((k) => [k, word(k)]), state.heat);
  choices(byId("corridor"), data.corridors.map((c) => [c.id, say(c.name)]), state.corridor);
  byId("corridor_box").hidden = state.heat !== "loading";
  choices(byId("scope"), [["all", word("flows_all")], ["electric", word("flows_electric")]], state.scope);
  choices(byId("grid"), data.microgrids.map((g) => [g.microgrid, state.lang === "zh" ? g.name_zh : g.name_en]), state.grid);
  byId("year_box").hidden = !data.years.length;
  choices(byId("year"), data.years.map((y) => [y.href, String(y.year)]), data.years.find((y) => y.here)?.href ?? "");
  for (const button of byId("weeks").children) {
    button.textContent = namesOfWeek[button.dataset.week].map((name) => word("week_" + name)).join(state.lang === "zh" ? "、" : ", ");
    button.setAttribute("aria-pressed", button.dataset.week === state.week);
  }
  const slider = byId("week"), at = starts.indexOf(Number(state.week));
  slider.max = starts.length - 1;
  slider.value = at;
  slider.setAttribute("aria-label", word("week_slide"));
  byId("earlier").setAttribute("aria-label", word("earlier"));
  byId("later").setAttribute("aria-label", word("later"));
  byId("week_text").textContent = `${dayOf(starts[at])} – ${dayOf(weekEnd(starts[at]) - 1)}`;
  slider.setAttribute("aria-valuetext", byId("week_text").textContent);
}

// --- drawing: only what is in view, and again only what has changed -------------------------------------------------------

const inView = new Set(), drawn = {}, plotConfig = () => ({ locale: locale(), responsive: true, displaylogo: false, displayModeBar: false });

async function draw(name) {
  const element = byId("chart_" + name), wanted = JSON.stringify([state.lang, state.place, state.week, state.heat, state.corridor, state.scope, state.grid, state.stack, state.front, state.grouping]);
  if (drawn[name] === wanted) return;
  drawn[name] = wanted;
  const chart = charts[name]();
  if (!chart?.traces) {
    Plotly.purge(element);
    element.replaceChildren(make("p", chart?.missing ?? word("nothing_to_show"), { class: "empty" }));
    return;
  }
  if (element.querySelector(".empty")) element.replaceChildren();
  const size = document.body.classList.contains("paper") ? { width: element.clientWidth, height: element.clientHeight } : { autosize: true };
  await Plotly.react(element, chart.traces, { ...chart.layout, ...size }, plotConfig());
  let save = element.querySelector(".save");
  if (!save) {
    save = make("button", "⤓", { type: "button", class: "save" });
    save.addEventListener("click", () => Plotly.downloadImage(element, { format: "svg", filename: name, width: element.clientWidth, height: element.clientHeight }));
    element.append(save);
  }
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", chart.layout.meta);
  save.title = word("save");
  save.setAttribute("aria-label", `${word("save")}${colon()}${chart.layout.meta}`);
}

const drawAll = () => Promise.all(Object.keys(charts).map(draw));

display = async () => {
  showHead(`${say(data.title)} · ${data.scenario}`, data.about, data.footer);
  if (!heatKinds().includes(state.heat)) state.heat = "price";
  showClauses();
  showTables();
  showUncertainty();
  showBeyond();
  showPickers();
  await Promise.all([...inView].map(draw));
};

for (const id of ["place", "heat", "corridor", "scope", "grid", "stack", "front", "grouping"]) byId(id).addEventListener("change", (event) => change({ [id]: event.target.value }));
byId("year").addEventListener("change", (event) => { location.href = event.target.value + location.hash; });
byId("week").addEventListener("input", (event) => change({ week: String(starts[Number(event.target.value)]) }));
const step = (days) => change({ week: String(starts[clamp(starts.indexOf(Number(state.week)) + days, 0, starts.length - 1)]) });
byId("earlier").addEventListener("click", () => step(-7));
byId("later").addEventListener("click", () => step(7));
window.addEventListener("hashchange", goToSection);

// Paper has its own width: everything is drawn for it at once, and again for the screen after.
const figures = () => [...document.querySelectorAll("figure.js-plotly-plot")].filter((f) => f._fullLayout);
const afresh = () => { Plotly.purge(byId("chart_sankey")); delete drawn.sankey; };   // its bands move to a new place too slowly for paper
function onPaper() {
  document.body.classList.add("paper");
  afresh();
  drawAll();
  figures().filter((f) => f._fullLayout.width !== f.clientWidth || f._fullLayout.height !== f.clientHeight)
    .forEach((f) => Plotly.relayout(f, { width: f.clientWidth, height: f.clientHeight }));
}
function onScreen() {
  document.body.classList.remove("paper");
  afresh();
  for (const f of figures()) { delete f.layout.width; delete f.layout.height; Plotly.relayout(f, { autosize: true }); }
  show();
}
window.addEventListener("beforeprint", onPaper);
window.addEventListener("afterprint", onScreen);

async function start() {
  readHash();
  if (typeof DecompressionStream === "undefined") {
    await show();
    document.querySelector("main").prepend(make("p", word("too_old"), { class: "missed" }));
    return;
  }
  await unpack();
  await show();
  if (opened.has("picture")) {
    const name = opened.get("picture"), known = Object.hasOwn(charts, name);
    if (known) await draw(name);
    await deliverPicture(known && !byId("chart_" + name).querySelector(".empty") ? byId("chart_" + name) : null);
  }
  if (state.section !== "summary") goToSection();
  window.addEventListener("scroll", followReading);
  const watch = new IntersectionObserver((entries) => entries.forEach((entry) => {
    const name = entry.target.id.slice(6);
    if (entry.isIntersecting) { inView.add(name); draw(name); } else inView.delete(name);
  }), { rootMargin: "200px" });
  document.querySelectorAll("figure").forEach((f) => watch.observe(f));
  document.body.dataset.ready = "true";
}
start();
