// Routes that tell of the models: which there are, what each is, and how one that trains is doing.
import { z } from "@hono/zod-openapi";
import { isHeld } from "../../src/run/lock.ts";
import type { App, Services } from "../context.ts";
import { flat } from "../model-facts.ts";
import { modelOf } from "../request-job.ts";
import { ModelDetails, ModelList, TrainingReply } from "../schemas.ts";
import { getRoute } from "./describe.ts";
import { integerQuery } from "./query.ts";

export function addModelRoutes(app: App, services: Services): void {
  const { registry, ensureIndex, deadline } = services;

  app.openapi(
    getRoute({
      path: "/v1/models",
      summary: "The models that are served",
      query: z.strictObject({}),
      reply: ModelList,
    }),
    async (c) => c.json({ models: (await registry.list()).map(({ summary }) => summary) }, 200),
  );

  app.openapi(
    getRoute({
      path: "/v1/models/{id}",
      summary: "A model: settings, corpus, measured quality, limits",
      query: z.strictObject({}),
      reply: ModelDetails,
    }),
    async (c) => {
      const model = await modelOf(c, services, { watch: true });
      const details = await registry.details(model);
      const neighbours = model.facts.hasWeights ? ensureIndex(model.ref).state : "unavailable";
      return c.json({ ...details, neighbours, limits: { ...details.limits, deadline } }, 200);
    },
  );

  app.openapi(
    getRoute({
      path: "/v1/models/{id}/training",
      summary: "Reports of a run, also while it trains",
      query: z.strictObject({
        since: integerQuery("since", {
          least: 0,
          most: Number.MAX_SAFE_INTEGER,
          default: 0,
          description: "only reports of later steps",
        }),
      }),
      reply: TrainingReply,
    }),
    async (c) => {
      const { since } = c.req.valid("query");
      const { ref } = await modelOf(c, services, { watch: true });
      const lines = await registry.journals.metrics(ref.path);
      return c.json(
        {
          model: ref.id,
          status: isHeld(ref.path) ? ("training" as const) : ("stopped" as const),
          step: stepOf(lines.at(-1)),
          reports: lines.filter((line) => stepOf(line) > since).map(flat),
          panel: await registry.journals.panel(ref.path),
        },
        200,
      );
    },
  );
}

function stepOf(report: { readonly [key: string]: unknown } | undefined): number {
  return Number.isSafeInteger(report?.step) ? Number(report?.step) : 0;
}
