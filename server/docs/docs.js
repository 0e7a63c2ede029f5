// Renders the server's OpenAPI document: routes by tag, the keys of their bodies, their replies, and a request to try.

const TOKEN = /[#&]token=([^&]+)/.exec(location.hash)?.[1];

/** An element with text and children; text is never read as HTML. */
function element(name, { text, ...attributes } = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

function resolved(schema, all) {
  const name = schema?.$ref?.split("/").at(-1);
  const found = name === undefined ? (schema ?? {}) : { ...all[name], name };
  if (!found.allOf) return found;
  const parts = found.allOf.map((part) => resolved(part, all));
  const properties = Object.assign({}, ...parts.map((part) => part.properties));
  return { ...found, properties, required: parts.flatMap((part) => part.required ?? []) };
}

/** A schema's type in a few words. */
function typeOf(given, all) {
  const schema = resolved(given, all);
  if (schema.name) return schema.name;
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return options.map((option) => typeOf(option, all)).join(" | ");
  if (schema.prefixItems) return `[${schema.prefixItems.map((item) => typeOf(item, all)).join(", ")}]`;
  if (schema.type === "array") return `${typeOf(schema.items, all)}[]`;
  return [schema.type ?? "any"].flat().join(" | ");
}

/** What a value must be beside its type: bounds and default. */
function boundsOf(given, all) {
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, minItems, maxItems, ...schema } = resolved(
    given,
    all,
  );
  const parts = [];
  if (exclusiveMinimum !== undefined) parts.push(`above ${exclusiveMinimum}`);
  const range = (least, most, unit) => {
    if (least !== undefined && most !== undefined && most < Number.MAX_SAFE_INTEGER)
      parts.push(`${least} to ${most}${unit}`);
    else if (most !== undefined && most < Number.MAX_SAFE_INTEGER) parts.push(`at most ${most}${unit}`);
    else if (least !== undefined) parts.push(`at least ${least}${unit}`);
  };
  range(minimum, maximum, "");
  range(minLength, maxLength, " characters");
  range(minItems, maxItems, " items");
  if (schema.default !== undefined) parts.push(`default ${JSON.stringify(schema.default)}`);
  return parts.join("; ");
}

/** A row a key; of a request it is said which keys are needed, of a reply which may be missing. */
function keysTable(given, all, { isReply = false } = {}) {
  const schema = resolved(given, all);
  const rows = Object.entries(schema.properties ?? {}).map(([key, value]) => {
    const needed = schema.required?.includes(key) && resolved(value, all).default === undefined;
    const presence = isReply ? (needed ? "" : "may be missing") : needed ? "needed" : "";
    const notes = [presence, boundsOf(value, all), resolved(value, all).description ?? ""];
    return element(
      "tr",
      {},
      element("td", { text: key }),
      element("td", { text: typeOf(value, all) }),
      element("td", { text: notes.filter(Boolean).join("; ") }),
    );
  });
  return element("div", { class: "scroll" }, element("table", {}, element("tbody", {}, ...rows)));
}

/** A value that the schema would take, of the keys that are needed alone. */
function exampleOf(given, all) {
  const schema = resolved(given, all);
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.prefixItems) return schema.prefixItems.map((item) => exampleOf(item, all));
  if (schema.type === "array") {
    return Array.from({ length: schema.minItems ?? 1 }, () => exampleOf(schema.items, all));
  }
  if (schema.type === "object") {
    const keys = (schema.required ?? []).filter((key) => resolved(schema.properties[key], all).default === undefined);
    return Object.fromEntries(keys.map((key) => [key, exampleOf(schema.properties[key], all)]));
  }
  return schema.type === "string" ? "…" : (schema.minimum ?? 0);
}

function curlOf(method, path, body, all) {
  const url = location.origin + path.replace("{id}", "MODEL");
  const token = TOKEN ? " -H 'Authorization: Bearer TOKEN'" : "";
  if (method !== "post") return `curl${token} ${url}`;
  const data = JSON.stringify(exampleOf(body, all)).replaceAll("'", "'\\''");
  return `curl${token} -H 'Content-Type: application/json' \\\n  -d '${data}' \\\n  ${url}`;
}

function routeSection(path, method, route, all) {
  const section = element("section", { class: "route", id: `${method}-${path}` });
  section.append(
    element("h3", {}, element("b", { text: method.toUpperCase() }), path),
    element("p", { text: route.summary }),
  );
  if (route.description) section.append(element("p", { class: "quiet", text: route.description }));
  const query = route.parameters?.filter((parameter) => parameter.in === "query") ?? [];
  if (query.length > 0) {
    const properties = Object.fromEntries(
      query.map(({ name, schema, description }) => [name, { description, ...schema }]),
    );
    section.append(element("h4", { text: "Query" }), keysTable({ properties }, all));
  }
  const body = route.requestBody?.content["application/json"]?.schema;
  if (body) section.append(element("h4", { text: "Body" }), keysTable(body, all));
  const ok = route.responses[200]?.content ?? {};
  if (ok["application/json"])
    section.append(element("h4", { text: "Reply" }), keysTable(ok["application/json"].schema, all, { isReply: true }));
  if (ok["text/event-stream"]) {
    section.append(
      element("h4", { text: "Stream" }),
      element("p", { text: ok["text/event-stream"].schema.description }),
    );
  }
  const errors = Object.entries(route.responses).filter(([status]) => status !== "200");
  if (errors.length > 0) {
    const rows = errors.map(([status, { description }]) =>
      element(
        "tr",
        {},
        element("td", { text: status }),
        element("td", { text: "ErrorReply" }),
        element("td", { text: description }),
      ),
    );
    const table = element("div", { class: "scroll" }, element("table", {}, element("tbody", {}, ...rows)));
    section.append(element("details", {}, element("summary", { class: "quiet", text: "Errors" }), table));
  }
  section.append(element("h4", { text: "Try" }), element("pre", { text: curlOf(method, path, body, all) }));
  return section;
}

function render(document_) {
  const all = document_.components?.schemas ?? {};
  document.getElementById("description").textContent = document_.info.description;
  const main = document.getElementById("routes");
  const contents = document.getElementById("contents");
  main.replaceChildren();
  const byTag = new Map();
  for (const [path, methods] of Object.entries(document_.paths)) {
    for (const [method, route] of Object.entries(methods)) {
      const tag = route.tags?.[0] ?? "other";
      byTag.set(tag, [...(byTag.get(tag) ?? []), routeSection(path, method, route, all)]);
      contents.append(element("a", { href: `#${method}-${path}`, text: `${method.toUpperCase()} ${path}` }));
    }
  }
  for (const [tag, sections] of byTag) main.append(element("h2", { text: tag }), ...sections);
  main.append(element("h2", { text: "shapes" }));
  for (const [name, schema] of Object.entries(all)) {
    if (!(schema.properties || schema.allOf) || name.endsWith("Request")) continue;
    const heading = element("h3", { text: name });
    main.append(element("section", { class: "route", id: name }, heading, keysTable(schema, all, { isReply: true })));
  }
}

const reply = await fetch("/openapi.json", TOKEN ? { headers: { authorization: `Bearer ${TOKEN}` } } : {});
if (reply.ok) render(await reply.json());
else {
  const hint = reply.status === 401 ? " Open this page with #token=TOKEN at the end of its address." : "";
  document.getElementById("state").textContent = `The server replied with ${reply.status}.${hint}`;
}
