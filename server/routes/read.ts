// Routes under which a model reads: codes of texts, what it knows of them, and what lies around a code.
import { z } from "@hono/zod-openapi";
import type { App, Services } from "../context.ts";
import type { Job } from "../inference/jobs.ts";
import { modelOf, mustHaveIndex, numbersOf, runJob } from "../request-job.ts";
import {
  EncodeReply,
  EncodeRequest,
  InspectReply,
  InspectRequest,
  MapReply,
  NeighboursReply,
  NeighboursRequest,
} from "../schemas.ts";
import { getRoute, jobRoute } from "./describe.ts";
import { integerQuery } from "./query.ts";

/** Points of a map, at most. */
const MOST_POINTS = 5_000;

export function addReadRoutes(app: App, services: Services): void {
  app.openapi(
    jobRoute({ name: "encode", summary: "The codes of texts", request: EncodeRequest, reply: EncodeReply }),
    async (c) => {
      const { texts, format } = c.req.valid("json");
      const model = await modelOf(c, services);
      const { result, reply, inputs } = await runJob(c, services, model, { kind: "encode", texts });
      const codes = (result.codes ?? []).map((code) => (format === "float" ? numbersOf(code) : base64(code)));
      return c.json({ ...reply, inputs, latent: model.summary.latent, codes }, 200);
    },
  );

  app.openapi(
    jobRoute({
      name: "inspect",
      summary: "How the model reads texts: tokens, unknown words, what is too long",
      request: InspectRequest,
      reply: InspectReply,
    }),
    async (c) => {
      const { texts } = c.req.valid("json");
      const { reply, inputs } = await runJob(c, services, await modelOf(c, services), { kind: "inspect", texts });
      return c.json({ ...reply, inputs }, 200);
    },
  );

  app.openapi(
    jobRoute({
      name: "neighbours",
      summary: "The corpus lines whose codes are nearest to that of a text",
      description:
        "Of a `text` or a `code`. 503 `index_not_ready` while the corpus is being encoded, 404 `no_index` where it is not to be had.",
      request: NeighboursRequest,
      reply: NeighboursReply,
    }),
    async (c) => {
      const job: Job = { kind: "neighbours", ...c.req.valid("json") };
      const model = await modelOf(c, services);
      mustHaveIndex(model, services);
      const { result, reply, inputs } = await runJob(c, services, model, job);
      const neighbours = (result.neighbours ?? []).map(({ text, distance, label }) => ({
        text,
        distance,
        ...(label !== undefined && { label }),
      }));
      const { of = 0, complete = false } = result;
      return c.json({ ...reply, inputs, of, complete, neighbours }, 200);
    },
  );

  app.openapi(
    getRoute({
      path: "/v1/models/{id}/map",
      summary: "Corpus lines on the plane in which codes vary most",
      description: "503 `index_not_ready` while the corpus is being encoded, 404 `no_index` where it is not to be had.",
      query: z.strictObject({
        points: integerQuery("points", { least: 1, most: MOST_POINTS, default: 1_500, description: "lines, at most" }),
      }),
      reply: MapReply,
      job: true,
    }),
    async (c) => {
      const { points } = c.req.valid("query");
      const model = await modelOf(c, services);
      mustHaveIndex(model, services);
      const { result } = await runJob(c, services, model, { kind: "map", points });
      const { map, of = 0 } = result;
      if (map === undefined) throw new Error("The pool gave no map for a job of this kind.");
      const [x, y] = map.axes;
      return c.json(
        {
          model: model.ref.id,
          of,
          mean: numbersOf(map.mean),
          axes: [numbersOf(x), numbersOf(y)] as [number[], number[]],
          explained: [...map.explained] as [number, number],
          points: map.points.map(({ label, ...point }) => ({ ...point, ...(label !== undefined && { label }) })),
        },
        200,
      );
    },
  );
}

/** Little-endian float32, as every machine lays them out that Node's tensor libraries run on. */
function base64(code: Float32Array): string {
  return Buffer.from(code.buffer, code.byteOffset, code.byteLength).toString("base64");
}
