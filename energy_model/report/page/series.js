// Hourly series: unpacked once, then read as typed arrays.
import { data } from "../shell/data.js";
import { byId } from "../shell/elements.js";

export const hourly = {};

export async function unpack() {
  const text = atob(byId("packed").textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const plain = new Uint8Array(await new Response(stream).arrayBuffer());
  const n = data.hours;
  data.index.forEach(({ name, step }, k) => {
    const values = new Float32Array(n);
    const low = 2 * k * n;
    const high = low + n;
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
export const of = (place, name) => hourly[`${place}|${name}`] ?? zero;
export const there = (place, name) => `${place}|${name}` in hourly;
export const times = (series, factor) => series.map((v) => v * factor);

// Mean over the year, and the hours of it in which a series is above a level.
export const meanOf = (series) => weighted((i) => series[i]) / weighted(() => 1);
export const hoursOf = (series, level) => weighted((i) => (series[i] > level ? 1 : 0));
const weighted = (at) => hourly.weight.reduce((sum, weight, i) => sum + weight * at(i), 0);

export function added(...series) {
  const out = new Float32Array(data.hours);
  for (const s of series) for (let i = 0; i < out.length; i++) out[i] += s[i];
  return out;
}

// A sum of series of a place, such as its demand: what counts in it, and with which sign, the programme says.
export const sumOf = (place, name) => added(...Object.entries(data.sums[name]).map(([part, sign]) => times(of(place, part), sign)));
