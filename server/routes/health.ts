// Signs of life for supervisors and Prometheus.
import { createRoute, z } from "@hono/zod-openapi";
import type { App, Services } from "../context.ts";
import { UnavailableError } from "../errors.ts";
import { ErrorReply } from "../schemas.ts";

const Status = z.object({ status: z.literal("ok") }).openapi("Status");
const ok = { description: "yes", content: { "application/json": { schema: Status } } };

export function addHealthRoutes(app: App, { pool, lifecycle, metrics }: Services): void {
  app.openapi(
    createRoute({
      method: "get",
      path: "/healthz",
      summary: "Whether the server is alive",
      tags: ["operation"],
      responses: { 200: ok },
    }),
    (c) => c.json({ status: "ok" as const }, 200),
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/readyz",
      summary: "Whether the server takes jobs",
      tags: ["operation"],
      responses: {
        200: ok,
        503: {
          description: "it is stopping, or its inference processes die again and again",
          content: { "application/json": { schema: ErrorReply } },
        },
      },
    }),
    (c) => {
      if (lifecycle.draining) throw new UnavailableError("The server is stopping.");
      if (!pool.ready) throw new UnavailableError("No inference process can be had at the moment.");
      return c.json({ status: "ok" as const }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: "get",
      path: "/metrics",
      summary: "Metrics in the text format of Prometheus",
      tags: ["operation"],
      security: [{ bearer: [] }, {}],
      responses: {
        200: { description: "the metrics", content: { "text/plain": { schema: z.string() } } },
        401: { description: "a token is needed", content: { "application/json": { schema: ErrorReply } } },
      },
    }),
    async (c) => {
      const { type, text } = await metrics.render();
      c.header("cache-control", "no-store");
      return c.text(text, 200, { "content-type": type });
    },
  );
}
