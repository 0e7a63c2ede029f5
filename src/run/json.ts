// JSON as the run folder keeps it: values that come back exactly as they went in.
import { InputError, messageOf, RunFolderError } from "../errors.ts";

export type JsonPrimitive = string | number | boolean | null;
export type JsonObject = { readonly [key: string]: JsonValue };
export type JsonValue = JsonPrimitive | readonly JsonValue[] | JsonObject;

/**
 * Indented JSON text with a line feed at its end.
 * @throws InputError for NaN and infinities, which JSON would silently turn into null: a resumed run would differ.
 */
export function exactJson(value: JsonValue, what: string): string {
  const text = JSON.stringify(
    value,
    (key, part: unknown) => {
      if (typeof part === "number" && !Number.isFinite(part)) {
        throw new InputError(`${what} holds ${part} at "${key}"; JSON keeps finite numbers only`);
      }
      return part;
    },
    2,
  );
  return `${text}\n`;
}

/**
 * Parses JSON text.
 * @throws RunFolderError naming `source` when it is not JSON
 */
export function parseJson(text: string, source: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw new RunFolderError(`${source} is not JSON: ${messageOf(cause)}`, { cause });
  }
}

export function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
