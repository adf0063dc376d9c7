// Drawings in the form that Word, PowerPoint and LibreOffice draw as browsers do: each line of text at a place of its own, plain
// attributes with named fonts instead of styles, hatching as lines, no pattern, no text offset in units of the font.
import { hatchLines, NUMBER } from "./hatching.js";

const SKIPPED = new Set(["defs", "clipPath", "pattern", "title", "style", "metadata"]);
const HATCH_PX = 1.3;
const FONT = "Microsoft YaHei, Noto Sans CJK SC, PingFang SC, sans-serif";
const SHARPER = 2;
const STRAIGHT = /^M[^a-z]*[lhv][^a-z]*$/i; // a line without area, which nobody fills
// Of the numbers of a path command: which are places in x and y; others stay as they are.
const PLACES = { M: "xy", L: "xy", H: "x", V: "y", C: "xyxyxy", Q: "xyxy", S: "xyxy", T: "xy", A: ".....xy" };

const short = (value) => String(Math.round(value * 100) / 100);
const plain = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
export const xml = (tag, attributes, inside = "") => {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ` ${name}="${plain(typeof value === "number" ? short(value) : value)}"`);
  return `<${tag}${written.join("")}${inside ? `>${inside}</${tag}>` : "/>"}`;
};
export const textAt = (x, y, text, { size, fill = "#1f2430", bold = false, anchor = "start", transform = null }) => {
  const font = { "font-family": FONT, "font-size": size, "font-weight": bold ? "bold" : null, fill, "text-anchor": anchor };
  return xml("text", { x, y, ...font, transform }, plain(text));
};

// A colour of a computed style and how much of it is seen; nothing where nothing is painted.
function paint(value, opacity) {
  const [r, g, b, alpha = 1] = (value.match(/[\d.]+/g) ?? []).map(Number);
  if (!value.startsWith("rgb") || alpha * opacity === 0) return null;
  return { colour: "#" + [r, g, b].map((v) => Math.round(v).toString(16).padStart(2, "0")).join(""), seen: alpha * opacity };
}

function look(style, opacity) {
  const fill = paint(style.fill, opacity * Number(style.fillOpacity));
  const stroke = paint(style.stroke, opacity * Number(style.strokeOpacity));
  const share = (found) => (found && found.seen < 1 ? found.seen : null);
  const dashes = style.strokeDasharray === "none" ? null : style.strokeDasharray.replaceAll("px", "");
  const own = (value, usual) => (value === usual ? null : value);
  return {
    fill: fill?.colour ?? "none",
    "fill-opacity": share(fill),
    ...(stroke && {
      stroke: stroke.colour,
      "stroke-opacity": share(stroke),
      "stroke-width": parseFloat(style.strokeWidth),
      "stroke-dasharray": dashes,
      "stroke-linecap": own(style.strokeLinecap, "butt"),
      "stroke-linejoin": own(style.strokeLinejoin, "miter"),
    }),
  };
}

function movedPath(d, dx, dy) {
  const by = { x: dx, y: dy };
  return [...d.matchAll(/([a-df-zA-DF-Z])([^a-df-zA-DF-Z]*)/g)]
    .map(([, command, rest]) => {
      const places = PLACES[command];
      const numbers = (rest.match(NUMBER) ?? []).map((n, i) => short(Number(n) + (by[places?.[i % places.length]] ?? 0)));
      return command + numbers.join(" ");
    })
    .join("");
}

/** One drawing: what is collected while its elements are walked through. */
class Drawing {
  constructor(root, { x, y, prefix }) {
    this.root = root;
    this.back = root.createSVGMatrix().translate(x, y).multiply(root.getScreenCTM().inverse());
    this.prefix = prefix;
    this.defs = [];
    this.rows = [];
  }

  matrix(element) {
    return this.back.multiply(element.getScreenCTM());
  }

