
"use strict";
// Fields of the state, pickers, mouse and keyboard.
const caseNames = data.cases.map((c) => c.name);
const lastYear = String(data.cases[0].years.at(-1));
const knownKeys = new Set(Object.values(data.views).flatMap((v) => Object.keys(v.cards)));
const minusKeys = data.cases.flatMap((c) => [c.name, ...(c.years.length > 1 ? c.years.map((y) => `${c.name}/${y}`) : [])]);
Object.assign(fields, {
  case: { initial: caseNames[0], valid: (v) => caseNames.includes(v) },
  year: { initial: lastYear, valid: (v) => /^\d{1,4}$/.test(v) },
  minus: { initial: "", valid: (v) => minusKeys.includes(v) },
  pick: { initial: "system", valid: (v) => knownKeys.has(v) },
  view: { initial: "", valid: (v) => /^(-?\d{1,5}(\.\d{1,2})?,){3}-?\d{1,5}(\.\d{1,2})?$/.test(v) && v.split(",").map(Number).every((n, i, all) => i % 2 === 0 || n - all[i - 1] > 10) },
});

const keysNow = () => {
  const a = current(), b = other(), there = (k) => has(a, k) || (b !== null && has(b, k));
  return { nodes: nodes.map((n) => "node:" + n.id).filter(there), corridors: [...new Set([...Object.keys(a.cards), ...Object.keys(b?.cards ?? {})])].filter((k) => k.startsWith("corridor:")) };
};

function showPickers() {
  const a = current(), b = other(), keys = keysNow(), named = data.cases.find((c) => c.name === a.name);
  document.querySelectorAll(".many").forEach((label) => { label.hidden = minusKeys.length < 2; });
  document.querySelector(".years").hidden = named.years.length < 2;
  byId("case_word").textContent = word("case");
  byId("minus_word").textContent = word("minus");
  byId("year_word").textContent = word("year");
  byId("choose").textContent = word("choose");
  choices(byId("case"), caseNames.map((name) => [name, name]), a.name);
  choices(byId("minus"), [["", word("nothing")], ...minusKeys.filter((k) => k !== a.name || named.years.length > 1).map((k) => [k, k.replace("/", " ")])], state.minus);
  byId("year").max = named.years.length - 1;
  byId("year").value = named.years.indexOf(a.year);
  byId("year").setAttribute("aria-valuetext", a.year);
  byId("year_text").textContent = a.year;
  const option = (key) => make("option", say(cardOf(key, a, b).title), { value: key });
  const groups = ["nodes", "corridors"].map((name) => {
    const group = make("optgroup", null, { label: word(name) });
    group.append(...keys[name].map(option));
    return group;
  });
  byId("pick").replaceChildren(option("system"), ...groups);
  byId("pick").value = state.pick;
}

function comparedHead(a, b) {
  if (!b) return [say(a.title), a.about];
  const about = a.about.map((item, i) => {
    const two = b.about[i], same = item.text.zh === two.text.zh;
    return { ...item, sample: item.sample || two.sample, passed: item.passed && two.passed, text: same ? item.text : { zh: `${item.text.zh} − ${two.text.zh}`, en: `${item.text.en} − ${two.text.en}` } };
  });
  const short = (v) => v.year && data.cases.some((c) => c.years.length > 1) ? `${v.name} ${v.year}` : v.name;
  return [`A ${short(a)} − B ${short(b)}`, about];
}

display = async () => {
  const a = current(), b = other();
  if (!has(a, state.pick) && !(b && has(b, state.pick))) state.pick = "system";
  const [title, about] = comparedHead(a, b);
  showHead(title, about, a.footer);
  plot.setAttribute("aria-label", word("map_name"));
  for (const code of ["zoom_in", "zoom_out", "home"]) { byId(code).title = word(code); byId(code).setAttribute("aria-label", word(code)); }
  byId("save").title = word("save_svg");
  byId("save").setAttribute("aria-label", word("save_svg"));
  showPickers();
  showCard(state.pick);
  await draw();
  showLegend();
};

function zoom(factor) {
  if (factor > 1 && scale.px > 20 * scale.fitted) return;
  const { xaxis, yaxis } = plot._fullLayout, [w, e] = xaxis.range, [s, n] = yaxis.range;
  const about = (low, high) => [(low + high) / 2 - (high - low) / 2 / factor, (low + high) / 2 + (high - low) / 2 / factor];
  change({ view: [...about(w, e), ...about(s, n)].map((v) => v.toFixed(1)).join(",") });
}

let waiting = 0;
function soon(act) {
  clearTimeout(waiting);
  waiting = setTimeout(act, 120);
}

byId("pick").addEventListener("change", (event) => change({ pick: event.target.value }));
byId("case").addEventListener("change", (event) => change({ case: event.target.value, year: String(viewOf(event.target.value, Number(state.year)).year) }));
byId("minus").addEventListener("change", (event) => change({ minus: event.target.value }));
byId("year").addEventListener("input", (event) => change({ year: String(data.cases.find((c) => c.name === current().name).years[Number(event.target.value)]) }));
byId("zoom_in").addEventListener("click", () => zoom(1.5));
byId("zoom_out").addEventListener("click", () => zoom(1 / 1.5));
byId("home").addEventListener("click", () => change({ view: "" }));
byId("save").addEventListener("click", () => Plotly.downloadImage(plot, { format: "svg", filename: "map", width: plot.clientWidth, height: plot.clientHeight }));
window.addEventListener("resize", () => soon(show));
plot.addEventListener("keydown", (event) => {
  const keys = keysNow(), all = ["system", ...keys.nodes, ...keys.corridors], at = all.indexOf(state.pick), n = all.length;
  const acts = {
    ArrowRight: () => change({ pick: all[(at + 1) % n] }), ArrowDown: () => change({ pick: all[(at + 1) % n] }),
    ArrowLeft: () => change({ pick: all[(at + n - 1) % n] }), ArrowUp: () => change({ pick: all[(at + n - 1) % n] }),
    "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: () => change({ view: "" }), Escape: () => change({ pick: "system" }),
  };
  if (acts[event.key] && !event.ctrlKey && !event.metaKey) { event.preventDefault(); acts[event.key](); }
});

// Paper has its own width: the drawing takes the place it has there, at once, and the screen's after.
window.addEventListener("beforeprint", () => {
  document.body.classList.add("paper");
  Plotly.relayout(plot, { width: plot.clientWidth, height: plot.clientHeight });
  draw();
  showLegend();
});
window.addEventListener("afterprint", () => {
  document.body.classList.remove("paper");
  delete plot.layout.width;
  delete plot.layout.height;
  soon(show);
});

readHash();
show().then(async () => {
  plot.on("plotly_click", (event) => change({ pick: event.points[0].customdata }));
  plot.on("plotly_clickannotation", (event) => { if (event.annotation.name) change({ pick: event.annotation.name }); });
  plot.on("plotly_hover", (event) => { if (event.points[0].customdata) showCard(event.points[0].customdata); });
  plot.on("plotly_unhover", () => showCard(state.pick));
  plot.on("plotly_relayout", (event) => {
    if (!Object.keys(event).some((k) => k.includes("axis") && k.includes("range"))) return;
    const { xaxis, yaxis } = plot._fullLayout;
    soon(() => change({ view: [...xaxis.range, ...yaxis.range].map((v) => v.toFixed(1)).join(",") }));
  });
  if (opened.has("picture")) await deliverPicture(opened.get("picture") === "map" ? plot : null);
  document.body.dataset.ready = "true";
});
