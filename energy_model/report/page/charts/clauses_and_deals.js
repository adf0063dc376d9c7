// What each clause costs, and the room for a price in each contract.
import { data } from "../../shell/data.js";
import { converted, factorOf, inUnit, told, unitOf } from "../../shell/units.js";
import { colon, escaped, say, signed, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { ALARM, axis, colour, impossibleNote, nameAxis, PRICE, quantity, rowsHeight, solvedOn, YEARLY } from "../plotting.js";

const DUST_MCNY = 0.05;
const { clauses: changes, deals } = data.beyond;

chart("clause_cost", {
  section: "beyond",
  source: "tables/clause_costs.csv",
  after: "spread",
  absent: "no_clause_cost",
  there: () => changes.length > 0,
  height: () => rowsHeight(changes.length),
  draw() {
    const rows = changes.filter((r) => r.impossible || Math.abs(r.change_mcny) > DUST_MCNY);
    const y = rows.map((r) => escaped(`${say(r.name)} · ${say(r.change)}`));
    const inMoney = (key) =>
      converted(
        rows.map((r) => r[key]),
        YEARLY,
      );
    const common = (code) => ({ name: word(code), y, hovertemplate: `${told(YEARLY, 1, "x", "+")}<extra>${word(code)}</extra>` });
    const bar = {
      ...common("clause_cost"),
      type: "bar",
      orientation: "h",
      x: inMoney("change_mcny"),
      marker: { color: rows.map((r) => (r.change_mcny < 0 ? colour.wind : colour.solar)) },
      hovertemplate: `%{y}<br>${told(YEARLY, 1, "x", "+")}<extra>${word("clause_cost")}</extra>`,
    };
    const byDual = {
      ...common("by_dual"),
      type: "scatter",
      mode: "markers",
      x: inMoney("by_dual_mcny"),
      marker: { color: colour.load, symbol: "line-ns-open", size: 11, line: { width: 2 } },
    };
    const dearest = rows.reduce((a, b) => (Math.abs(b.change_mcny ?? 0) > Math.abs(a.change_mcny ?? 0) ? b : a), rows[0]);
    const size = dearest ? inUnit(dearest.change_mcny, YEARLY, 1, signed) : "";
    return {
      traces: [bar, byDual],
      finding: dearest ? `${word("strongest")}${colon()}${say(dearest.name)} ${size} ${unitOf(YEARLY)}` : "",
      title: word("clause_cost") + solvedOn("clause_costs"),
      layout: {
        annotations: rows.flatMap((r, i) => (r.impossible ? [impossibleNote(0, y[i], { xanchor: "left" })] : [])),
        bargap: 0.4,
        xaxis: axis(quantity(word("cost_change"), YEARLY), { zeroline: true }),
        yaxis: nameAxis({ tickfont: { size: 9.5 } }),
      },
    };
  },
});

chart("deal", {
  section: "beyond",
  source: "tables/bargaining.csv",
  after: "clause_cost",
  absent: "no_deal",
  there: () => deals.length > 0,
  height: () => rowsHeight(deals.length),
  draw() {
    const y = deals.map((r) => escaped(`${say(r.name)} · ${say(r.case)}`));
    const prices = (of) => converted(deals.map(of), PRICE);
    const mark = (code, tint, symbol) => ({
      type: "scatter",
      mode: "markers",
      name: word(code),
      y,
      x: prices((r) => r[`${code}_cny_per_mwh`]),
      marker: { color: tint, symbol, size: 8 },
      cliponaxis: false,
      hovertemplate: `%{y}<br>${told(PRICE, 1, "x")}<extra>${word(code)}</extra>`,
    });
    const range = {
      type: "bar",
      orientation: "h",
      showlegend: false,
      y,
      base: prices((r) => r.floor_cny_per_mwh),
      x: prices((r) => (r.floor_cny_per_mwh === null ? null : r.theirs_cny_per_mwh - r.floor_cny_per_mwh)),
      marker: { color: "#c9d6e6" },
      hoverinfo: "skip",
    };
    const marks = [
      mark("ours", colour.load, "triangle-right"),
      mark("seller", colour.thermal, "triangle-right-open"),
      mark("theirs", colour.wind, "triangle-left"),
      mark("equal_split", ALARM, "circle"),
      mark("cost_share", "#009e73", "diamond"),
    ];
    const lost = deals.flatMap((r, i) =>
      r.impossible ? [impossibleNote(r.theirs_cny_per_mwh * factorOf(PRICE), y[i], { xanchor: "right" })] : [],
    );
    const open = deals.filter((r) => !r.impossible && r.floor_cny_per_mwh !== null && r.theirs_cny_per_mwh >= r.floor_cny_per_mwh);
    return {
      traces: [range, ...marks],
      finding: `${word("deals_open")} ${open.length} / ${deals.length}`,
      title: word("deal") + solvedOn("bargaining"),
      layout: {
        annotations: lost,
        bargap: 0.4,
        xaxis: axis(quantity(word("deal_axis"), PRICE)),
        yaxis: nameAxis({ tickfont: { size: 9 } }),
      },
    };
  },
});
