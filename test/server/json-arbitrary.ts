// Values that a JSON schema takes, drawn at random: what the OpenAPI document promises is what gets tried.
import fc from "fast-check";

/** The part of JSON Schema that the document uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly prefixItems?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** Strings and lists are kept short: their limits have tests of their own. */
const MOST_CHARACTERS = 40;
const MOST_ITEMS = 6;

export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(arbitraryOf));
  switch (schema.type) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000_000 });
    case "number": {
      const { minimum, exclusiveMinimum, maximum = 1e9 } = schema;
      const min = exclusiveMinimum ?? minimum ?? -1e9;
      return fc.double({ min, max: maximum, minExcluded: exclusiveMinimum !== undefined, noNaN: true });
    }
    case "string":
      return fc.string({
        unit: fc.oneof(
          fc.constantFrom("a", " ", '"', "\\", ":", "\n", "\0", "é", "\u202e", "😀", "\ud800"),
          fc.string({ minLength: 1, maxLength: 1 }),
        ),
        minLength: schema.minLength ?? 0,
        maxLength: Math.min(schema.maxLength ?? MOST_CHARACTERS, MOST_CHARACTERS),
      });
    case "array": {
      if (schema.prefixItems) return fc.tuple(...schema.prefixItems.map(arbitraryOf));
      const least = schema.minItems ?? 0;
      const most = Math.max(least, Math.min(schema.maxItems ?? MOST_ITEMS, MOST_ITEMS));
      return fc.array(arbitraryOf(schema.items ?? {}), { minLength: least, maxLength: most });
    }
    case "object": {
      const keys = Object.entries(schema.properties ?? {});
      const properties: Record<string, fc.Arbitrary<unknown>> = {};
      for (const [key, value] of keys) properties[key] = arbitraryOf(value);
      return fc.record(properties, { requiredKeys: [...(schema.required ?? [])] });
    }
    default:
      return fc.jsonValue();
  }
}
