
"use strict";
// Hourly series: unpacked once, then read as typed arrays.
const hourly = {};

async function unpack() {
  const text = atob(byId("packed").textContent), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const plain = new Uint8Array(await new Response(stream).arrayBuffer()), n = data.hours;
  data.index.forEach(({ name, step }, k) => {
    const values = new Float32Array(n), low = 2 * k * n, high = low + n;
    let whole = 0;
    for (let i = 0; i < n; i++) {
      whole = (whole + plain[low + i] + 256 * plain[high + i]) & 65535;
      values[i] = (whole > 32767 ? whole - 65536 : whole) * step;
    }
    hourly[name] = values;
  });
  byId("packed").textContent = "";
}

const zero = new Float32Array(data.hours);
const of = (place, name) => hourly[`${place}|${name}`] ?? zero;
const there = (place, name) => `${place}|${name}` in hourly;

function added(...series) {
  const out = new Float32Array(data.hours);
  for (const s of series) for (let i = 0; i < out.length; i++) out[i] += s[i];
  return out;
}
const times = (series, factor) => series.map((v) => v * factor);
const demandOf = (place) => added(of(place, "load"), of(place, "smelter"), of(place, "electric_boiler"));

// --- time: hours stand in runs without a break, each with the time of its first hour --------------------------------------

const runs = data.segments.map(([first, text]) => [first, Date.parse(text + "Z")]);

function timeOf(i) {
  let k = runs.length - 1;
  while (runs[k][0] > i) k--;
  return new Date(runs[k][1] + (i - runs[k][0]) * 3600e3).toISOString().slice(0, 16).replace("T", " ");
}

const dayOf = (i) => timeOf(i).slice(0, 10);
// End of the week that begins at an hour: no line is drawn on across hours that are not modelled.
const weekEnd = (first) => Math.min(first + data.week_hours, ...runs.map(([start]) => start).filter((start) => start > first), data.hours);

function calendar() {
  // Days from the first to the last, and the column and row of every hour among them; days that are not modelled are columns too.
  const at = Array.from({ length: data.hours }, (_, i) => { const k = runs.findLastIndex(([start]) => start <= i); return runs[k][1] / 3600e3 + i - runs[k][0]; });
  const begin = Math.floor(Math.min(...at) / 24), days = Array.from({ length: Math.floor(Math.max(...at) / 24) - begin + 1 }, (_, d) => new Date((begin + d) * 86400e3).toISOString().slice(0, 10));
  return { days, places: at.map((hour) => [Math.floor(hour / 24) - begin, hour % 24]) };
}
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

function duration(values) {
  // Values from the highest down, over the hours that each stands for: at most 1,500 points of it, ends kept.
  const weight = hourly.weight, order = Array.from(values.keys()).sort((a, b) => values[b] - values[a]);
  const step = Math.max(1, Math.floor(order.length / 1500)), x = [], y = [];
  let hours = 0;
  order.forEach((i, k) => {
    if (k % step === 0 || k === order.length - 1) { x.push(hours); y.push(values[i]); }
    hours += weight[i];
  });
  x.push(hours); y.push(y.at(-1));
  return { x, y };
}
