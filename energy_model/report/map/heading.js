// What the map is called and what it shows.
import { data } from "../shell/data.js";
import { say, word } from "../shell/words.js";

// Title and facts; of two results those of both, where they differ.
export function headOf(a, b) {
  if (!b) return [`${word("page_title")} · ${say(a.title)}`, a.about];
  const about = a.about.map((item, i) => {
    const two = b.about[i];
    const differs = { zh: `${item.text.zh} − ${two.text.zh}`, en: `${item.text.en} − ${two.text.en}` };
    const text = item.text.zh === two.text.zh ? item.text : differs;
    return { ...item, sample: item.sample || two.sample, passed: item.passed && two.passed, text };
  });
  const short = (v) => (v.year && data.cases.some((c) => c.years.length > 1) ? `${v.name} ${v.year}` : v.name);
  return [`${word("page_title")} · A ${short(a)} − B ${short(b)}`, about];
}
