// Clauses of the plan, and the key figures below them.
import { data } from "../shell/data.js";
import { byId, cell, make, table } from "../shell/elements.js";
import { amount, inUnit, unitOf } from "../shell/units.js";
import { inChinese, say, word } from "../shell/words.js";
import { YEARLY } from "./plotting.js";

const SIGNS = { met: "✓ ", missed: "✗ " };
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

function figureTile(f) {
  const shown = f.value === null ? "–" : inUnit(f.value, f.unit, f.digits) + " ";
  const value = make("b", shown, f.code === "penalties" ? { class: "missed" } : {});
  value.append(make("small", unitOf(f.unit)));
  const box = make("div");
  box.append(value, make("span", word(f.code)));
  if (f.note) box.append(make("p", say(f.note), { class: "note" }));
  return box;
}

export function showClauses() {
  showVerdicts();
  const built = table(HEADS.map(word), data.clauses.map(clauseRow), "clauses");
  built.querySelectorAll("tbody tr").forEach((row, i) => {
    if (data.clauses[i].verdict === "missed") row.className = "missed-row";
  });
  byId("clauses").replaceChildren(built);
  byId("figures").replaceChildren(...data.figures.map(figureTile));
}
