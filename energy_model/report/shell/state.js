// The state of a page: what is chosen, kept in its address.
export const state = {};
export const opened = new URLSearchParams(location.hash.slice(1));

const ofBrowser = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";

// By name: the initial value, and whether a text of the address is one.
export const fields = { lang: { initial: ofBrowser, valid: (v) => v === "zh" || v === "en" } };

export function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1));
  for (const [name, field] of Object.entries(fields)) {
    const text = hash.get(name);
    state[name] = text !== null && field.valid(text) ? text : field.initial;
  }
}

export function writeHash() {
  const hash = new URLSearchParams();
  for (const [name, field] of Object.entries(fields)) if (name === "lang" || state[name] !== field.initial) hash.set(name, state[name]);
  const text = "#" + hash.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
  if (text !== location.hash) history.replaceState(null, "", text);
}
