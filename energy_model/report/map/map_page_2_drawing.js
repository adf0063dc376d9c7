
"use strict";
// The drawing of one view, or of the difference of two. `plot` is the element, `scale` what lengths stand for now.
const plot = byId("map");
const DUST_MW = 0.5, DUST_GWH = 0.05, LEAST_PX = 9.5, SITES_FROM = 2.2, SITE_NAMES_FROM = 3.2;
const nodes = data.layout.nodes, nodeOf = Object.fromEntries(nodes.map((n) => [n.id, n]));
const curves = data.layout.corridors.map((c) => ({ ...c, line: c.x.map((x, i) => [x, c.y[i]]) }));
const colourOf = Object.fromEntries(data.technologies.map((t) => [t.kind, t.colour]));
const scale = { px: data.layout.scale.px_per_km, fitted: data.layout.scale.px_per_km, pie: 1, corridor: 1, shrink: 1 };

function viewOf(name, year) {
  // The view of a case in a year, or in the year next to it.
  const found = data.cases.find((c) => c.name === name) ?? data.cases[0];
  const nearest = found.years.reduce((a, b) => Math.abs(b - year) < Math.abs(a - year) ? b : a);
  return { key: `${found.name}/${nearest}`, name: found.name, year: nearest, ...data.views[`${found.name}/${nearest}`] };
}

const current = () => viewOf(state.case, Number(state.year));

function other() {
  // What the current view is compared with, if anything: a case in the same year, or a case in a year of its own.
  if (!state.minus) return null;
  const parts = state.minus.split("/");
  const view = viewOf(parts[0], parts.length > 1 ? Number(parts[1]) : current().year);
  return view.key === current().key ? null : view;
}

const total = (capacity) => Object.values(capacity ?? {}).reduce((sum, [existing, fresh]) => sum + existing + fresh, 0);
const megawatts = (view, id) => { const c = view.corridors[id]; return c ? c.existing + c.new : 0; };
const receivedGwh = (view, id) => view.cards["node:" + id]?.figures.find((f) => f.code === "received")?.value ?? 0;
const sum = (values) => values.reduce((a, b) => a + b, 0);

function changes(a, b, id) {
  // Capacity by kind that A has more and less than B: [kind, MW].
  const of = (view, kind) => sum(view.capacity[id]?.[kind] ?? [0]);
  const all = data.technologies.map((t) => [t.kind, of(a, t.kind) - of(b, t.kind)]).filter(([, mw]) => Math.abs(mw) > DUST_MW);
  return { more: all.filter(([, mw]) => mw > 0), less: all.filter(([, mw]) => mw < 0).map(([kind, mw]) => [kind, -mw]) };
}

function setScales(a, b) {
  // Differences are often small beside the whole: they are drawn larger, as far as there is room.
  scale.pie = scale.corridor = 1;
  if (!b) return;
  const room = (values, most, least) => Math.min(most, ...values.filter((v) => v < Infinity).map((v) => Math.max(v, least)));
  scale.pie = room(nodes.map((n) => {
    const d = changes(a, b, n.id), largest = Math.max(sum(d.more.map((c) => c[1])), sum(d.less.map((c) => c[1])));
    const limit = Math.sqrt(Math.max(total(a.capacity[n.id]), total(b.capacity[n.id])));
    return largest > DUST_MW ? limit / Math.sqrt(largest) : Infinity;
  }), 2.5, 1);
  scale.corridor = room(curves.map((c) => {
    const d = Math.abs(megawatts(a, c.id) - megawatts(b, c.id));
    return d > DUST_MW ? Math.max(megawatts(a, c.id), megawatts(b, c.id)) / d : Infinity;
  }), 3, 1);
}

// Zoomed in, pies and corridors stop growing on the screen, so that the sites of plants come out between them.
const pieKm = (mw) => data.layout.scale.pie_km_per_root_mw * scale.pie * scale.shrink * Math.sqrt(mw);
const corridorKm = (mw) => Math.max(mw * data.layout.scale.km_per_mw * scale.corridor, 1) * scale.shrink;
const leastKm = (n) => n.least * scale.shrink;

function radiusOf(n, a, b) {
  if (!b) { const mw = total(a.capacity[n.id]); return mw > 0 ? pieKm(mw) : leastKm(n); }
  const d = changes(a, b, n.id), largest = Math.max(sum(d.more.map((c) => c[1])), sum(d.less.map((c) => c[1])));
  return Math.max(largest > 0 ? pieKm(largest) : 0, leastKm(n));
}

