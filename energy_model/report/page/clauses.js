// Clauses of the plan, and the key figures below them.
import { data } from "../shell/data.js";
import { byId, cell, make, table } from "../shell/elements.js";
import { amount, inUnit, unitOf } from "../shell/units.js";
import { inChinese, say, word } from "../shell/words.js";
import { YEARLY } from "./plotting.js";

const SIGNS = { met: "✓ ", missed: "✗ " };
export const FIRST = ["investment", "total_cost", "new_capacity", "sent_out", "export", "curtailed_share"];
const ASIDE = ["input", "no_amount", "see_pathway"];
const HEADS = ["clause", "verdict", "name", "target", "reached", "mode_head", "cost_of_one", "worth"];

function counted(n, code, className) {
  const span = make("span");
  span.append(make("b", String(n), { class: className }), word(code));
  return span;
}

function showVerdicts() {
  const count = (verdict) => data.clauses.filter((c) => c.verdict === verdict).length;
  const missed = count("missed");
  byId("verdicts").replaceChildren(
    counted(count("met"), "clauses_met", "met"),
    counted(missed, "clauses_missed", missed ? "missed" : ""),
    counted(data.clauses.filter((c) => c.binds).length, "clauses_bind", ""),
  );
  const others = ["reached", "not_reached", "see_pathway", "input", "no_amount"].filter(count);
  byId("others").textContent = others.map((v) => `${count(v)} ${word("count_" + v)}`).join(inChinese() ? "；" : "; ");
}

function clauseRow(c) {
  const name = make("td", say(c.name) + " ");
  if (c.quote) name.append(make("q", c.quote));
  const price = c.price_note ? say(c.price_note) : c.binds ? say(c.price) : word("slack");
  return [
    cell(say(c.clause)),
    cell((SIGNS[c.verdict] ?? "") + say(data.verdicts[c.verdict]), c.verdict),
    name,
    cell(`${c.sense === ">=" ? "≥" : "≤"} ${say(c.target)}`),
    cell(c.reached === null ? "–" : say(c.reached)),
    cell(word(c.mode)),
    cell(c.price === null && !c.price_note ? "" : price),
    cell(c.binds && c.worth !== null ? amount(c.worth, YEARLY) : ""),
  ];
}

export function figureTile(f) {
  const shown = f.value === null ? "–" : inUnit(f.value, f.unit, f.digits) + " ";
  const value = make("b", shown, f.code === "penalties" ? { class: "missed" } : {});
  value.append(make("small", unitOf(f.unit)));
  const box = make("div");
  box.append(value, make("span", word(f.code)));
  if (f.note) box.append(make("p", say(f.note), { class: "note" }));
  return box;
}

function clauseTable(clauses) {
  const built = table(HEADS.map(word), clauses.map(clauseRow), "clauses");
  built.querySelectorAll("tbody tr").forEach((row, i) => {
    if (clauses[i].verdict === "missed") row.className = "missed-row";
  });
  return built;
}

export function showClauses() {
  showVerdicts();
  const aside = (c) => ASIDE.includes(c.verdict);
  byId("clauses").replaceChildren(clauseTable(data.clauses.filter((c) => !aside(c))));
  const given = data.clauses.filter(aside);
  byId("given_head").textContent = `${word("given_clauses")} (${given.length})`;
  byId("given_clauses").replaceChildren(clauseTable(given));
  byId("given_clauses").parentElement.hidden = !given.length;
  byId("figures").replaceChildren(...data.figures.filter((f) => !FIRST.includes(f.code)).map(figureTile));
}
