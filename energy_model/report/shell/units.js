// Units as readers see them: words and factor by unit of the tables and language, from the one rule of the programme.
import { data } from "./data.js";
import { state } from "./state.js";
import { number } from "./words.js";

const shownAs = (unit) => data.units[unit]?.[state.lang] ?? { words: unit, factor: 1 };
export const unitOf = (unit) => shownAs(unit).words;
export const factorOf = (unit) => shownAs(unit).factor;

// Decimals of a figure that has `digits` in the unit of the tables: a larger unit needs more to tell the same.
export const decimals = (unit, digits = 0) => Math.max(0, digits - Math.round(Math.log10(factorOf(unit))));

export function inUnit(value, unit, digits = 0, write = number) {
  const there = value !== null && value !== undefined;
  return write(there ? value * factorOf(unit) : value, decimals(unit, digits));
}
export const amount = (value, unit, digits = 0) => `${inUnit(value, unit, digits)} ${unitOf(unit)}`;

export const converted = (values, unit) => Array.from(values, (v) => (v === null ? null : v * factorOf(unit)));

// What Plotly says of a point: its value on an axis, with the unit.
export const told = (unit, digits = 0, at = "y", sign = "") => `%{${at}:${sign},.${decimals(unit, digits)}f} ${unitOf(unit)}`;