const has = (view, key) => Object.hasOwn(view.cards, key);
const shownNodes = (a, b) => nodes.filter((n) => has(a, "node:" + n.id) || (b && has(b, "node:" + n.id)));

function lineOf(c, radii) {
  // Half circles cover a line from one side only: then it goes on to the node.
  const gap = (id) => (other() ? leastKm(nodeOf[id]) : radii[id]) + 0.5 * scale.shrink;
  return trimmed(c.line, gap(c.from), gap(c.to));
}

function corridorTraces(a, b, radii) {
  const rows = [], heads = [];
  for (const c of curves) {
    const line = lineOf(c, radii), one = a.corridors[c.id], two = b?.corridors[c.id];
    const mw = b ? Math.abs(megawatts(a, c.id) - megawatts(b, c.id)) : megawatts(a, c.id);
    let net = one?.net_gwh ?? 0, moves = Math.abs(net) > DUST_GWH;
    if (b) {
      if (megawatts(a, c.id) + megawatts(b, c.id) < DUST_MW) continue;
      const colour = mw < DUST_MW ? "same" : megawatts(a, c.id) > megawatts(b, c.id) ? "more" : "less", width = corridorKm(mw);
      rows.push(area(ribbon(line, -width / 2, width / 2), data.difference[colour], "#ffffff", 0.5));
      net -= two?.net_gwh ?? 0;
      moves = Math.abs(net) > 20;
    } else {
      if (mw < DUST_MW) continue;
      const width = corridorKm(mw), split = -width / 2 + width * one.existing / mw;
      const colour = data.loading.colours[data.loading.limits.filter((l) => one.loading >= l).length];
      if (one.existing > DUST_MW) rows.push(area(ribbon(line, -width / 2, split), colour, "#4b3d5c", 0.5));
      if (one.new > DUST_MW) rows.push(area(ribbon(line, split, width / 2, 6.5 * scale.shrink), colour, "#4b3d5c", 0.5));
    }
    const width = corridorKm(mw);
    const least = 6 * scale.shrink, most = Math.max(10 * scale.shrink, 0.8 * width);
    if (moves) heads.push(arrowHead(line, c.out ? 0.94 : 0.55, Math.min(Math.max(1.7 * width, least), most), net >= 0));
  }
  return [...rows, area(heads, "#1d1a24", "#ffffff", 1.3)];
}

function pieTraces(a, b) {
  const wedges = {}, rims = [];
  const add = (kind, part, polygon) => ((wedges[kind + part] ??= { kind, part, polygons: [] }).polygons.push(polygon));
  for (const n of shownNodes(a, b)) {
    if (b) {
      const d = changes(a, b, n.id);
      for (const [side, list, from] of [["more", d.more, 0.75], ["less", d.less, 0.25]]) {
        const all = sum(list.map((c) => c[1])), radius = pieKm(all);
        let start = from;
        for (const [kind, mw] of list) { add(kind, side, wedge(n.x, n.y, radius, start, start + 0.5 * mw / all)); start += 0.5 * mw / all; }
        if (all > 0) rims.push(wedge(n.x, n.y, radius, from, from + 0.5));
      }
      continue;
    }
    const all = total(a.capacity[n.id]), radius = pieKm(all);
    let start = 0;
    for (const t of data.technologies) (a.capacity[n.id]?.[t.kind] ?? []).forEach((mw, i) => {
      if (mw > 0) add(t.kind, i ? "new" : "existing", wedge(n.x, n.y, radius, start, start + mw / all));
      start += mw / all;
    });
    if (all > 0) rims.push(circle(n.x, n.y, radius));
  }
  const rows = Object.values(wedges).map((w) => {
    const trace = area(w.polygons, colourOf[w.kind], "#ffffff", 0.9);
    return { ...(w.part === "new" || w.part === "less" ? hatched(trace) : trace), meta: `pie:${w.kind}:${w.part}` };
  });
  return [area(rims, "#ffffff", "#ffffff", 3), ...rows, stroke(rims, "#2b2b2b", 0.9)];
}

