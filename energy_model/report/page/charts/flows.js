// Where energy comes from and where it goes, over the year.
import { data } from "../../shell/data.js";
import { amount, decimals, factorOf, inUnit, unitOf } from "../../shell/units.js";
import { escaped, say, word } from "../../shell/words.js";
import { chart } from "../chart.js";
import { colour, sum } from "../plotting.js";

const HEAT = new Set(["coal", "coal_boiler", "geothermal", "heat", "conversion_loss", "heat_demand"]);
const HUBS = ["electricity", "heat"];
const CONTRACT = "contract:";

const nameOf = (code) => (code.startsWith(CONTRACT) ? say(data.contracts[code.slice(CONTRACT.length)]) : word(code));

function tint(code) {
  const own = { coal: "#4a4a4a", plants: colour.thermal, electricity: "#e8c547", heat: "#d98880" };
  return own[code] ?? (code.startsWith(CONTRACT) ? colour.export : (colour[code] ?? "#b8b8b8"));
}

const pale = (hex) => `rgba(${[1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16)).join(",")},0.38)`;

chart("sankey", {
  section: "flows",
  source: "results.nc",
  title: "flows",
  tall: true,
  pickers: {
    scope: {
      options: () => [
        ["all", word("flows_all")],
        ["electric", word("flows_electric")],
      ],
    },
  },
  draw({ scope }) {
    const links = data.flows.filter((f) => scope === "all" || (!HEAT.has(f.source) && !HEAT.has(f.target)));
    if (!links.length) return null;
    const codes = [...new Set(links.flatMap((f) => [f.source, f.target]))];
    const along = (end, code) => sum(links.filter((f) => f[end] === code).map((f) => f.gwh));
    const through = (code) => Math.max(along("source", code), along("target", code));
    const exported = sum(links.filter((f) => f.target.startsWith(CONTRACT)).map((f) => f.gwh));
    return {
      traces: [
        {
          type: "sankey",
          valueformat: `,.${decimals("GWh")}f`,
          valuesuffix: ` ${unitOf("GWh")}`,
          arrangement: "snap",
          node: {
            label: codes.map((c) => `${escaped(nameOf(c))} ${inUnit(through(c), "GWh")}`),
            color: codes.map(tint),
            pad: 16,
            thickness: 16,
            line: { width: 0 },
          },
          link: {
            source: links.map((f) => codes.indexOf(f.source)),
            target: links.map((f) => codes.indexOf(f.target)),
            value: links.map((f) => f.gwh * factorOf("GWh")),
            color: links.map((f) => pale(tint(HUBS.includes(f.source) ? f.target : f.source))),
          },
        },
      ],
      title: `${word("flows")} ${unitOf("GWh")}`,
      finding: exported > 0 ? `${word("export")} ${amount(exported, "GWh")}` : "",
      layout: { margin: { l: 10, r: 10, t: 50, b: 14 } },
    };
  },
});
