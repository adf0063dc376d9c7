// The figures of a chart as a table for Excel: read off what is drawn, with headings and units.
import { word } from "../shell/words.js";

const parser = new DOMParser();
// Titles and names are markup for Plotly; the table has their text.
const plainText = (markup) => parser.parseFromString(String(markup ?? "").replaceAll("<br>", " "), "text/html").body.textContent.trim();
const textOf = (value) => (typeof value === "string" ? plainText(value) : value);
const list = (values) => Array.from(values ?? []);
const headed = (name, axis) => [name, axis && `[${axis}]`].filter(Boolean).join(" ");

function axesOf(trace, layout) {
  const axis = (letter) => layout[`${letter}axis${(trace[`${letter}axis`] ?? letter).slice(1)}`];
  const [x, y] = [axis("x"), axis("y")];
  const lying = trace.orientation === "h" || (trace.type === "scatter" && y.type === "category");
  return lying ? { key: ["y", y], value: ["x", x] } : { key: ["x", x], value: ["y", y] };
}

// What a key is called: the words of its tick where ticks have words.
function labelled(axis, key) {
  const at = axis.ticktext ? list(axis.tickvals).indexOf(key) : -1;
  return textOf(at >= 0 ? axis.ticktext[at] : key);
}

// One trace as its keys and its values, with their headings.
function columnsOf(trace, figure) {
  const { key, value } = axesOf(trace, figure._fullLayout);
  const name = plainText(trace.meta?.heading ?? trace.name);
  const titleOf = (axis) => plainText(figure.layout[axis._name]?.title?.text);
  const [keyTitle, valueTitle] = [key, value].map(([, axis]) => titleOf(axis));
  const values = list(trace[value[0]]);
  const column = (more, found) => ({ heading: headed(`${name} ${more}`.trim(), valueTitle), values: found });
  const keys = list(trace[key[0]]);
  if (trace.ids) {
    return { heading: word("name"), keys: trace.ids.map(textOf), values: [{ heading: keyTitle, values: keys }, column("", values)] };
  }
  return {
    heading: keyTitle || word(key[1].type === "date" ? "time" : "name"),
    keys: keys.map((k) => labelled(key[1], k)),
    values: trace.meta?.range
      ? [
          column(word("lowest"), list(trace.base)),
          column(
            word("highest"),
            values.map((v, i) => trace.base[i] + v),
          ),
        ]
      : [column("", values)],
  };
}

// Traces over the same keys stand side by side in one table.
function sideBySide(parts) {
  const keys = [...new Set(parts.flatMap((p) => p.keys))];
  const found = parts.flatMap((p) => p.values.map((v) => ({ ...v, at: new Map(p.keys.map((k, i) => [k, v.values[i]])) })));
  return [[parts[0].heading, ...found.map((v) => v.heading)], ...keys.map((k) => [k, ...found.map((v) => v.at.get(k))])];
}

// Curves with keys of their own: each with its two columns.
function apart(parts) {
  const head = parts.flatMap((p) => [p.heading, ...p.values.map((v) => v.heading)]);
  const most = Math.max(...parts.map((p) => p.keys.length));
  const rows = Array.from({ length: most }, (_, i) => parts.flatMap((p) => [p.keys[i], ...p.values.map((v) => v.values[i])]));
  return [head, ...rows];
}

const named = (p) => typeof p.keys[0] === "string";
const unique = (p) => new Set(p.keys).size === p.keys.length;
const alike = (p, q) => p.keys.length === q.keys.length && p.keys.every((k, i) => k === q.keys[i]);

function heatTable(trace) {
  const unit = plainText(trace.colorbar.title.text);
  const head = [word("date"), ...trace.y.map((hour) => headed(`${hour}:00`, unit))];
  return [head, ...trace.x.map((_, day) => [trace.text[0][day], ...trace.z.map((row) => row[day])])];
}

function flowTable(trace) {
  const names = trace.node.label.map((label) => plainText(label).replace(/\s[\d,.]+$/, ""));
  const { source, target, value } = trace.link;
  const head = [word("flow_from"), word("flow_to"), trace.valuesuffix.trim()];
  return [head, ...source.map((from, i) => [names[from], names[target[i]], value[i]])];
}

/** Rows of the table of a drawn chart, the first one with headings and units. */
export function chartTable(figure) {
  const traces = figure.data.filter((t) => t.visible !== "legendonly" && t.hoverinfo !== "skip");
  if (traces[0].type === "heatmap") return heatTable(traces[0]);
  if (traces[0].type === "sankey") return flowTable(traces[0]);
  const parts = traces.map((trace) => columnsOf(trace, figure));
  return parts.every((p) => unique(p) && (named(p) || alike(p, parts[0]))) ? sideBySide(parts) : apart(parts);
}
