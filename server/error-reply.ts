// Turns whatever was thrown into the one shape that errors have.
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import { InputError, RunFolderError } from "../src/errors.ts";
import { type Issue, RequestError, ServerError } from "./errors.ts";
import type { ErrorReply } from "./schemas.ts";

export interface ReplyToError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ErrorReply;
}

/** Nobody reads this status: it is for the log, where the client has left. */
export const CLIENT_LEFT = 499;

const MOST_ISSUES = 20;
/** Of a key or a value that a message quotes. */
const MOST_CHARACTERS = 60;

const HTTP_CODES: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ["bad_request", "The request is malformed."],
  413: ["too_large", "The request is too large."],
  415: ["unsupported_type", "The body has no content type that is known here; expected application/json."],
};

/** The reply for an error. What was not expected is told to the log alone: its message may name files. */
export function replyToError(cause: unknown): ReplyToError {
  if (cause instanceof ServerError) {
    const issues = cause instanceof RequestError ? cause.issues : undefined;
    const headers = cause.retryAfter === undefined ? {} : { "retry-after": String(cause.retryAfter) };
    return reply(cause.status, cause.code, cause.message, { headers, issues });
  }
  if (cause instanceof InputError) return reply(422, "invalid", cause.message);
  if (cause instanceof RunFolderError) {
    return reply(500, "damaged_model", "The model's files cannot be read; the server's log says why.");
  }
  if (cause instanceof HTTPException) {
    const [code, message] = HTTP_CODES[cause.status] ?? [`http_${cause.status}`, cause.message];
    return reply(cause.status, code, message);
  }
  if (cause instanceof DOMException && cause.name === "AbortError") {
    return reply(CLIENT_LEFT, "client_left", "The client has left.");
  }
  return reply(500, "internal", "Something went wrong in the server; its log says what.");
}

function reply(
  status: number,
  code: string,
  message: string,
  { headers = {}, issues }: { headers?: Record<string, string>; issues?: readonly Issue[] | undefined } = {},
): ReplyToError {
  return { status, headers, body: { error: { code, message, ...(issues && { issues: [...issues] }) } } };
}

/** The error for a request that its schema refuses; the message names the first key that is wrong. */
export function schemaError(
  { issues }: { readonly issues: readonly z.core.$ZodIssue[] },
  given: unknown,
): RequestError {
  const all = issues
    .slice(0, MOST_ISSUES)
    .flatMap((issue) => describe(issue, given))
    .slice(0, MOST_ISSUES);
  const [first] = all;
  const what = first === undefined ? "" : `: ${first.path === "" ? "" : `${first.path}: `}${first.message}`;
  return new RequestError(`The request cannot be used${what}.`, { status: 422, code: "invalid", issues: all });
}

function describe(issue: z.core.$ZodIssue, given: unknown): Issue[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, MOST_ISSUES).map((key) => ({
      path: [...path, shortened(key)].join("."),
      message: "there is no such key",
    }));
  }
  return [{ path: path.join("."), message: `${expectation(issue)}; ${found(path, given)} was given` }];
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_big":
      return `expected ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unit(issue.origin)}`;
    case "too_small":
      return `expected ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unit(issue.origin)}`;
    case "invalid_value":
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "invalid_type":
      return `expected ${issue.expected === "int" ? "integer" : issue.expected}`;
    default:
      return issue.message.replace(/^Invalid input: /, "");
  }
}

function unit(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " items" : "";
}

/** What lies at the path, in few characters. */
function found(path: readonly string[], given: unknown): string {
  let value = given;
  for (const key of path) {
    const inside = typeof value === "object" && value !== null && Object.hasOwn(value, key);
    value = inside ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string" && value.length > MOST_CHARACTERS) return `one of ${value.length} characters`;
  return JSON.stringify(value) ?? String(value);
}

function shortened(key: string): string {
  return key.length > MOST_CHARACTERS ? `${key.slice(0, MOST_CHARACTERS)}…` : key;
}