  // What a clip leaves of the drawing, as left, top, right, bottom.
  clipOf(element, outer) {
    const id = /#([^")]+)/.exec(element.getAttribute("clip-path") ?? "")?.[1];
    const area = id && this.root.querySelector(`[id="${id}"] rect`);
    if (!area) return outer;
    const { e, f } = this.matrix(element);
    const [x, y, wide, high] = ["x", "y", "width", "height"].map((name) => Number(area.getAttribute(name) ?? 0));
    const own = [x + e, y + f, x + e + wide, y + f + high];
    return outer ? own.map((v, i) => (i < 2 ? Math.max(v, outer[i]) : Math.min(v, outer[i]))) : own;
  }

  async walk(element, opacity, clip) {
    if (SKIPPED.has(element.tagName)) return;
    const style = getComputedStyle(element);
    const seen = opacity * Number(style.opacity);
    if (style.display === "none" || style.visibility === "hidden" || seen === 0) return;
    const left = this.clipOf(element, clip);
    if (element.tagName === "text") this.text(element, seen);
    else if (element.tagName === "image") await this.image(element, left);
    else if (element instanceof SVGGeometryElement) this.shape(element, style, seen, left);
    else for (const child of element.children) await this.walk(child, seen, left);
  }

  add(element, row, clip) {
    const box = element.getBBox();
    const { e, f } = this.matrix(element);
    const within = !clip || (box.x + e >= clip[0] - 1 && box.y + f >= clip[1] - 1);
    if (within && (!clip || (box.x + box.width + e <= clip[2] + 1 && box.y + box.height + f <= clip[3] + 1))) this.rows.push(row);
    else this.rows.push(xml("g", { "clip-path": `url(#${this.clipNamed(clip)})` }, row));
  }

  clipNamed([x, y, right, bottom]) {
    const area = xml("rect", { x, y, width: Math.max(0, right - x), height: Math.max(0, bottom - y) });
    const known = this.defs.findIndex((text) => text.includes(area));
    return known >= 0 ? this.prefix + known : this.define("clipPath", {}, area);
  }

  define(tag, attributes, inside) {
    const id = this.prefix + this.defs.length;
    this.defs.push(xml(tag, { id, ...attributes }, inside));
    return id;
  }

  shape(element, style, seen, clip) {
    const painted = look(style, seen);
    const named = /#([^")]+)/.exec(style.fill.startsWith("url") ? style.fill : "")?.[1];
    const special = named && this.root.querySelector(`[id="${named}"]`);
    if (special?.tagName === "pattern") {
      const whole = special.querySelector(`rect[width="${special.getAttribute("width")}"]`);
      painted.fill = whole ? (paint(getComputedStyle(whole).fill, 1)?.colour ?? "none") : "none";
    } else if (special) painted.fill = `url(#${this.gradient(special)})`;
    const d = element.getAttribute("d");
    if (d === "") return;
    if (d && STRAIGHT.test(d)) painted.fill = "none";
    if (painted.fill !== "none" || painted.stroke) this.add(element, this.outline(element, painted), clip);
    if (special?.tagName !== "pattern") return;
    const m = this.matrix(element);
    const hatch = hatchLines(element, ([x, y]) => [m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f]);
    const lines = { d: hatch, fill: "none", stroke: "#ffffff", "stroke-width": HATCH_PX };
    if (hatch) this.add(element, xml("path", lines), clip);
  }

  outline(element, painted) {
    const { a, b, c, d, e, f } = this.matrix(element);
    const own = (name) => Number(element.getAttribute(name) ?? 0);
    const turned = Math.abs(a - 1) + Math.abs(b) + Math.abs(c) + Math.abs(d - 1) > 1e-3;
    const [dx, dy] = turned ? [0, 0] : [e, f];
    const transform = turned ? `matrix(${[a, b, c, d, e, f].map(short).join(" ")})` : null;
    const at = { transform, ...painted };
    if (element.tagName === "path") return xml("path", { d: movedPath(element.getAttribute("d") ?? "", dx, dy), ...at });
    if (element.tagName === "circle") return xml("circle", { cx: own("cx") + dx, cy: own("cy") + dy, r: own("r"), ...at });
    if (element.tagName !== "rect") throw new Error(`a ${element.tagName} cannot stand in a picture`);
    return xml("rect", { x: own("x") + dx, y: own("y") + dy, width: own("width"), height: own("height"), ...at });
  }

