// Hatching as lines: Word and PowerPoint draw no patterns.

const SPACING_PX = 5.5;
const CURVED = /[acqstACQST]/;
const STEPS = 90;
const COMMAND = /([MLHVZmlhvz])([^MLHVZmlhvz]*)/g;
export const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?/gi;

// Corners of a path of straight lines, ring by ring.
function corners(d) {
  const found = [];
  let [x, y] = [0, 0];
  for (const [, command, rest] of d.matchAll(COMMAND)) {
    const from = command === command.toLowerCase() ? () => [x, y] : () => [0, 0];
    const numbers = (rest.match(NUMBER) ?? []).map(Number);
    const kind = command.toUpperCase();
    if (kind === "Z") [x, y] = found.at(-1)[0];
    const step = kind === "H" || kind === "V" ? 1 : 2;
    for (let i = 0; i < numbers.length; i += step) {
      const [dx, dy] = from();
      if (kind === "H") x = dx + numbers[i];
      else if (kind === "V") y = dy + numbers[i];
      else [x, y] = [dx + numbers[i], dy + numbers[i + 1]];
      if (kind === "M" && i === 0) found.push([]);
      found.at(-1).push([x, y]);
    }
  }
  return found;
}

function sampled(shape) {
  const length = shape.getTotalLength();
  return Array.from({ length: STEPS }, (_, i) => shape.getPointAtLength((length * i) / STEPS)).map((p) => [p.x, p.y]);
}

function ringsOf(shape) {
  if (shape.tagName !== "path") return [sampled(shape)];
  const d = shape.getAttribute("d") ?? "";
  return CURVED.test(d) ? [sampled(shape)] : corners(d);
}

// Where a line on which x + y has one value crosses the edges of rings, from left to right.
function crossings(edges, value) {
  const xs = [];
  for (const [[x1, y1], [x2, y2]] of edges) {
    const [one, two] = [x1 + y1, x2 + y2];
    if (one <= value === two <= value) continue;
    xs.push(x1 + ((x2 - x1) * (value - one)) / (two - one));
  }
  return xs.sort((a, b) => a - b);
}

/** Lines at 45 degrees over the inside of a shape, as the `d` of one path; `place` puts a point of the shape into the drawing. */
export function hatchLines(shape, place) {
  const rings = ringsOf(shape).map((ring) => ring.map(place));
  const edges = rings.flatMap((ring) => ring.map((point, i) => [point, ring[(i + 1) % ring.length]]));
  const sums = edges.map(([[x, y]]) => x + y);
  const [low, high] = sums.reduce(([a, b], s) => [Math.min(a, s), Math.max(b, s)], [Infinity, -Infinity]);
  const lines = [];
  for (let value = Math.ceil(low / SPACING_PX) * SPACING_PX; value < high; value += SPACING_PX) {
    const xs = crossings(edges, value);
    for (let i = 0; i + 1 < xs.length; i += 2) {
      const [a, b] = [xs[i], xs[i + 1]].map((x) => `${x.toFixed(1)} ${(value - x).toFixed(1)}`);
      lines.push(`M${a}L${b}`);
    }
  }
  return lines.join("");
}