function symbolTraces(a, b, radii) {
  const squares = [], hollow = [], diamonds = [], rings = [];
  for (const n of shownNodes(a, b)) {
    const at = (points) => points.map(([x, y]) => [n.x + x * scale.shrink, n.y + y * scale.shrink]);
    const empty = b ? changes(a, b, n.id).more.length + changes(a, b, n.id).less.length === 0 : total(a.capacity[n.id]) === 0;
    if (n.kind === "receiver") diamonds.push(at([[0, 5], [5, 0], [0, -5], [-5, 0], [0, 5]]));
    else if (empty && n.kind === "hub") squares.push(at([[-3.6, 3.6], [3.6, 3.6], [3.6, -3.6], [-3.6, -3.6], [-3.6, 3.6]]));
    else if (empty) hollow.push(circle(n.x, n.y, leastKm(n)));
    if (n.grid) rings.push(circle(n.x, n.y, radii[n.id] + 3.2 * scale.shrink));
  }
  return [area(squares, "#ffffff", "#1d1a24", 1.8), area(hollow, "#ffffff", "#6b6b6b", 1.2), area(diamonds, "#ffffff", "#613391", 2),
    { ...stroke(rings, "#c4161c", 2, "dash"), meta: "microgrids" }];
}

function groundTraces() {
  // Outlines, the true places of pies that had to move, and thin lines from labels that stand apart.
  const moved = nodes.filter((n) => n.true && !n.off), bar = data.layout.scale_bar;
  const places = { ...stroke(moved.map((n) => [n.true, [n.x, n.y]]), "#777777", 1, "dot"), mode: "lines+markers", marker: { size: 4, color: "#777777" } };
  const leaders = data.layout.labels[state.lang].filter((l) => l.key).flatMap((l) => {
    const n = nodeOf[l.key.slice(5)], near = [Math.min(Math.max(n.x, l.x - l.box[0] / 2), l.x + l.box[0] / 2), Math.min(Math.max(n.y, l.y - l.box[1] / 2), l.y + l.box[1] / 2)];
    return Math.hypot(near[0] - n.x, near[1] - n.y) > radiusOf(n, current(), other()) + 7 * scale.shrink ? [[near, [n.x, n.y]]] : [];
  });
  const line = [[bar.x - 25, bar.y - 2], [bar.x - 25, bar.y - 4], [bar.x + 25, bar.y - 4], [bar.x + 25, bar.y - 2]];
  // A place beyond the map: an arrow from the symbol at the edge to where it lies.
  const outwards = nodes.filter((n) => n.off && has(current(), "node:" + n.id) || n.off && other() && has(other(), "node:" + n.id)).flatMap((n) => {
    const [east, north] = [n.true[0] - n.x, n.true[1] - n.y], far = Math.hypot(east, north), [u, v] = [east / far, north / far];
    const at = (along, aside) => [n.x + along * u - aside * v, n.y + along * v + aside * u];
    return [[at(9, 0), at(24, 0)], [at(18, 3.5), at(24, 0), at(18, -3.5)]];
  });
  return [...data.ground, places, { ...stroke(outwards, "#613391", 1.6), meta: "off_map" }, stroke(leaders, "#6b6b6b", 0.8), stroke([line], "#333333", 1.6)];
}

function siteTrace(view) {
  const all = scale.px >= SITES_FROM * scale.fitted ? view.sites : [];
  return {
    type: "scatter", mode: "markers", x: all.map((s) => s.x), y: all.map((s) => s.y), customdata: all.map((s) => "node:" + s.node), meta: "sites",
    text: all.map((s) => escaped(`${say(s.name)} ${inUnit(s.mw, "MW")} ${unitOf("MW")}`)), hovertemplate: "%{text}<extra></extra>",
    marker: { size: 11, symbol: "square", color: all.map((s) => colourOf[s.kind] ?? "#c9cdd4"), line: { color: "#ffffff", width: 1.5 } },
  };
}

function targets(a, b, radii) {
  // Points that answer to the mouse: nodes, and points along the corridors that no pie covers.
  const out = { x: [], y: [], radius: [], key: [] };
  const add = (x, y, radius, key) => { out.x.push(x); out.y.push(y); out.radius.push(radius); out.key.push(key); };
  for (const c of curves) {
    if (!has(a, "corridor:" + c.id) && !(b && has(b, "corridor:" + c.id))) continue;
    if (megawatts(a, c.id) < DUST_MW && !(b && megawatts(b, c.id) >= DUST_MW)) continue;
    const line = lineOf(c, radii), sums = along(line), count = Math.max(3, Math.floor(sums.at(-1) / 6));
    for (let i = 0; i < count; i++) {
      const [x, y] = atLength(line, sums, (0.06 + 0.88 * i / (count - 1)) * sums.at(-1));
      if (nodes.every((n) => Math.hypot(n.x - x, n.y - y) >= radii[n.id])) add(x, y, Math.max(corridorKm(megawatts(a, c.id)) / 2, 2.5 * scale.shrink), "corridor:" + c.id);
    }
  }
  for (const n of shownNodes(a, b)) add(n.x, n.y, radii[n.id], "node:" + n.id);
  return out;
}

