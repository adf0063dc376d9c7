// The card of what is picked: its figures, or those of two results side by side.
import { byId, make, table, withUnit } from "../shell/elements.js";
import { inUnit, unitOf } from "../shell/units.js";
import { colon, say, signed, word } from "../shell/words.js";
import { current, other } from "./views.js";

function dotted(colour, text) {
  const cell = make("td");
  const dot = make("i", null, { class: "dot" });
  dot.style.background = colour ?? "#c9cdd4";
  cell.append(dot, text);
  return cell;
}

function valued(text, unit) {
  const cell = make("td", text + " ");
  cell.append(make("small", unit));
  return cell;
}

const head = (code, unit) => withUnit(word(code), unitOf(unit));

function plantTable(rows, list, technology, energy) {
  const heads = [word(technology), head("existing", "MW"), head("new", "MW"), head(energy, "GWh"), head("full_load_hours", "h")];
  const cells = (t) => [
    dotted(t.colour, say(t.name)),
    inUnit(t.existing_mw, "MW"),
    inUnit(t.new_mw, "MW"),
    inUnit(t.energy_gwh, "GWh"),
    inUnit(t.full_load_h, "h"),
  ];
  return table(heads, rows.map(cells), list);
}

function contractTable(contracts) {
  const heads = [word("contract"), head("power", "MW"), head("energy", "GWh"), head("full_load_hours", "h")];
  const cells = (c) => [say(c.name), inUnit(c.power_mw, "MW"), inUnit(c.energy_gwh, "GWh"), inUnit(c.hours, "h")];
  return table(heads, contracts.map(cells), "contracts");
}

function plainTables(card) {
  const parts = [];
  if (card.technologies?.length) parts.push(plantTable(card.technologies, "technologies", "technology", "generated"));
  if (card.heat?.length) parts.push(plantTable(card.heat, "heat", "heat_source", "heat_made"));
  if (card.contracts?.length) parts.push(contractTable(card.contracts));
  const figures = card.figures.map((f) => [say(f.name), valued(inUnit(f.value, f.unit, f.digits), unitOf(f.unit))]);
  return [...parts, table(null, figures, "figures")];
}

// Each figure of both views side by side: A, B, A − B.
function comparedTables(one, two) {
  const heads = (first) => [first, make("th", "A"), make("th", "B"), make("th", "A − B")];
  const rowOf = (name, [a, b], unit, digits) => [
    name,
    inUnit(a, unit, digits),
    inUnit(b, unit, digits),
    valued(inUnit((a ?? 0) - (b ?? 0), unit, digits, signed), unitOf(unit)),
  ];
  const parts = [];
  const mw = (t) => (t ? t.existing_mw + t.new_mw : 0);
  const plantRow = ([a, b]) => rowOf(dotted((a ?? b).colour, say((a ?? b).name)), [mw(a), mw(b)], "MW", 0);
  for (const [list, code] of [
    ["technologies", "technology"],
    ["heat", "heat_source"],
  ]) {
    const found = merged(one?.[list], two?.[list], (t) => t.kind + t.name.zh);
    if (found.length) parts.push(table(heads(word(code)), found.map(plantRow), list));
  }
  const contracts = merged(one?.contracts, two?.contracts, (c) => c.name.zh);
  const contractRow = ([a, b]) => rowOf(say((a ?? b).name), [a?.energy_gwh ?? 0, b?.energy_gwh ?? 0], "GWh", 0);
  if (contracts.length) parts.push(table(heads(word("contract")), contracts.map(contractRow), "contracts"));
  const figures = merged(one?.figures, two?.figures, (f) => f.code);
  const figureRow = ([a, b]) => rowOf(say((a ?? b).name), [a?.value, b?.value], (a ?? b).unit, (a ?? b).digits);
  return [...parts, table(heads(word("difference")), figures.map(figureRow), "figures")];
}

// Items of two lists as pairs by their key; what one lacks is null.
function merged(ours = [], theirs = [], key) {
  const found = new Map();
  [ours, theirs].forEach((list, i) =>
    list.forEach((item) => {
      const pair = found.get(key(item)) ?? [null, null];
      pair[i] = item;
      found.set(key(item), pair);
    }),
  );
  return [...found.values()];
}

export function showCard(key) {
  const a = current();
  const b = other();
  const one = a.cards[key];
  const two = b?.cards[key];
  const card = one ?? two;
  const parts = [make("h2", say(card.title)), make("p", say(card.note))];
  if (!one) parts.push(make("p", `${a.name}${colon()}${word("absent")}`));
  if (b && !two) parts.push(make("p", `${b.name}${colon()}${word("absent")}`));
  parts.push(...(b ? comparedTables(one, two) : plainTables(card)));
  byId("card").replaceChildren(...parts);
  byId("card").dataset.key = key;
  byId("card").dataset.kind = card.kind;
}
