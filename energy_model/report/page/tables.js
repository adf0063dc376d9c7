// Tables of the sections: microgrids, smelters, weather, and where everything comes from.
import { data } from "../shell/data.js";
import { byId, cell, make, table, withUnit } from "../shell/elements.js";
import { state } from "../shell/state.js";
import { inUnit, unitOf } from "../shell/units.js";
import { colon, nameIn, say, word } from "../shell/words.js";
import { PRICE } from "./plotting.js";

const MICROGRID_UNITS = {
  generation_gwh: "GWh",
  load_gwh: "GWh",
  import_gwh: "GWh",
  unserved_gwh: "GWh",
  self_supply_share: "%",
  hours_at_limit_h: "h",
  reserve_short_gwh: "GWh",
  reserve_down_short_gwh: "GWh",
};

const figure = (value, unit) => inUnit(unit === "%" && value !== null ? 100 * value : value, unit, unit === "h" ? 0 : 1);

function microgridTable(row) {
  const heads = Object.entries(MICROGRID_UNITS).map(([key, unit]) =>
    withUnit(word(key === "unserved_gwh" ? "unserved" : key), unitOf(unit)),
  );
  return table(heads, [Object.entries(MICROGRID_UNITS).map(([key, unit]) => cell(figure(row[key], unit)))]);
}

function showMicrogrid() {
  const row = data.microgrids.find((g) => g.microgrid === state.grid);
  byId("grid_table").replaceChildren(...(row ? [microgridTable(row)] : []));
  const tested = data.islanding.figures[row?.microgrid];
  const shown = (f) => (typeof f.value === "string" ? f.value : `${figure(f.value, f.unit)} ${unitOf(f.unit)}`);
  byId("islands").replaceChildren(
    tested
      ? table(
          null,
          tested.map((f) => [word(f.code), shown(f)]),
        )
      : make("p", word("no_island")),
  );
}

function showSmelters() {
  const columns = [
    ["rated", "MW", (s) => inUnit(s.rated_mw, "MW")],
    ["range", "MW", (s) => `${inUnit(s.least_mw, "MW")}–${inUnit(s.largest_mw, "MW")}`],
    ["shifted", "GWh", (s) => inUnit(s.shifted_gwh, "GWh", 1)],
    ["shed", "GWh", (s) => inUnit(s.unserved_gwh, "GWh", 1)],
    ["mean_price", PRICE, (s) => inUnit(s.flat_price_cny_per_mwh, PRICE, 1)],
    ["paid_price", PRICE, (s) => inUnit(s.paid_price_cny_per_mwh, PRICE, 1)],
    ["saved", "MCNY", (s) => inUnit(s.saved_mcny, "MCNY", 1)],
  ];
  const heads = [word("name"), ...columns.map(([code, unit]) => withUnit(word(code), unitOf(unit)))];
  const rows = data.smelters.map((s) => [nameIn(s), ...columns.map(([, , text]) => text(s))]);
  byId("smelter_table").replaceChildren(...(rows.length ? [table(heads, rows)] : []));
}

/** Tables that are listed as they are; one that the result has not leaves its place empty. */
function showLists() {
  for (const [name, texts] of Object.entries(data.lists)) {
    const shown = texts ? say(texts) : null;
    const heads = shown?.heads.map((h) => (h.unit ? withUnit(h.text, h.unit) : h.text));
    byId(name).replaceChildren(...(shown ? [make("h3", shown.title), table(heads, shown.rows)] : []));
  }
}

function showProvenance() {
  const passed = data.about.find((f) => f.code === "certificate").passed;
  const pairs = (rows) => table(null, rows);
  const listed = (head, title, rows) => table([word(head), make("th", title)], rows);
  byId("verdict").replaceChildren(make("b", say(data.verdict), { class: passed ? "met" : "missed" }));
  byId("certificate").replaceChildren(pairs(data.certificate.map((r) => [word(r.code), say(r.text)])));
  byId("packages").replaceChildren(
    listed(
      "packages",
      "",
      data.packages.map((p) => [p.package, p.version]),
    ),
  );
  byId("inputs").replaceChildren(
    listed(
      "file",
      "SHA-256",
      data.inputs.map((f) => [f.file, f.sha256]),
    ),
  );
}

// Corridors with what they can take, what flowed at most, and how long they were full.
function showCorridors() {
  const columns = [
    ["existing", "MW", (c) => inUnit(c.existing_mw, "MW")],
    ["new", "MW", (c) => inUnit(c.new_mw, "MW")],
    ["usable", "MW", (c) => inUnit(c.usable_mw, "MW")],
    ["largest_flow", "MW", (c) => inUnit(c.largest_mw, "MW")],
    ["hours_at_limit", "h", (c) => inUnit(c.hours_at_limit_h, "h")],
    ["forth", "GWh", (c) => inUnit(c.sent_gwh, "GWh")],
    ["back", "GWh", (c) => inUnit(c.returned_gwh, "GWh")],
  ];
  const heads = [word("name"), ...columns.map(([code, unit]) => withUnit(word(code), unitOf(unit)))];
  const rows = data.corridors.map((c) => [say(c.name), ...columns.map(([, , text]) => text(c))]);
  byId("corridor_table").replaceChildren(...(rows.length ? [table(heads, rows)] : []));
}

export function showTables() {
  showCorridors();
  showMicrogrid();
  showSmelters();
  showLists();
  byId("weather_text").textContent = `${word("weather_year")}${colon()}${data.weather.name} · ${say(data.weather.kind)}`;
  showProvenance();
}
