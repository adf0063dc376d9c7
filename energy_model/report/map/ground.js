// Outlines, the true places of pies that had to move, thin lines from labels that stand apart, and the scale bar.
import { data } from "../shell/data.js";
import { state } from "../shell/state.js";
import { radiusOf, scale } from "./scale.js";
import { stroke } from "./shapes.js";
import { current, has, nodeOf, nodes, other } from "./views.js";

const between = (low, value, high) => Math.min(Math.max(low, value), high);

function leader(label) {
  const n = nodeOf[label.key.slice("node:".length)];
  const [wide, high] = label.box;
  const near = [between(n.x, label.x - wide / 2, label.x + wide / 2), between(n.y, label.y - high / 2, label.y + high / 2)];
  const far = Math.hypot(near[0] - n.x, near[1] - n.y) > radiusOf(n, current(), other()) + 7 * scale.shrink;
  return far ? [[near, [n.x, n.y]]] : [];
}

// A place beyond the map: an arrow from the symbol at the edge to where it lies.
function outwards(n) {
  const [east, north] = [n.true[0] - n.x, n.true[1] - n.y];
  const far = Math.hypot(east, north);
  const [u, v] = [east / far, north / far];
  const at = (ahead, aside) => [n.x + ahead * u - aside * v, n.y + ahead * v + aside * u];
  return [
    [at(9, 0), at(24, 0)],
    [at(18, 3.5), at(24, 0), at(18, -3.5)],
  ];
}

function scaleBar() {
  const { x, y } = data.layout.scale_bar;
  return [
    [x - 25, y - 2],
    [x - 25, y - 4],
    [x + 25, y - 4],
    [x + 25, y - 2],
  ];
}

export function groundTraces() {
  const moved = nodes.filter((n) => n.true && !n.off).map((n) => [n.true, [n.x, n.y]]);
  const places = { ...stroke(moved, "#777777", 1, "dot"), mode: "lines+markers", marker: { size: 4, color: "#777777" } };
  const labels = data.layout.labels[state.lang].filter((l) => l.key);
  const shown = (n) => has(current(), "node:" + n.id) || (other() && has(other(), "node:" + n.id));
  const beyond = nodes.filter((n) => n.off && shown(n)).flatMap(outwards);
  return [
    ...data.ground,
    places,
    { ...stroke(beyond, "#613391", 1.6), meta: "off_map" },
    stroke(labels.flatMap(leader), "#6b6b6b", 0.8),
    stroke([scaleBar()], "#333333", 1.6),
  ];
}
