// Requests that the schemas allow, drawn at random and asked many at a time of real inference: none is the server's fault, and none
// changes what another one gets.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InferencePool } from "../../server/inference/jobs.ts";
import { createPool } from "../../server/inference/pool.ts";
import { GenerateReply } from "../../server/schemas.ts";
import { buildIndex } from "../../src/latent/neighbours.ts";
import { TINY_TEXTS } from "../support/tiny-run.ts";
import { type Document, expectDocumented, operationOf, ROUTES, requestOf } from "./documented.ts";
import { LATENT } from "./fake-pool.ts";
import { arbitraryOf } from "./json-arbitrary.ts";
import { bodyOf, createTestApp, type TestApp, temporaryFolder } from "./test-app.ts";

/** Groups of requests that are asked together. */
const RUNS = Number(process.env.LATENTEXT_FUZZ_RUNS ?? 25);
const TOGETHER = 12;
const LABELS = ["calm", "storm"];
const LONGEST = 8;

let server: TestApp;
let pool: InferencePool;
let document: Document;

beforeAll(async () => {
  pool = createPool({ processes: 1, threads: 1 });
  const corpus = join(await temporaryFolder(), "corpus.txt");
  await writeFile(corpus, TINY_TEXTS.join("\n"));
  server = await createTestApp({ pool, labels: LABELS, config: { corpora: [corpus] } });
  await buildIndex(join(server.runs, "tiny"), { engine: "cpu" });
  document = (await (await server.get("/openapi.json")).json()) as Document;
});

afterAll(() => pool?.close(0));

type Body = Record<string, unknown>;

const word = fc.constantFrom(...new Set(TINY_TEXTS.join(" ").split(" ")));
/** Words of the model, which a request drawn at random would never hit on, and now and then others. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" ")) },
  { weight: 1, arbitrary: arbitraryOf({ type: "string", minLength: 1 }) as fc.Arbitrary<string> },
);
const form = fc.record({
  clauses: fc.integer({ min: 1, max: 2 }),
  length: fc.oneof(
    fc.integer({ min: 1, max: 3 }),
    fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 2, max: 3 })),
  ),
  marks: fc.array(word, { minLength: 1, maxLength: 2 }),
});

/** What a schema takes, with lengths, labels and words that are usually the model's own: the engine is to be reached. */
function bodyFor(route: string): fc.Arbitrary<Body> {
  const { schema } = requestOf(document, route);
  const number = schema.properties?.codes?.items?.items ?? schema.properties?.code?.items ?? {};
  const code = fc.array(arbitraryOf(number), { minLength: LATENT, maxLength: LATENT });
  const own: Record<string, fc.Arbitrary<unknown>> = {
    text,
    texts: fc.array(text, { minLength: 1, maxLength: 5 }),
    from: text,
    to: route === "transfer" ? fc.constantFrom(...LABELS) : text,
    corners: fc.tuple(text, text, text, text),
    plus: fc.array(text, { minLength: 1, maxLength: 3 }),
    minus: fc.array(text, { minLength: 1, maxLength: 3 }),
    codes: fc.array(code, { minLength: 1, maxLength: 5 }),
    code,
    max_length: fc.integer({ min: 1, max: LONGEST }),
    label: fc.constantFrom(...LABELS),
    require: fc.array(fc.oneof({ weight: 9, arbitrary: word }, { weight: 1, arbitrary: text }), { maxLength: 2 }),
    ban: fc.array(text, { maxLength: 2 }),
    form,
  };
  return arbitraryOf(schema).chain((drawn) => {
    const body = drawn as Body;
    const fitting = Object.keys(body).filter((key) => own[key] !== undefined);
    return fc.tuple(...fitting.map((key) => own[key] as fc.Arbitrary<unknown>)).map((values) => ({
      ...body,
      ...Object.fromEntries(fitting.map((key, i) => [key, values[i]])),
    }));
  });
}

describe("requests that the schemas allow", () => {
  it(`are answered by the engine, ${TOGETHER} at a time, each as if it were alone`, async () => {
    const request = fc
      .constantFrom(...ROUTES)
      .chain((route) => fc.record({ route: fc.constant(route), body: bodyFor(route) }));
    const accept = fc.constantFrom("application/json", "text/event-stream");
    const group = fc.array(fc.tuple(request, accept), { minLength: TOGETHER, maxLength: TOGETHER });
    // One for each way of choosing tokens, of which each has a batch.
    const bystanders = [{}, { temperature: 1 }, { temperature: 0.8, ban: ["sea"] }].map((settings, seed) => ({
      ...{ n: 4, seed, label: "calm" },
      ...settings,
    }));
    const written = async (body: object) => (await bodyOf(GenerateReply, await server.post("generate", body))).texts;
    const alone: unknown[] = [];
    for (const body of bystanders) alone.push(await written(body));
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(group, async (requests) => {
        const answered = requests.map(async ([{ route, body }, accept]) => {
          const reply = await server.post(route, body, { headers: { accept } });
          statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
          expect([route, body, reply.status]).toEqual([route, body, reply.status === 422 ? 422 : 200]);
          await expectDocumented(operationOf(document, route), reply);
        });
        expect(await Promise.all(bystanders.map(written))).toEqual(alone);
        await Promise.all(answered);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    // Not for want of requests that reach the engine.
    expect(statuses.get(200)).toBeGreaterThan((RUNS * TOGETHER) / 3);
  });

  it("holds where numbers are at the ends of what is allowed", async () => {
    const far = [1e6, -1e6, 1e6, -1e6];
    const settings = [
      {},
      { temperature: 0.001 },
      { temperature: 5, top_k: 1 },
      { top_p: 1e-6 },
      { top_k: 1_000_000 },
      { require: ["sea"] },
      { ban: ["the"], temperature: 0.001 },
      { no_repeat: 1 },
      { prior_temperature: 5 },
      { prior_temperature: 5e-324, temperature: 0.001 },
    ];
    const replies = await Promise.all(
      settings.flatMap(({ prior_temperature, ...others }) => [
        server.post("generate", { n: 3, ...others, ...(prior_temperature && { prior_temperature }) }),
        server.post("decode", { codes: [far, far.map((value) => -value), [0, 0, 0, 0]], ...others }),
        server.post("neighbours", { code: far }),
      ]),
    );
    for (const reply of replies) expect([reply.status, await reply.text()]).toEqual([200, expect.anything()]);
  });
});