const cardOf = (key, a, b) => a.cards[key] ?? b?.cards[key];

function targetTrace(t, a, b) {
  return {
    type: "scatter", mode: "markers", x: t.x, y: t.y, customdata: t.key, text: t.key.map((k) => escaped(say(cardOf(k, a, b).title))),
    hovertemplate: "%{text}<extra></extra>", marker: { size: t.radius.map((r) => Math.max(2 * r * scale.px, 8)), color: "#ffffff", opacity: 0 },
  };
}

function chosenTrace(t) {
  const at = t.key.flatMap((k, i) => k === state.pick ? [i] : []), node = state.pick.startsWith("node:");
  return {
    type: "scatter", mode: "markers", hoverinfo: "skip", x: at.map((i) => t.x[i]), y: at.map((i) => t.y[i]),
    marker: {
      size: at.map((i) => node ? 2 * (t.radius[i] + 2.5 * scale.shrink) * scale.px : 6), symbol: "circle",
      color: node ? "rgba(0,0,0,0)" : "#ffd24d", line: { color: node ? "#e6a100" : "#1d1a24", width: node ? 4 : 1 },
    },
  };
}

// --- text: labels keep a size that can be read, and those without room step back -------------------------------------------

function figureOf(label, a, b) {
  const id = label.key.slice(5);
  if (label.style === "receiver") {
    const twh = (receivedGwh(a, id) - (b ? receivedGwh(b, id) : 0)) / GWH_PER_TWH;
    return `${inUnit(twh, "TWh", 1, b ? signed : number)} ${unitOf("TWh")}`;
  }
  if (label.style !== "node") return "";
  const gw = (total(a.capacity[id]) - (b ? total(b.capacity[id]) : 0)) / MW_PER_GW;
  return b || gw > 0 ? `${inUnit(gw, "GW", 2, b ? signed : number)} ${unitOf("GW")}` : "";
}

function pushed(label, grown) {
  // A label that had to grow to stay readable grows away from its node. `grown`: how much larger than drawn to scale, per km of its box.
  const n = nodeOf[label.key.slice(5)], room = grown > 0 && n;
  if (!room) return { xshift: 0, yshift: 0 };
  const beside = Math.abs(label.x - n.x) - label.box[0] / 2, over = Math.abs(label.y - n.y) - label.box[1] / 2;
  return beside > over ? { xshift: Math.sign(label.x - n.x) * label.box[0] * grown / 2, yshift: 0 } : { xshift: 0, yshift: Math.sign(label.y - n.y) * label.box[1] * grown / 2 };
}

function covers(box, n, a, b, xaxis, yaxis) {
  // Whether a box hides much of the pie of a node.
  const x = xaxis.d2p(n.x), y = yaxis.d2p(n.y), near = [Math.min(Math.max(x, box[0]), box[2]), Math.min(Math.max(y, box[1]), box[3])];
  return Math.hypot(near[0] - x, near[1] - y) < 0.5 * radiusOf(n, a, b) * scale.px;
}

