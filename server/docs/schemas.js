// Reads schemas: their keys, also those of objects within them, types in a few words, bounds, and examples.

function nameOf(schema) {
  return schema?.$ref?.split("/").at(-1);
}

/** A schema without a reference, its parts put together. */
export function resolved(schema, all) {
  const name = nameOf(schema);
  const found = name === undefined ? (schema ?? {}) : { ...all[name], name };
  if (!found.allOf) return found;
  const parts = found.allOf.map((part) => resolved(part, all));
  const properties = Object.assign({}, ...parts.map((part) => part.properties));
  return { ...found, properties, required: parts.flatMap((part) => part.required ?? []) };
}

/** The type of an object's values where any key may be in it. */
function valuesOf({ properties, additionalProperties }) {
  const isMap = properties === undefined && typeof additionalProperties === "object";
  return isMap ? additionalProperties : undefined;
}

/** A schema's type in a few words: a list of text, and of `{ name }` for schemas that have one. */
export function typeOf(given, all) {
  const name = nameOf(given);
  if (name !== undefined) return [{ name }];
  const schema = resolved(given, all);
  if (schema.enum) return [schema.enum.map((value) => JSON.stringify(value)).join(" | ")];
  const options = schema.anyOf ?? schema.oneOf;
  const typesOf = (schemas, separator) =>
    schemas.flatMap((each, i) => [...(i > 0 ? [separator] : []), ...typeOf(each, all)]);
  if (options) return typesOf(options, " | ");
  if (schema.prefixItems) return ["[", ...typesOf(schema.prefixItems, ", "), "]"];
  if (schema.type === "array") {
    const item = resolved(schema.items, all);
    const isOneOfSeveral = item.name === undefined && (item.anyOf ?? item.oneOf ?? item.enum ?? []).length > 1;
    return isOneOfSeveral ? ["(", ...typeOf(schema.items, all), ")[]"] : [...typeOf(schema.items, all), "[]"];
  }
  const values = valuesOf(schema);
  if (values) return ["{ [key]: ", ...typeOf(values, all), " }"];
  return [[schema.type ?? "any"].flat().join(" | ")];
}

/** What a value must be beside its type: bounds and default. */
export function boundsOf(given, all) {
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

/**
 * A schema's keys, each followed by those of the objects in it that have no name, and so no place of their own: `form` by `clauses` below
 * `form.`, `neighbours` by `distance` below `neighbours[].`.
 */
export function keysOf(given, all, above = "") {
  const { properties = {}, required = [] } = resolved(given, all);
  return Object.entries(properties).flatMap(([key, schema]) => {
    const isNeeded = required.includes(key) && resolved(schema, all).default === undefined;
    const inner = objectsIn(schema, all).flatMap(([at, object]) => keysOf(object, all, `${above}${key}${at}.`));
    return [{ above, key, schema, isNeeded }, ...inner];
  });
}

/** The nearest objects with keys in a value, none of them with a name, each with where in the value it is. */
function objectsIn(given, all, at = "") {
  if (nameOf(given) !== undefined) return [];
  const schema = resolved(given, all);
  if (schema.properties) return [[at, schema]];
  const values = valuesOf(schema);
  return [
    ...(schema.anyOf ?? schema.oneOf ?? []).flatMap((option) => objectsIn(option, all, at)),
    ...(schema.prefixItems ?? []).flatMap((item, i) => objectsIn(item, all, `${at}[${i}]`)),
    ...(schema.items ? objectsIn(schema.items, all, `${at}[]`) : []),
    ...(values ? objectsIn(values, all, `${at}[key]`) : []),
  ];
}

/** What stands where a model has no labels. */
export const NO_LABEL = "LABEL";

/** Makes a value that a schema would take, of the keys that are needed alone; each sentence is another of the model's. */
export function exampleMaker(all, { examples, labels, latent }) {
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
