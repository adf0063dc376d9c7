
"use strict";
// What all pages share. One state, one way to show it: every control calls `change`, which writes the address and shows the page again.
const data = JSON.parse(document.getElementById("data").textContent);
const {
  MW_PER_GW, GWH_PER_TWH, KT_PER_MT, CNY_PER_KW_FROM_CNY_PER_MW, CNY_PER_KWH_FROM_CNY_PER_MWH, WAN_KW_PER_MW, YI_KWH_PER_GWH, WAN_T_PER_KT, YI_CNY_PER_MCNY,
} = data.factors;
const fields = { lang: { initial: "zh", valid: (v) => v === "zh" || v === "en" } };
const state = {};
const opened = new URLSearchParams(location.hash.slice(1));
let display = async () => {};         // the page's own way to show the state

const byId = (id) => document.getElementById(id);
const say = (text) => text[state.lang];
const word = (code) => say(data.words[code]);
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const colon = () => state.lang === "zh" ? "：" : ": ";
const FONTS = '"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif';

// What Plotly says of its own accord: hints after a zoom or a click on the legend, words of the Sankey diagram, dates.
Plotly.register({
  moduleType: "locale", name: "zh-CN",
  dictionary: {
    "Double-click to zoom back out": "双击恢复原图", "Double-click on legend to isolate one trace": "双击图例只看一项",
    "source:": "来自：", "target:": "去向：", "incoming flow count:": "流入项数：", "outgoing flow count:": "流出项数：", "concentration:": "占比：",
  },
  format: {
    days: [..."日一二三四五六"].map((d) => "星期" + d), shortDays: [..."日一二三四五六"].map((d) => "周" + d),
    months: [..."一二三四五六七八九十", "十一", "十二"].map((m) => m + "月"), shortMonths: Array.from({ length: 12 }, (_, i) => `${i + 1}月`), date: "%Y-%m-%d",
  },
});
const locale = () => state.lang === "zh" ? "zh-CN" : "en-US";

function number(value, digits = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const rounded = Number(value.toFixed(digits)) + 0;   // no minus zero
  return rounded.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const signed = (value, digits = 0) => {
  const text = number(value, digits);
  return value > 0 && /[1-9]/.test(text) ? "+" + text : text.replace("-", "−");
};

function make(tag, text, attributes = {}, space = "http://www.w3.org/1999/xhtml") {
  const element = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== null && text !== undefined) element.textContent = text;
  return element;
}

function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1));
  for (const [name, field] of Object.entries(fields)) {
    const text = hash.get(name);
    state[name] = text !== null && field.valid(text) ? text : field.initial;
  }
}

function writeHash() {
  const hash = new URLSearchParams();
  for (const [name, field] of Object.entries(fields)) if (name === "lang" || state[name] !== field.initial) hash.set(name, state[name]);
  const text = "#" + hash.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
  if (text !== location.hash) history.replaceState(null, "", text);
}

async function change(part) {
  Object.assign(state, part);
  writeHash();
  await show();
}

async function show() {
  document.documentElement.lang = state.lang;
  document.querySelectorAll("nav button").forEach((b) => b.setAttribute("aria-pressed", b.dataset.lang === state.lang));
  document.querySelectorAll("[data-word]").forEach((e) => { e.textContent = word(e.dataset.word); });
  await display();
}

function showHead(title, about, footer) {
  document.title = title;
  byId("title").textContent = title;
  byId("about").replaceChildren(...about.map((item) => {
    const row = make("li");
    row.dataset.code = item.code;
    row.append(make("span", say(item.name) + colon()), make("b", say(item.text)));
    if (item.sample) row.lastChild.className = "failed";
    if (item.code === "certificate") row.lastChild.className = item.passed ? "passed" : "failed";
    return row;
  }));
  byId("footer").replaceChildren(...footer.map((item) => {
    const row = make("span");
    row.dataset.code = item.code;
    row.append(make("b", say(item.name) + colon()), say(item.text));
    return row;
  }));
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

function choices(select, options, value) {
  select.replaceChildren(...options.map(([code, text]) => make("option", text, { value: code })));
  select.value = value;
}

// --- pictures: the address may ask for one chart, which then stands in the page as text -----------------------------------

async function deliverPicture(chart) {
  const format = opened.get("format") === "png" ? "png" : "svg";
  const size = (name, least) => Math.min(Math.max(Number(opened.get(name)) || least, 200), 4000);
  const picture = make("pre", null, { id: "picture", hidden: "" });
  if (chart) {
    const options = { format, width: size("width", 1200), height: size("height", 700), scale: format === "png" ? 2 : 1 };
    picture.textContent = await Plotly.toImage(chart, options);
  } else picture.dataset.missing = "true";
  document.body.append(picture);
}

document.querySelectorAll("nav button").forEach((b) => b.addEventListener("click", () => change({ lang: b.dataset.lang })));
window.addEventListener("hashchange", () => { readHash(); show(); });
