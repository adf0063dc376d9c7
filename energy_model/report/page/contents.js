// The contents of the page: they lead to the sections and follow what is read.
import { data } from "../shell/data.js";
import { byId, make } from "../shell/elements.js";
import { fields, state, writeHash } from "../shell/state.js";
import { change } from "../shell/view.js";
import { say, word } from "../shell/words.js";

export const sections = [...document.querySelectorAll("section")].map((s) => s.id);
fields.section = { initial: sections[0], valid: (v) => sections.includes(v) };

const bar = document.querySelector(".bar");
const NEAR_PX = 8;

// Buttons are made once, so that the one in use keeps the focus.
byId("menu").append(
  ...sections.map((id) => {
    const button = make("button", "", { type: "button", "data-id": id });
    button.addEventListener("click", () => {
      change({ section: id });
      goToSection();
    });
    return button;
  }),
);

// What the bar covers of the page [px].
export const covered = () => (getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0);

// The last section whose head has gone under the bar.
function sectionInView() {
  const shown = sections.filter((id) => !byId(id).hidden);
  const tops = shown.map((id) => byId(id).getBoundingClientRect().top - covered());
  const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
  if (!atEnd) return shown[Math.max(0, tops.filter((top) => top <= NEAR_PX).length - 1)];
  return tops[shown.indexOf(state.section)] >= 0 ? state.section : shown.at(-1); // the last ones may be too short to reach the bar
}

function markSection() {
  for (const button of byId("menu").children) button.setAttribute("aria-current", button.dataset.id === state.section);
}

export function followReading() {
  const read = sectionInView();
  if (read === state.section) return;
  state.section = read;
  writeHash();
  markSection();
}

export function goToSection() {
  document.documentElement.style.setProperty("--bar", `${covered()}px`);
  byId(state.section).scrollIntoView();
}

export function showContents() {
  for (const button of byId("menu").children) {
    button.textContent = say(data.menu[button.dataset.id]);
    button.hidden = byId(button.dataset.id).hidden;
  }
  byId("menu").setAttribute("aria-label", word("menu"));
  markSection();
}
