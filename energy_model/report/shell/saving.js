// The menu of a drawing: as a picture for documents, or its figures as a table for Excel.
import { make } from "./elements.js";
import { saveAs } from "./picture.js";
import { word } from "./words.js";

const CELL = /^[=+@-]/;
const SHOWN_MS = 2500;

// A cell of text: no tabs or line ends, and no formula that a name would start.
function written(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (typeof value === "number") return String(Number(value.toPrecision(7)) + 0);
  const text = String(value).replaceAll(/\s+/g, " ").trim();
  return CELL.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
}

export const tabbed = (rows) => rows.map((row) => row.map(written).join("\t")).join("\r\n");

// Pages opened from disk may not use the clipboard in every browser: then a selected text is copied.
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = make("textarea", null, { class: "shelf" });
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }
}

/**
 * The menu, closed.
 *
 * @param {() => Promise<string>} picture The drawing as the text of an SVG.
 * @param {() => string[]} names What its file is named after.
 * @param {() => any[][]} rows Its figures as a table.
 */
export function savingMenu(picture, names, rows) {
  const menu = make("details", null, { class: "save" });
  const head = make("summary", "⤓");
  const told = make("output", "", { "aria-live": "polite" });
  const tell = (code) => {
    told.textContent = word(code);
    setTimeout(() => (told.textContent = ""), SHOWN_MS);
  };
  const acts = {
    save_png: async () => saveAs(await picture(), "png", names()),
    save_svg: async () => saveAs(await picture(), "svg", names()),
    copy_table: async () => tell((await toClipboard(tabbed(rows()))) ? "copied" : "not_copied"),
  };
  const buttons = Object.entries(acts).map(([code, act]) => {
    const button = make("button", "", { type: "button", "data-act": code });
    button.addEventListener("click", async () => {
      menu.open = false;
      await act();
    });
    return button;
  });
  const list = make("div");
  list.append(...buttons);
  menu.append(head, list, told);
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(event.relatedTarget)) menu.open = false;
  });
  return menu;
}

/** Bring the words of a menu up to the language. */
export function nameMenu(menu, title) {
  for (const button of menu.querySelectorAll("button")) button.textContent = word(button.dataset.act);
  menu.querySelector("summary").title = word("save");
  menu.querySelector("summary").setAttribute("aria-label", title);
}
