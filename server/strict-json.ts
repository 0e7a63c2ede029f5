// JSON without what parsers disagree on: a key given twice, and keys that reach an object's prototype.
import { messageOf } from "../src/errors.ts";
import { RequestError } from "./errors.ts";

/**
 * Parses JSON.
 * @throws RequestError with the code `bad_json` when it is none, or an object in it has a key twice or the key `__proto__`
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The parser's sentence quotes the text, which may be anything.
    const where = /at position \d+/.exec(messageOf(cause))?.[0];
    throw badJson(`The body is not JSON${where === undefined ? "" : `: it goes wrong ${where}`}.`);
  }
  let members = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const part = open.pop();
    if (typeof part !== "object" || part === null) continue;
    if (Array.isArray(part)) {
      for (const item of part) if (typeof item === "object") open.push(item);
      continue;
    }
    if (Object.hasOwn(part, "__proto__")) throw badJson('The body has the key "__proto__", which is not taken.');
    for (const [, item] of Object.entries(part)) {
      members++;
      open.push(item);
    }
  }
  // JSON.parse keeps only the last of two members with one name.
  if (members !== countColons(text)) throw badJson("The body has an object with a key that is given twice.");
  return value;
}

/** The colons outside strings: in valid JSON as many as there are members, repeated ones included. */
function countColons(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x3a) count++;
    else if (char === 0x22) {
      for (at++; text.charCodeAt(at) !== 0x22; at++) if (text.charCodeAt(at) === 0x5c) at++;
    }
  }
  return count;
}

function badJson(message: string): RequestError {
  return new RequestError(message, { status: 422, code: "bad_json" });
}
