// One state, one way to show it: every control calls `change`, which writes the address and shows the page again.
import { byId, make } from "./elements.js";
import { readHash, state, writeHash } from "./state.js";
import { colon, say, word } from "./words.js";

let display = async () => {};

// How the page itself shows the state.
export function displayWith(way) {
  display = way;
}

export async function show() {
  document.documentElement.lang = state.lang;
  document.querySelectorAll("nav button").forEach((b) => b.setAttribute("aria-pressed", b.dataset.lang === state.lang));
  document.querySelectorAll("[data-word]").forEach((e) => {
    e.textContent = word(e.dataset.word);
  });
  await display();
}

export async function change(part) {
  Object.assign(state, part);
  writeHash();
  await show();
}

export function showHead(title, about, footer) {
  document.title = title;
  byId("title").textContent = title;
  byId("about").replaceChildren(
    ...about.map((item) => {
      const row = make("li");
      row.dataset.code = item.code;
      row.append(make("span", say(item.name) + colon()), make("b", say(item.text)));
      if (item.sample) row.lastChild.className = "failed";
      if (item.code === "certificate") row.lastChild.className = item.passed ? "passed" : "failed";
      return row;
    }),
  );
  byId("footer").replaceChildren(
    ...footer.map((item) => {
      const row = make("span");
      row.dataset.code = item.code;
      row.append(make("b", say(item.name) + colon()), say(item.text));
      return row;
    }),
  );
}

document.querySelectorAll("nav button").forEach((b) => b.addEventListener("click", () => change({ lang: b.dataset.lang })));
window.addEventListener("hashchange", () => {
  readHash();
  show();
});
