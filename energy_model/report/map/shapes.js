// Polygons of the map, as lists of [x, y] in kilometres.

export function wedge(x, y, radius, start, end) {
  // Sector of a pie, clockwise from north; start and end are shares of the full turn.
  const points = [];
  const steps = Math.max(2, Math.ceil(96 * (end - start)) + 1);
  for (let i = 0; i <= steps; i++) {
    const angle = 2 * Math.PI * (start + ((end - start) * i) / steps);
    points.push([x + radius * Math.sin(angle), y + radius * Math.cos(angle)]);
  }
  return end - start > 0.9999 ? points : [[x, y], ...points, [x, y]];
}

export const circle = (x, y, radius) => wedge(x, y, radius, 0, 1);

export function trimmed(curve, startGap, endGap) {
  // Part of a curve outside the circles about its two ends; two points at least.
  const n = curve.length;
  const far = (p, q) => Math.hypot(p[0] - q[0], p[1] - q[1]);
  const inside = curve.filter((p) => far(p, curve[0]) >= startGap && far(p, curve[n - 1]) >= endGap);
  const middle = Math.floor(n / 2);
  return inside.length >= 2 ? inside : curve.slice(middle - 1, middle + 1);
}

export function along(line) {
  const sum = [0];
  for (let i = 1; i < line.length; i++) sum.push(sum[i - 1] + Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]));
  return sum;
}

export function atLength(line, sums, where) {
  let i = 1;
  while (i < sums.length - 1 && sums[i] < where) i++;
  const step = sums[i] - sums[i - 1];
  const t = step > 0 ? Math.min(Math.max((where - sums[i - 1]) / step, 0), 1) : 0;
  return [0, 1].map((k) => line[i - 1][k] + t * (line[i][k] - line[i - 1][k]));
}

export function ribbon(line, left, right, dash = 0) {
  // Band along a line between two offsets to its right (negative: left), whole or cut into dashes.
  const sums = along(line);
  const total = sums.at(-1);
  let cuts = [[0, total]];
  if (dash > 0 && total >= 2 * dash) {
    const count = Math.max(2, Math.round(total / (1.7 * dash)));
    const step = total / (count - 0.4);
    cuts = Array.from({ length: count }, (_, k) => [k * step, Math.min((k + 0.6) * step, total)]);
  }
  return cuts.map(([low, high]) => {
    const n = Math.max(2, Math.floor((high - low) / 2.5) + 2);
    const piece = Array.from({ length: n }, (_, i) => atLength(line, sums, low + ((high - low) * i) / (n - 1)));
    const edge = (offset) =>
      piece.map((p, i) => {
        const a = piece[Math.max(i - 1, 0)];
        const b = piece[Math.min(i + 1, n - 1)];
        const length = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
        return [p[0] + (offset * (b[1] - a[1])) / length, p[1] - (offset * (b[0] - a[0])) / length];
      });
    const start = edge(left);
    return [...start, ...edge(right).reverse(), start[0]];
  });
}

export function arrowHead(line, share, width, forward) {
  // Triangle with its centre at a share of the line's length, pointing along it or back.
  const sums = along(line);
  const total = sums.at(-1);
  const size = Math.min(width, 0.8 * total);
  const middle = Math.min(Math.max(share * total, size / 2), total - size / 2);
  let back = atLength(line, sums, middle - size / 2);
  let tip = atLength(line, sums, middle + size / 2);
  if (!forward) [back, tip] = [tip, back];
  const length = Math.hypot(tip[0] - back[0], tip[1] - back[1]) || 1;
  const a = [(tip[0] - back[0]) / length, (tip[1] - back[1]) / length];
  const side = [a[1] * size * 0.55, -a[0] * size * 0.55];
  return [
    tip,
    [back[0] + side[0], back[1] + side[1]],
    [back[0] + 0.22 * size * a[0], back[1] + 0.22 * size * a[1]],
    [back[0] - side[0], back[1] - side[1]],
    tip,
  ];
}

export function joined(polygons) {
  const x = [];
  const y = [];
  polygons.forEach((points, i) => {
    if (i) {
      x.push(null);
      y.push(null);
    }
    for (const p of points) {
      x.push(p[0]);
      y.push(p[1]);
    }
  });
  return { x, y };
}

export const area = (polygons, fill, colour, width) => ({
  type: "scatter",
  mode: "lines",
  hoverinfo: "skip",
  line: { color: colour, width },
  ...(fill ? { fill: "toself", fillcolor: fill } : {}),
  ...joined(polygons),
});
export const stroke = (pieces, colour, width, dash = "solid") => ({
  type: "scatter",
  mode: "lines",
  hoverinfo: "skip",
  line: { color: colour, width, dash },
  ...joined(pieces),
});
export const hatched = (trace) => ({
  ...trace,
  fillpattern: { shape: "/", fgcolor: "#ffffff", bgcolor: trace.fillcolor, size: 5, solidity: 0.28, fillmode: "replace" },
});
