// Pictures for documents: a chart or the map with title, what was solved, and what it may not be used for.
import { make } from "./elements.js";
import { flat, textAt, xml } from "./flat.js";
import { opened, state } from "./state.js";
import { colon, say } from "./words.js";

const MARGIN_PX = 14;
const ALARM = "#b00020";
const SOFT = "#5b6270";
const PNG_SCALE = 2;
const LINE = 1.45;

const brush = document.createElement("canvas").getContext("2d");

// A text in lines that are not wider than the picture; it may break between words and between Chinese characters.
function wrapped(line, width) {
  brush.font = `${line.bold ? "bold " : ""}${line.size}px sans-serif`;
  const rows = [""];
  for (const piece of line.text.match(/[\u2e80-\uffee]|[^\s\u2e80-\uffee]+\s*|\s+/g) ?? []) {
    if (rows.at(-1) && brush.measureText((rows.at(-1) + piece).trimEnd()).width > width) rows.push(piece);
    else rows[rows.length - 1] += piece;
  }
  return rows.map((text) => ({ ...line, text: text.trimEnd() }));
}

// Lines of text below each other: their elements and their height.
function block(lines, x, y, width) {
  let at = y;
  const rows = lines
    .flatMap((line) => wrapped(line, width))
    .map((line) => {
      at += line.size * LINE;
      return textAt(x, at - 0.35 * line.size, line.text, line);
    });
  return { rows, height: at - y };
}

/** A fact with its name. */
export const stated = (item) => `${say(item.name)}${colon()}${say(item.text)}`;

/** What was solved, and over which weather; in red where it may not stand in annexes, or the check failed. */
export function caption(about, notes = []) {
  const of = (code) => about.find((item) => item.code === code);
  const solved = ["scenario", "horizon", "weather"].map(of);
  const failed = about.filter((item) => item.passed === false);
  const alarm = solved.some((item) => item.sample) || failed.length > 0;
  const first = { text: [...solved, ...failed].map(stated).join(" · "), size: 10.5, bold: alarm, fill: alarm ? ALARM : SOFT };
  return [first, ...notes.map((text) => ({ text, size: 10.5, fill: SOFT }))];
}

// Elements of a drawing that is put into the page for as long as it takes to read it.
async function readOff(drawing, at) {
  const shelf = make("div", null, { class: "shelf" });
  shelf.append(drawing);
  document.body.append(shelf);
  try {
    return await flat(drawing, at);
  } finally {
    shelf.remove();
  }
}

/**
 * A picture as the text of an SVG.
 *
 * @param {{width: number, height: number}} size Of the whole [px].
 * @param {object[]} head Lines above the drawings: text, size, bold, fill.
 * @param {object[]} foot Lines below them.
 * @param {(room: {width: number, height: number}) => Promise<{drawing: SVGElement, x: number}[]>} draw Drawings for the room that is left.
 */
export async function composed(size, head, foot, draw) {
  const inside = size.width - 2 * MARGIN_PX;
  const above = block(head, MARGIN_PX, 6, inside);
  const top = head.length ? above.height + 12 : 0;
  const below = block(foot, MARGIN_PX, 0, inside).height + 10;
  const room = { width: size.width, height: Math.max(120, size.height - top - below) };
  const height = room.height + top + below;
  const defs = [];
  const rows = [];
  for (const [i, { drawing, x }] of (await draw(room)).entries()) {
    const read = await readOff(drawing, { x, y: Math.round(top), prefix: `part${i}_` });
    defs.push(...read.defs);
    rows.push(...read.rows);
  }
  const white = (y, high) => xml("rect", { x: 0, y, width: size.width, height: high, fill: "#ffffff" });
  const bands = [...(top ? [white(0, Math.round(top))] : []), white(height - below, below)];
  const texts = [...above.rows, ...block(foot, MARGIN_PX, height - below + 4, inside).rows];
  const box = { width: size.width, height: Math.ceil(height), viewBox: `0 0 ${size.width} ${Math.ceil(height)}` };
  const spaces = { xmlns: "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink" };
  return xml("svg", { ...box, ...spaces }, [xml("defs", {}, defs.join("") || " "), white(0, height), ...rows, ...bands, ...texts].join(""));
}

export async function asPng(text) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width * PNG_SCALE, image.height * PNG_SCALE];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

/** A drawing of Plotly in a size, as an element. */
export async function plotlyDrawing(figure, size) {
  const address = await Plotly.toImage(figure, { format: "svg", ...size });
  const text = decodeURIComponent(address.slice(address.indexOf(",") + 1));
  return document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
}

// A name that every file system takes, of parts in the language of the page.
export const fileName = (parts) =>
  parts
    .filter(Boolean)
    .join("_")
    .replaceAll(/[\\/:*?"<>|\s·]+/g, "-")
    .replaceAll(/^[-.]+|[-.]+$/g, "")
    .slice(0, 120);

/** Offer a picture as a file. */
export async function saveAs(text, format, parts) {
  const address = format === "png" ? await asPng(text) : `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  const link = make("a", null, { href: address, download: `${fileName([...parts, state.lang])}.${format}` });
  document.body.append(link);
  link.click();
  link.remove();
}

/** The address may ask for one chart as a picture, which then stands in the page as text. */
export async function deliverPicture(makeSvg) {
  const side = (name, least) => Math.min(Math.max(Number(opened.get(name)) || least, 200), 4000);
  const picture = make("pre", null, { id: "picture", hidden: "" });
  if (makeSvg) {
    const text = await makeSvg({ width: side("width", 1200), height: side("height", 700) });
    picture.textContent = opened.get("format") === "png" ? await asPng(text) : `data:image/svg+xml,${encodeURIComponent(text)}`;
  } else picture.dataset.missing = "true";
  document.body.append(picture);
}
