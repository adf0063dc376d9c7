// What the solves behind the charts beyond the optimum prove.
import { data } from "../shell/data.js";
import { byId, make } from "../shell/elements.js";
import { say, word } from "../shell/words.js";

function proof(p) {
  const impossible = p.impossible ? `, ${p.impossible} ${word("not_possible")}` : "";
  return [
    `${say(p.name)}: ${say(p.horizon)}`,
    `${word("weather_year")} ${p.weather}`,
    `${p.points} ${word("limit_of_points")}${impossible}`,
    `${word("gap")} ≤ ${p.gap}`,
    `${word("row_violation")} ≤ ${p.violation.toExponential(1)}`,
  ].join(", ");
}

export function showSolves() {
  const { bends, proof: proofs } = data.beyond;
  const lines = [...(bends.length ? [word("bends_note")] : []), ...proofs.map(proof)];
  byId("beyond_note").replaceChildren(...lines.map((text) => make("div", text)));
}
