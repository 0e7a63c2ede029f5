// Renders the server's OpenAPI document: routes by tag, the keys of their bodies, their replies, and a request to try.
import { element, nameOfShape, prose, table } from "./elements.js";
import { boundsOf, exampleMaker, keysOf, NO_LABEL, resolved, typeOf } from "./schemas.js";
import { keepToken, readToken } from "./token.js";

/** Without a slash at its end; the server may be served below a path. */
const BASE = new URL("../", import.meta.url).href.replace(/\/$/, "");

/** Asks the server, with the token where there is one. */
function ask(path) {
  const token = readToken();
  return fetch(`${BASE}/${path}`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
}

/** What a reply says, where it is one that says what was asked for. */
async function jsonOf(reply) {
  return reply?.ok ? await reply.json().catch(() => undefined) : undefined;
}

/** What examples are made of: a model that can be asked, sentences that it knows, its labels, and how long its codes are. */
const NO_MODEL = { id: "MODEL", examples: [], labels: [], latent: 1 };

/** The first model that has weights; where there is none, examples name none. */
async function readModel() {
  const { models = [] } = (await jsonOf(await ask("v1/models").catch(() => undefined))) ?? {};
  const ready = models.find(({ status }) => status === "ready");
  const details = ready && (await jsonOf(await ask(`v1/models/${ready.id}`).catch(() => undefined)));
  return details ?? { ...NO_MODEL, ...ready };
}

/** Schemas by name, and the names of those that have a place on the page. */
function shapesOf({ components }) {
  const all = components?.schemas ?? {};
  // What a request takes is told at its route.
  const placed = Object.keys(all).filter((name) => !name.endsWith("Request") && resolved(all[name], all).properties);
  return { all, places: new Set(placed) };
}

function typeCell(schema, { all, places }) {
  return typeOf(schema, all).map((part) => (typeof part === "string" ? part : nameOfShape(part.name, places)));
}

/** A row a key; of a request it is said which keys are needed, of a reply which may be missing. */
function keysTable(given, shapes, { isReply = false } = {}) {
  const { all, places } = shapes;
  const rows = keysOf(given, all).map(({ above, key, schema, isNeeded }) => {
    const presence = isReply ? (isNeeded ? "" : "may be missing") : isNeeded ? "needed" : "";
    const notes = [presence, boundsOf(schema, all), resolved(schema, all).description ?? ""];
    const path = above === "" ? [key] : [element("span", { class: "quiet", text: above }), key];
    return [path, typeCell(schema, shapes), prose(notes.filter(Boolean).join("; "), places)];
  });
  return table(rows);
}

/** A request that runs as it stands; the token is told by the name of a variable, never itself. */
function curlOf(method, path, body, { all }, model) {
  const url = BASE + path.replace("{id}", model.id);
  const token = readToken() === undefined ? "" : ' -H "authorization: Bearer $LATENTEXT_TOKEN"';
  if (method !== "post") return `curl -s${token} ${url}`;
  const data = JSON.stringify(exampleMaker(all, model)(body)).replaceAll("'", "'\\''");
  return `curl -s${token} -H 'content-type: application/json' \\\n  -d '${data}' \\\n  ${url}`;
}

function routeSection(path, method, route, shapes, model) {
  const section = element("section", { class: "route", id: `${method}-${path}` });
  const paragraph = (text, attributes) => element("p", attributes, ...prose(text, shapes.places));
  section.append(element("h3", {}, element("b", { text: method.toUpperCase() }), path), paragraph(route.summary));
  if (route.description) section.append(paragraph(route.description, { class: "quiet" }));
  const query = route.parameters?.filter((parameter) => parameter.in === "query") ?? [];
  if (query.length > 0) {
    const properties = Object.fromEntries(
      query.map(({ name, schema, description }) => [name, { description, ...schema }]),
    );
    section.append(element("h4", { text: "Query" }), keysTable({ properties }, shapes));
  }
  const body = route.requestBody?.content["application/json"]?.schema;
  if (body) section.append(element("h4", { text: "Body" }), keysTable(body, shapes));
  const ok = route.responses[200]?.content ?? {};
  if (ok["application/json"]) {
    const keys = keysTable(ok["application/json"].schema, shapes, { isReply: true });
    section.append(element("h4", { text: "Reply" }), keys);
  }
  if (ok["text/event-stream"]) {
    section.append(element("h4", { text: "Stream" }), paragraph(ok["text/event-stream"].schema.description));
  }
  const errors = Object.entries(route.responses).filter(([status]) => status !== "200");
  if (errors.length > 0) {
    const rows = errors.map(([status, { description, content }]) => [
      status,
      typeCell(content?.["application/json"]?.schema, shapes),
      prose(description, shapes.places),
    ]);
    section.append(element("details", {}, element("summary", { class: "quiet", text: "Errors" }), table(rows)));
  }
  const call = curlOf(method, path, body, shapes, model);
  section.append(element("h4", { text: "Try" }), element("pre", { text: call }));
  if (call.includes(`/${NO_MODEL.id}`))
    section.append(element("p", { class: "quiet", text: "No model is ready yet." }));
  else if (call.includes(`"${NO_LABEL}"`)) {
    section.append(element("p", { class: "quiet", text: `It takes a conditional model; ${model.id} is none.` }));
  }
  return section;
}

function shapeSection(name, shapes) {
  const schema = shapes.all[name];
  const section = element("section", { class: "route", id: name }, element("h3", { text: name }));
  if (schema.description) section.append(element("p", {}, ...prose(schema.description, shapes.places)));
  section.append(keysTable(schema, shapes, { isReply: true }));
  return section;
}

function render(document_, model) {
  const shapes = shapesOf(document_);
  document.getElementById("description").replaceChildren(...prose(document_.info.description, shapes.places));
  const main = document.getElementById("routes");
  const contents = document.getElementById("contents");
  main.replaceChildren();
  contents.replaceChildren();
  const byTag = new Map();
  for (const [path, methods] of Object.entries(document_.paths)) {
    for (const [method, route] of Object.entries(methods)) {
      const tag = route.tags?.[0] ?? "other";
      byTag.set(tag, [...(byTag.get(tag) ?? []), routeSection(path, method, route, shapes, model)]);
      contents.append(element("a", { href: `#${method}-${path}`, text: `${method.toUpperCase()} ${path}` }));
    }
  }
  for (const [tag, sections] of byTag) main.append(element("h2", { text: tag }), ...sections);
  main.append(element("h2", { text: "shapes" }));
  for (const name of shapes.places) main.append(shapeSection(name, shapes));
  // What the address names was not there yet when the browser looked for it.
  if (location.hash !== "") location.replace(location.hash);
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
    keepToken(box.value.trim());
    show();
  });
  state.after(form);
}

async function show() {
  const reply = await ask("openapi.json").catch(() => undefined);
  const description = await jsonOf(reply);
  if (description) return render(description, await readModel());
  if (reply?.status === 401) {
    const isWrong = readToken() !== undefined;
    return explain(isWrong ? "The token is not the right one." : "This server wants its token.", { asksToken: true });
  }
  if (!reply) return explain("The server cannot be reached.");
  const { error } = (await reply.json().catch(() => undefined)) ?? {};
  return explain(error?.message ?? `The server replied with ${reply.status}.`);
}

// A link with the token may be followed while the page is open.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#token=")) show();
});
await show();