function annotations(a, b) {
  const colours = { node: "#1f2430", hub: "#444a55", receiver: "#4b2a76", province: "#8a826e", prefecture: "#948e7c", site: "#1f2430" };
  const rank = { node: 0, receiver: 1, hub: 2, site: 3, province: 4, prefecture: 5 };
  const grown = Math.min(1.6, scale.fitted / data.layout.scale.px_per_km), axis = plot._fullLayout;
  const labels = data.layout.labels[state.lang].filter((l) => !l.key || has(a, l.key) || (b && has(b, l.key))).map((l) => {
    const figure = l.key ? figureOf(l, a, b) : "", name = l.style === "hub" || !l.key ? l.lines.map(escaped) : l.lines.map((t) => `<b>${escaped(t)}</b>`);
    const px = Math.max(l.px * grown, LEAST_PX), per = data.layout.scale.px_per_km / l.px;
    return {
      ...l, px, text: [...name, ...(l.note ? [escaped(l.note)] : []), ...(figure ? [figure] : [])].join("<br>"), width: l.box[0] * per * px + 1, height: l.box[1] * per * px + 1,
      ...pushed(l, per * (px - l.px * grown)), idle: l.style === "receiver" && !/[1-9]/.test(figure),
    };
  });
  if (scale.px >= SITE_NAMES_FROM * scale.fitted) {
    for (const s of a.sites) {
      const text = say(s.name), em = [...text].reduce((n, c) => n + (c > "\u2e80" ? 1 : 0.6), 0);
      labels.push({ style: "site", key: "", px: 10.5, x: s.x, y: s.y, width: em * 10.5 + 10, height: 18, text: escaped(text), xshift: 0, yshift: 15 });
    }
  }
  labels.sort((p, q) => rank[p.style] - rank[q.style]);
  const size = axis?._size, xaxis = axis?.xaxis, yaxis = axis?.yaxis, kept = [], tools = document.querySelector(".tools");
  const taken = [[tools.offsetLeft, tools.offsetTop, tools.offsetLeft + tools.offsetWidth, tools.offsetTop + tools.offsetHeight]];
  for (const l of labels) {
    if (xaxis) {
      const x = xaxis.d2p(l.x) + l.xshift, y = yaxis.d2p(l.y) - l.yshift, box = [x - l.width / 2, y - l.height / 2, x + l.width / 2, y + l.height / 2];
      if (box[0] < -1 || box[1] < -1 || box[2] > size.w + 1 || box[3] > size.h + 1) continue;
      if (l.xshift || l.yshift ? nodes.some((n) => covers(box, n, a, b, xaxis, yaxis)) : false) continue;
      if (taken.some((t) => box[0] < t[2] && t[0] < box[2] && box[1] < t[3] && t[1] < box[3])) continue;
      taken.push(box);
    }
    kept.push(l);
  }
  const texts = kept.map((l) => ({
    x: l.x, y: l.y, xshift: l.xshift, yshift: l.yshift, text: l.text, name: l.key, showarrow: false, xanchor: "center", yanchor: "middle", borderpad: l.key ? 1 : 0,
    bgcolor: l.key ? "rgba(255,255,255,0.84)" : l.style === "site" ? "rgba(255,255,255,0.7)" : "rgba(0,0,0,0)", captureevents: l.key !== "",
    font: { size: l.px, color: l.idle ? "#77708a" : colours[l.style] },
  }));
  const bar = data.layout.scale_bar;
  return [...texts, { x: bar.x, y: bar.y - 4, yanchor: "bottom", borderpad: 0, text: bar.text, showarrow: false, font: { size: Math.max(11 * grown, LEAST_PX), color: "#333333" } }];
}

// --- the whole ------------------------------------------------------------------------------------------------------------

function ranges() {
  const [west, east, south, north] = state.view ? state.view.split(",").map(Number) : data.layout.frame;
  return { x: [west, east], y: [south, north] };
}

function layout(a, b) {
  const axis = { visible: false, zeroline: false, showgrid: false }, range = ranges();
  return {
    margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, hovermode: "closest", dragmode: "pan", paper_bgcolor: "#eeece6",
    plot_bgcolor: "#eeece6", uirevision: state.view, font: { family: FONTS },
    hoverlabel: { bgcolor: "#ffffff", bordercolor: "#1f4e79", font: { size: 12, color: "#1f2430" } },
    ...(document.body.classList.contains("paper") ? { width: plot.clientWidth, height: plot.clientHeight } : { autosize: true }),
    xaxis: { ...axis, range: range.x }, yaxis: { ...axis, range: range.y, scaleanchor: "x" },
    annotations: annotations(a, b),
  };
}

const config = () => ({ locale: locale(), responsive: true, displaylogo: false, displayModeBar: false, scrollZoom: true, doubleClick: false });
let lastTargets = null;

function measure() {
  const [west, east, south, north] = data.layout.frame;
  scale.fitted = Math.min(plot.clientWidth / (east - west), plot.clientHeight / (north - south));
  const axis = plot._fullLayout?.xaxis;
  scale.px = axis ? axis._length / (axis.range[1] - axis.range[0]) : scale.fitted;
  scale.shrink = Math.min(1, SITES_FROM * scale.fitted / scale.px);
}

async function draw() {
  const a = current(), b = other();
  setScales(a, b);
  const traces = () => {
    const radii = Object.fromEntries(nodes.map((n) => [n.id, radiusOf(n, a, b)]));
    lastTargets = targets(a, b, radii);
    return [...groundTraces(), ...corridorTraces(a, b, radii), ...pieTraces(a, b), ...symbolTraces(a, b, radii),
      chosenTrace(lastTargets), targetTrace(lastTargets, a, b), siteTrace(a)];
  };
  measure();
  await Plotly.react(plot, traces(), layout(a, b), config());
  const drawn = scale.px;
  measure();
  // Sizes in pixels and the choice of labels follow the scale that the drawing has found.
  if (Math.abs(scale.px / drawn - 1) > 1e-6 || !draw.settled) { draw.settled = true; await Plotly.react(plot, traces(), layout(a, b), config()); }
}
