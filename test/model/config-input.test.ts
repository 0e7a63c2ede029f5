// The settings as users of the library see them in their editors: made from the schema. After a change of the schema,
// `npx vitest run test/model/config-input.test.ts -u` writes them anew.
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { ConfigInput } from "../../src/model/config-input.ts";
import { configSchema } from "../../src/model/config-schema.ts";

type Schema = z.core.JSONSchema.BaseSchema;

const HEAD =
  "// Settings as users give them, made from config-schema.ts by test/model/config-input.test.ts: it says how.";
const CONFIG_INPUT = "Settings as a user gives them, any of them. What is not given, or null, has its default.";

/** What the schema leaves to be said. */
const UNDESCRIBED: Readonly<Record<string, string>> = {
  version: "version of the settings",
  noise: "what is done to a sentence before the encoder reads it",
};

test("they are the schema's, each with its description, range and default", async () => {
  const schema = z.toJSONSchema(configSchema, { io: "input" });
  const text = [HEAD, ...interfaces("ConfigInput", CONFIG_INPUT, schema)].join("\n\n");
  await expect(`${text}\n`).toMatchFileSnapshot("../../src/model/config-input.ts");
});

test("they have the schema's types, but that no list is asked for that may be changed", () => {
  type Given = z.input<typeof configSchema>;
  type Expected = Omit<Given, "corpora"> & { corpora?: readonly string[] | undefined };
  expectTypeOf<ConfigInput>().toExtend<Expected>();
  expectTypeOf<Expected>().toExtend<ConfigInput>();
  expectTypeOf<keyof ConfigInput>().toEqualTypeOf<keyof Given>();
});

/** The interface of a schema, and before it those of settings that are made of others. */
function interfaces(name: string, description: string, { properties = {}, required = [] }: Schema): string[] {
  const settings = Object.entries(properties as Record<string, Schema>);
  const names = settings.map(([setting]) => setting);
  const inner: string[] = [];
  const members = settings.flatMap(([setting, schema]) => {
    const { description = UNDESCRIBED[setting], default: fallback } = schema;
    const text = description === undefined ? "" : [sentence(description, names), ...rangeOf(schema)].join(" ");
    const type = typeOf(schema, (object) => {
      const innerName = `${setting.charAt(0).toUpperCase()}${setting.slice(1)}Input`;
      inner.push(...interfaces(innerName, text, object));
      return innerName;
    });
    const hasDefault = fallback !== undefined && fallback !== null && typeof fallback !== "object";
    const lines = [...(text ? [text] : []), ...(hasDefault ? [`@default ${JSON.stringify(fallback)}`] : [])];
    const member = required.includes(setting) ? `${setting}: ${type}` : `${setting}?: ${type} | undefined`;
    return [...commentOf(lines), `readonly ${member};`].map((line) => `  ${line}`);
  });
  return [...inner, [`/** ${description} */`, `export interface ${name} {`, ...members, "}"].join("\n")];
}

/** A description as a sentence; what names another setting as a flag does names it as a setting does. */
function sentence(description: string, names: readonly string[]): string {
  const named = description.replace(/\b[a-z]+(-[a-z]+)+\b/g, (flag) => {
    const name = flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return names.includes(name) ? name : flag;
  });
  // Values and settings keep their letters.
  const begins = /^[a-z]+(:|[A-Z]|, [a-z]+,)/.test(named) ? named.charAt(0) : named.charAt(0).toUpperCase();
  return `${begins}${named.slice(1)}.`;
}

function rangeOf(schema: Schema): string[] {
  const numbers = [schema, ...((schema.anyOf ?? []) as Schema[])].find(
    ({ minimum, exclusiveMinimum }) => minimum !== undefined || exclusiveMinimum !== undefined,
  );
  if (numbers === undefined) return [];
  const { type, minimum, exclusiveMinimum, maximum = Number.MAX_SAFE_INTEGER, exclusiveMaximum } = numbers;
  const below = exclusiveMaximum !== undefined || maximum !== Number.MAX_SAFE_INTEGER;
  const least = minimum === undefined ? `above ${exclusiveMinimum}` : `${below ? "from" : "at least"} ${minimum}`;
  const most = exclusiveMaximum === undefined ? `to ${maximum.toLocaleString("en")}` : `to below ${exclusiveMaximum}`;
  const range = below ? `${least} ${most}` : least;
  return [type === "integer" ? `An integer ${below ? "" : "of "}${range}.` : sentence(range, [])];
}

/** The type of a schema; an object's is what `nameOf` calls it. */
function typeOf({ type, ...schema }: Schema, nameOf: (object: Schema) => string): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const any = Array.isArray(type) ? type.map((one): Schema => ({ type: one })) : (schema.anyOf as Schema[] | undefined);
  if (any) return any.map((one) => typeOf(one, nameOf)).join(" | ");
  if (type === "array") return `readonly ${typeOf(schema.items as Schema, nameOf)}[]`;
  if (type === "object") return nameOf(schema);
  return type === "integer" ? "number" : String(type);
}

function commentOf(lines: readonly string[]): string[] {
  if (lines.length < 2) return lines.map((line) => `/** ${line} */`);
  return ["/**", ...lines.map((line) => ` * ${line}`), " */"];
}
