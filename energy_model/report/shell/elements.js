// Elements of the page; every text is text, never markup.
export const byId = (id) => document.getElementById(id);

export function make(tag, text, attributes = {}, space = "http://www.w3.org/1999/xhtml") {
  const element = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== null && text !== undefined) element.textContent = text;
  return element;
}

export const cell = (text, className) => make("td", text, className ? { class: className } : {});

export function table(heads, rows, className) {
  const element = make("table", null, { class: className });
  const line = (cells, tag) => {
    const row = make("tr");
    row.append(...cells.map((c) => (c instanceof Node ? c : make(tag, c))));
    return row;
  };
  if (heads) {
    const head = make("thead");
    head.append(line(heads, "th"));
    element.append(head);
  }
  const body = make("tbody");
  body.append(...rows.map((r) => line(r, "td")));
  element.append(body);
  return element;
}

export function withUnit(text, unit) {
  const head = make("th", text);
  head.append(make("br"), make("small", unit));
  return head;
}

export function choices(select, options, value) {
  select.replaceChildren(...options.map(([code, text]) => make("option", text, { value: code })));
  select.value = value;
}
