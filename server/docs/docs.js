// Renders the server's OpenAPI document: routes by tag, the keys of their bodies, their replies, and a request to try.

/** Where the playground keeps its token too. */
const KEPT = "latentext.token";

/** Without a slash at its end; the server may be served below a path. */
const BASE = new URL("../", import.meta.url).href.replace(/\/$/, "");

/** The token of the address, which then no longer shows it, or the one that is kept for the session. */
function readToken() {
  const [, given] = /^#token=(.+)$/s.exec(location.hash) ?? [];
  if (given !== undefined) {
    sessionStorage.setItem(KEPT, decoded(given));
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(KEPT) ?? undefined;
}

/** Without its escapes; a token that was pasted as it is may look as if it had some. */
function decoded(token) {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

/** Asks the server, with the token where there is one. */
function ask(path) {
  const token = readToken();
  return fetch(`${BASE}/${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
}

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

/** What examples are made of: a model that can be asked, sentences that it knows, its labels, and how long its codes are. */
const NO_MODEL = { id: "MODEL", examples: [], labels: [], latent: 1 };
const NO_LABEL = "LABEL";

/** The first model that has weights; where there is none, examples name none. */
async function readModel() {
  const reply = await ask("v1/models").catch(() => undefined);
  const { models = [] } = reply?.ok ? await reply.json() : {};
  const ready = models.find(({ status }) => status === "ready");
  const details = ready && (await ask(`v1/models/${ready.id}`).catch(() => undefined));
  return details?.ok ? await details.json() : { ...NO_MODEL, ...ready };
}

/** Makes a value that a schema would take, of the keys that are needed alone; each sentence is another of the model's. */
function exampleMaker(all, { examples, labels, latent }) {
  let texts = 0;
  return function example(given) {
    const schema = resolved(given, all);
    const items = schema.type === "array" && resolved(schema.items, all);
    if (schema.default !== undefined) return schema.default;
    if (schema.enum) return schema.enum[0];
    // Sentences have an example, which may be of words that this model does not know; other strings are labels.
    if (schema.type === "string" && schema.example) return examples[texts++ % examples.length] ?? schema.example;
    if (schema.type === "string") return labels[0] ?? NO_LABEL;
    if (schema.prefixItems) return schema.prefixItems.map(example);
    if (items?.type === "number") return new Array(latent).fill(0);
    if (items) return Array.from({ length: schema.minItems ?? 1 }, () => example(schema.items));
    if (schema.type !== "object") return schema.example ?? schema.minimum ?? 0;
    const keys = Object.entries(schema.properties).map(([key, value]) => [key, resolved(value, all)]);
    const needed = keys.filter(([key, value]) => schema.required?.includes(key) && value.default === undefined);
    // Where one of several keys is needed, no schema says so of any: a sentence is.
    const chosen = needed.length > 0 ? needed : keys.filter(([, value]) => value.type === "string" && value.example);
    return Object.fromEntries(chosen.map(([key, value]) => [key, example(value)]));
  };
}

/** A request that runs as it stands; the token is told by the name of a variable, never itself. */
function curlOf(method, path, body, all, model) {
  const url = BASE + path.replace("{id}", model.id);
  const token = readToken() === undefined ? "" : ' -H "authorization: Bearer $LATENTEXT_TOKEN"';
  if (method !== "post") return `curl -s${token} ${url}`;
  const data = JSON.stringify(exampleMaker(all, model)(body)).replaceAll("'", "'\\''");
  return `curl -s${token} -H 'content-type: application/json' \\\n  -d '${data}' \\\n  ${url}`;
}

function routeSection(path, method, route, all, model) {
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
  const call = curlOf(method, path, body, all, model);
  section.append(element("h4", { text: "Try" }), element("pre", { text: call }));
  if (call.includes(`/${NO_MODEL.id}`))
    section.append(element("p", { class: "quiet", text: "No model is ready yet." }));
  else if (call.includes(`"${NO_LABEL}"`)) {
    section.append(element("p", { class: "quiet", text: `It takes a conditional model; ${model.id} is none.` }));
  }
  return section;
}

function render(document_, model) {
  const all = document_.components?.schemas ?? {};
  document.getElementById("description").textContent = document_.info.description;
  const main = document.getElementById("routes");
  const contents = document.getElementById("contents");
  main.replaceChildren();
  contents.replaceChildren();
  const byTag = new Map();
  for (const [path, methods] of Object.entries(document_.paths)) {
    for (const [method, route] of Object.entries(methods)) {
      const tag = route.tags?.[0] ?? "other";
      byTag.set(tag, [...(byTag.get(tag) ?? []), routeSection(path, method, route, all, model)]);
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

/** Says why there is nothing to read, and asks for a token where that is why. */
function explain(text, { asksToken = false } = {}) {
  const state = element("p", { id: "state", role: "status", text });
  document.getElementById("routes").replaceChildren(state);
  if (!asksToken) return;
  const box = element("input", { type: "password", autocomplete: "off" });
  const label = element("label", { text: "Token " }, box);
  const form = element("form", {}, label, element("button", { type: "submit", text: "Use it" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (box.value.trim() === "") return;
    sessionStorage.setItem(KEPT, box.value.trim());
    show();
  });
  state.after(form);
}

async function show() {
  const reply = await ask("openapi.json").catch(() => undefined);
  if (reply?.ok) return render(await reply.json(), await readModel());
  if (reply?.status === 401) {
    const isWrong = readToken() !== undefined;
    return explain(isWrong ? "The token is not the right one." : "This server wants its token.", { asksToken: true });
  }
  const { error } = (await reply?.json().catch(() => undefined)) ?? {};
  return explain(
    reply ? (error?.message ?? `The server replied with ${reply.status}.`) : "The server cannot be reached.",
  );
}

// A link with the token may be followed while the page is open.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#token=")) show();
});
await show();
