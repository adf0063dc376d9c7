// Hours stand in runs without a break, each with the time of its first hour.
import { data, HOURS_PER_DAY } from "../shell/data.js";

const HOUR_MS = 3600e3;
const runs = data.segments.map(([first, text]) => [first, Date.parse(text + "Z")]);
export const starts = data.week_starts;

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const runOf = (i) => runs[runs.findLastIndex(([start]) => start <= i)];
const written = (ms) => new Date(ms).toISOString();

export function timeOf(i) {
  const [first, ms] = runOf(i);
  return written(ms + (i - first) * HOUR_MS)
    .slice(0, 16)
    .replace("T", " ");
}

export const dayOf = (i) => timeOf(i).slice(0, 10);

// End of the week that begins at an hour: no line is drawn on across hours that are not modelled.
export const weekEnd = (first) =>
  Math.min(first + data.week_hours, ...runs.map(([start]) => start).filter((start) => start > first), data.hours);

// The hours of a week, and how to cut them out of a series.
export function weekOf(week) {
  const first = Number(week);
  const last = weekEnd(first);
  return {
    x: Array.from({ length: last - first }, (_, i) => timeOf(first + i)),
    cut: (values) => Array.from(values.subarray(first, last)),
  };
}

// Days from the first to the last, and the column and row of every hour among them; days that are not modelled are columns too.
export function calendar() {
  const at = Array.from({ length: data.hours }, (_, i) => {
    const [first, ms] = runOf(i);
    return ms / HOUR_MS + i - first;
  });
  const begin = Math.floor(Math.min(...at) / HOURS_PER_DAY);
  const count = Math.floor(Math.max(...at) / HOURS_PER_DAY) - begin + 1;
  const days = Array.from({ length: count }, (_, d) => written((begin + d) * HOURS_PER_DAY * HOUR_MS).slice(0, 10));
  return { days, places: at.map((hour) => [Math.floor(hour / HOURS_PER_DAY) - begin, hour % HOURS_PER_DAY]) };
}
