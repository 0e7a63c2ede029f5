// Elements of the page. Whatever the server says becomes text in them, and is never read as HTML.

/** An element with text and children. */
export function element(name, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

/** The name of a shape: a link to its place, if it has one on the page. */
export function nameOfShape(name, places) {
  return places.has(name) ? element("a", { href: `#${name}`, text: name }) : name;
}

/** A description's text as nodes: what stands between backticks is code, and may be the name of a shape. */
export function prose(text, places) {
  return text
    .split(/`([^`]+)`/)
    .map((part, i) => (i % 2 === 0 ? part : element("code", {}, nameOfShape(part, places))));
}

/** Rows of cells; a cell is text, or a list of text and nodes. */
export function table(rows) {
  const made = rows.map((cells) =>
    element("tr", {}, ...cells.map((cell) => element("td", {}, ...(Array.isArray(cell) ? cell : [cell])))),
  );
  return element("table", {}, element("tbody", {}, ...made));
}
