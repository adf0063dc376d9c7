// What the whole page is about: the place, the week, and the year of a pathway.
import { data } from "../shell/data.js";
import { byId, choices, make } from "../shell/elements.js";
import { fields, state } from "../shell/state.js";
import { change } from "../shell/view.js";
import { inChinese, say, word } from "../shell/words.js";
import { clamp, dayOf, starts, weekEnd } from "./time.js";

const WEEK_IN_DAYS = 7;
const placeKeys = data.places.map((p) => p.key);
fields.place = { initial: "city", valid: (v) => placeKeys.includes(v) };
fields.week = { initial: String(data.weeks.load ?? starts[0]), valid: (v) => starts.includes(Number(v)) };

// One button for each week: the same one may be that of the highest load and of the most export.
const namesOfWeek = {};
for (const [name, first] of Object.entries(data.weeks)) (namesOfWeek[first] ??= []).push(name);
byId("weeks").append(
  ...Object.keys(namesOfWeek).map((first) => {
    const button = make("button", "", { type: "button", "data-week": first });
    button.addEventListener("click", () => change({ week: first }));
    return button;
  }),
);

const step = (days) => change({ week: String(starts[clamp(starts.indexOf(Number(state.week)) + days, 0, starts.length - 1)]) });
byId("earlier").addEventListener("click", () => step(-WEEK_IN_DAYS));
byId("later").addEventListener("click", () => step(WEEK_IN_DAYS));
byId("week").addEventListener("input", (event) => change({ week: String(starts[Number(event.target.value)]) }));
byId("place").addEventListener("change", (event) => change({ place: event.target.value }));
byId("year").addEventListener("change", (event) => {
  location.href = event.target.value + location.hash;
});

function showWeek() {
  for (const button of byId("weeks").children) {
    button.textContent = namesOfWeek[button.dataset.week].map((name) => word("week_" + name)).join(inChinese() ? "、" : ", ");
    button.setAttribute("aria-pressed", button.dataset.week === state.week);
  }
  const slider = byId("week");
  const at = starts.indexOf(Number(state.week));
  slider.max = starts.length - 1;
  slider.value = at;
  slider.setAttribute("aria-label", word("week_slide"));
  byId("earlier").setAttribute("aria-label", word("earlier"));
  byId("later").setAttribute("aria-label", word("later"));
  byId("week_text").textContent = `${dayOf(starts[at])} – ${dayOf(weekEnd(starts[at]) - 1)}`;
  slider.setAttribute("aria-valuetext", byId("week_text").textContent);
}

export function showPickers() {
  choices(
    byId("place"),
    data.places.map((p) => [p.key, say(p.name)]),
    state.place,
  );
  byId("year_box").hidden = !data.years.length;
  const years = data.years.map((y) => [y.href, String(y.year)]);
  choices(byId("year"), years, data.years.find((y) => y.here)?.href ?? "");
  showWeek();
}
