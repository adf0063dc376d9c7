// How far capacities may move for a little more cost, and plans unlike the cheapest.
import { data } from "../../shell/data.js";
import { amount, converted, inUnit, told, unitOf } from "../../shell/units.js";
import { colon, escaped, number, say, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { ALARM, axis, colour, LEGEND, LINES, moneyText, moneyUnit, nameAxis, rowsHeight, solvedOn } from "../plotting.js";

const { rooms, spread } = data.beyond;
const percent = (share, digits = 1) => `${number(100 * share, digits)} %`;
const within = (share) => `${word("within")} ${percent(share, share < 0.01 ? 2 : 0)}`;

function roomBand(rows, share, opacity) {
  const mine = rows.filter((r) => r.epsilon_share === share);
  const mw = (of) => converted(mine.map(of), "MW");
  const between = (low, high) => `${inUnit(low, "MW")} – ${amount(high, "MW")}`;
  return {
    type: "bar",
    orientation: "h",
    name: within(share),
    y: mine.map((r) => escaped(say(r.name))),
    meta: { range: true },
    base: mw((r) => r.lowest_mw),
    x: mw((r) => r.highest_mw - r.lowest_mw),
    marker: { color: LINES[0] },
    opacity,
    customdata: mine.map((r) => [between(r.lowest_mw, r.highest_mw), between(r.lowest_proven_mw, r.highest_proven_mw)]),
    hovertemplate: `%{y}<br>%{customdata[0]}<br>${word("proven")} %{customdata[1]}<extra></extra>`,
  };
}

chart("room", {
  section: "beyond",
  source: "tables/room_to_move.csv",
  after: "front",
  absent: "no_room",
  tall: true,
  there: () => Object.keys(rooms).length > 0,
  height: ({ grouping }) => rowsHeight(new Set(rooms[grouping].rows.map((r) => say(r.name))).size),
  pickers: { grouping: { label: "room_grouping", options: () => Object.entries(rooms).map(([code, r]) => [code, say(r.name)]) } },
  draw({ grouping }) {
    const room = rooms[grouping];
    const shares = [...new Set(room.rows.map((r) => r.epsilon_share))].sort((a, b) => b - a);
    const names = [...new Set(room.rows.map((r) => say(r.name)))].map(escaped);
    const darker = (i) => 0.3 + (0.6 * i) / Math.max(1, shares.length - 1);
    const plan = room.rows.filter((r) => r.epsilon_share === shares[0]);
    const inPlan = {
      type: "scatter",
      mode: "markers",
      name: word("in_plan"),
      x: converted(
        plan.map((r) => r.plan_mw),
        "MW",
      ),
      y: plan.map((r) => escaped(say(r.name))),
      marker: { color: ALARM, symbol: "line-ns-open", size: 11, line: { width: 2.5 } },
      hovertemplate: `${told("MW", 0, "x")}<extra></extra>`,
    };
    const widest = plan.reduce((x, y) => (y.highest_mw - y.lowest_mw > x.highest_mw - x.lowest_mw ? y : x));
    const ends = [widest.lowest_mw, widest.highest_mw].map((v) => inUnit(v, "MW"));
    return {
      finding: `${word("widest")}${colon()}${say(widest.name)} ${ends.join(" … ")} ${unitOf("MW")}`,
      traces: [...shares.map((share, i) => roomBand(room.rows, share, darker(i))), inPlan],
      title: `${word("room")} · ${say(room.name)}${solvedOn("room_to_move")}`,
      layout: {
        barmode: "overlay",
        bargap: 0.3,
        xaxis: axis(unitOf("MW")),
        yaxis: nameAxis({ categoryorder: "array", categoryarray: names, tickfont: { size: 9.5 } }),
      },
    };
  },
});

const planName = (r) =>
  r.alternative ? `${r.alternative} · +${percent(r.extra_share)} · ${word("differs")} ${percent(r.distance_share)}` : word("in_plan");
const planFacts = (r) =>
  `${word("extra_cost")} ${moneyText(r.extra_mcny)} ${moneyUnit()} (${percent(r.extra_share)})<br>` +
  `${word("differs_long")} ${percent(r.distance_share)}`;

chart("spread", {
  section: "beyond",
  source: "tables/alternatives.csv",
  after: "room",
  absent: "no_spread",
  there: () => Boolean(spread.rows?.length),
  height: () => rowsHeight(spread.rows.length, 22),
  draw() {
    const names = spread.rows.map(planName);
    const mw = (kind) =>
      converted(
        spread.rows.map((r) => r.mw[kind]),
        "MW",
      );
    const traces = spread.kinds.map(({ kind, name }) => ({
      type: "bar",
      orientation: "h",
      name: escaped(say(name)),
      y: names,
      x: mw(kind),
      marker: { color: colour[kind] ?? "#cc79a7" },
      customdata: spread.rows.map(planFacts),
      hovertemplate: `${told("MW", 0, "x")}<br>%{customdata}<extra>${escaped(say(name))}</extra>`,
    }));
    if (mw("corridor").some(Boolean)) {
      traces.push({
        type: "scatter",
        mode: "markers",
        name: word("corridors_built"),
        y: names,
        x: mw("corridor"),
        marker: { color: ALARM, symbol: "diamond", size: 9, line: { color: "#fff", width: 1 } },
        hovertemplate: `${told("MW", 0, "x")}<extra>${word("corridors_built")}</extra>`,
      });
    }
    return {
      traces,
      finding: `${word("differs_long")} ≤ ${percent(Math.max(...spread.rows.map((r) => r.distance_share ?? 0)))}`,
      title: `${word("spread")} · ${say(spread.method)}${solvedOn("alternatives")}`,
      layout: {
        legend: { ...LEGEND, traceorder: "normal" },
        barmode: "stack",
        bargap: 0.35,
        xaxis: axis(unitOf("MW")),
        yaxis: nameAxis({ categoryorder: "array", categoryarray: names, tickfont: { size: 9.5 } }),
      },
    };
  },
});