  gradient(found) {
    const stops = [...found.querySelectorAll("stop")].map((stop) => {
      const { stopColor, stopOpacity } = getComputedStyle(stop);
      const { colour, seen } = paint(stopColor, Number(stopOpacity)) ?? { colour: "#ffffff", seen: 0 };
      return xml("stop", { offset: stop.getAttribute("offset"), "stop-color": colour, "stop-opacity": seen < 1 ? seen : null });
    });
    const ends = Object.fromEntries(["x1", "y1", "x2", "y2"].map((name) => [name, found.getAttribute(name)]));
    return this.define("linearGradient", ends, stops.join(""));
  }

  // Each line of a text where its first or last letter, or its middle, stands.
  text(element, seen) {
    const lines = [];
    let count = 0;
    const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
      const run = nodes.currentNode;
      const first = count;
      count += run.data.length;
      if (!run.data.trim() || count > element.getNumberOfChars()) continue;
      const [from, to] = [element.getStartPositionOfChar(first), element.getEndPositionOfChar(count - 1)];
      const style = getComputedStyle(run.parentElement);
      if (lines.length && Math.abs(lines.at(-1).y - from.y) < 1)
        Object.assign(lines.at(-1), { to: to.x, text: lines.at(-1).text + run.data });
      else lines.push({ y: from.y, from: from.x, to: to.x, text: run.data, style });
    }
    const m = this.matrix(element);
    const angle = (Math.atan2(m.b, m.a) * 180) / Math.PI;
    for (const line of lines) {
      const anchor = line.style.textAnchor;
      const local = { start: line.from, middle: (line.from + line.to) / 2, end: line.to }[anchor];
      const [x, y] = [m.a * local + m.c * line.y + m.e, m.b * local + m.d * line.y + m.f];
      const transform = Math.abs(angle) > 0.1 ? `rotate(${[angle, x, y].map(short).join(" ")})` : null;
      const { colour } = paint(line.style.fill, seen) ?? { colour: "#1f2430" };
      const bold = Number(line.style.fontWeight) >= 600;
      this.rows.push(textAt(x, y, line.text, { size: parseFloat(line.style.fontSize), fill: colour, bold, anchor, transform }));
    }
  }

  // Cells of a heat map keep sharp edges: programmes that draw an image larger blur it.
  async image(element, clip) {
    const source = new Image();
    source.src = element.getAttribute("href") ?? element.getAttributeNS("http://www.w3.org/1999/xlink", "href");
    await source.decode();
    const own = (name) => Number(element.getAttribute(name) ?? 0);
    const [wide, high] = [own("width"), own("height")];
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.ceil(wide * SHARPER), Math.ceil(high * SHARPER)];
    const brush = canvas.getContext("2d");
    brush.imageSmoothingEnabled = false;
    brush.drawImage(source, 0, 0, canvas.width, canvas.height);
    const { e, f } = this.matrix(element);
    const place = { x: own("x") + e, y: own("y") + f, width: wide, height: high, preserveAspectRatio: "none" };
    this.add(element, xml("image", { ...place, "xlink:href": canvas.toDataURL("image/png") }), clip);
  }
}

/**
 * The elements of a drawing that stands in the page: definitions and rows.
 *
 * @param {SVGSVGElement} root
 * @param {{x: number, y: number, prefix: string}} at Where its corner goes, and what its names begin with.
 */
export async function flat(root, at) {
  const drawing = new Drawing(root, at);
  for (const child of root.children) await drawing.walk(child, 1, null);
  return drawing;
}
