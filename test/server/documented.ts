// The OpenAPI document as tests read it: what a route takes, and whether a reply is one that it tells of.
import { expect } from "vitest";
import type { z } from "zod";
import * as schemas from "../../server/schemas.ts";
import type { JsonSchema } from "./json-arbitrary.ts";
import { parseEvents } from "./test-app.ts";

interface Reference {
  readonly schema: { readonly $ref: string };
}

export interface Operation {
  readonly requestBody?: { readonly content: { readonly "application/json": Reference } };
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Reference>> }>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, { readonly post?: Operation; readonly get?: Operation }>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** Routes below a model that take a body. */
export const ROUTES = [
  "generate",
  "interpolate",
  "grid",
  "encode",
  "decode",
  "reconstruct",
  "transfer",
  "similar",
  "neighbours",
  "arithmetic",
  "inspect",
] as const;

export function operationOf({ paths }: Document, route: string): Operation {
  return paths[`/v1/models/{id}/${route}`]?.post as Operation;
}

/** The schema of a route's body, and its name. */
export function requestOf(document: Document, route: string): { readonly name: string; readonly schema: JsonSchema } {
  const name = nameOf(operationOf(document, route).requestBody?.content["application/json"] as Reference);
  return { name, schema: document.components.schemas[name] as JsonSchema };
}

function nameOf({ schema }: Reference): string {
  return schema.$ref.split("/").at(-1) as string;
}

/** The zod schema of a component's name, no key beside its own allowed. */
export function schemaNamed(name: string): z.ZodType {
  const schema = (schemas as unknown as Record<string, z.ZodObject>)[name];
  if (schema === undefined) throw new Error(`The document names ${name}, which server/schemas.ts does not have.`);
  return name.endsWith("Request") ? schema : schema.strict();
}

/** That a reply's status is in the document, and its body as the document says there. */
export async function expectDocumented(operation: Operation, reply: Response): Promise<void> {
  const documented = operation.responses[reply.status];
  expect(Object.keys(operation.responses)).toContain(String(reply.status));
  expect([500, 501, 502]).not.toContain(reply.status);
  const text = await reply.text();
  if (reply.headers.get("content-type")?.startsWith("text/event-stream")) {
    const events = parseEvents(text);
    for (const { data } of events.slice(0, -1))
      expect(schemas.WrittenText.strict().safeParse(data).error).toBeUndefined();
    expect(events.at(-1)?.event).toBe("done");
    return;
  }
  const name = nameOf(documented?.content["application/json"] as Reference);
  expect(schemaNamed(name).safeParse(JSON.parse(text)).error?.message).toBeUndefined();
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
}
