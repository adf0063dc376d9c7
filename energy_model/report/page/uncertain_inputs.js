// Values of uncertain inputs at which the plan changes its mind.
import { data } from "../shell/data.js";
import { byId, table } from "../shell/elements.js";
import { factorOf, unitOf } from "../shell/units.js";
import { locale, number, say, word } from "../shell/words.js";

// Name of an input, marked where its range is a judgement.
export const inputName = (r) => (r.judged ? `${say(r.name)} †` : say(r.name));

// A value of an input with its unit, to four digits.
export function inputValue(value, unit) {
  const shown = value * (unit === "%" ? 100 : factorOf(unit));
  return `${shown.toLocaleString(locale(), { maximumSignificantDigits: 4 })} ${unitOf(unit)}`.trim();
}

const value = (v) => (v === null ? "–" : number(v, Math.abs(v) >= 100 ? 0 : 3));

function bracket(r) {
  if (r.bracket_low === null) return word(`break_${r.outcome}`);
  const several = r.outcome === "several" ? ` (${word("break_several")})` : "";
  return `${value(r.bracket_low)} – ${value(r.bracket_high)}${several}`;
}

export function showBreakEvens() {
  const rows = data.uncertainty.break_even.map((r) => [
    inputName(r),
    r.condition,
    bracket(r),
    `${value(r.low)} – ${value(r.high)}`,
    `${value(r.reached_at_low)} / ${value(r.reached_at_high)}`,
  ]);
  const heads = ["input", "condition", "bracket", "searched", "reached_there"].map(word);
  byId("break_evens").replaceChildren(...(rows.length ? [table(heads, rows)] : []));
  byId("break_evens_head").hidden = !rows.length;
  byId("no_break_even").hidden = rows.length > 0;
  const spans = [...new Set(Object.values(data.uncertainty.horizons).flat().map(say))];
  byId("uncertainty_note").textContent = spans.length ? `${word("uncertainty_note")} ${spans.join(", ")}` : "";
}
