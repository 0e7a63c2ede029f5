// How routes are described for the OpenAPI document: paths, bodies, replies, and every error they may end in.
import { createRoute, z } from "@hono/zod-openapi";
import { ErrorReply } from "../schemas.ts";

const ERRORS = {
  401: "a token is needed, and was not given or is not the right one",
  404: "there is no such model, or it has no corpus lines to search",
  413: "the body is too large",
  415: "the body is not application/json",
  421: "the request is for a host that this server does not answer to",
  422: "the request cannot be used: `message` says why, and `issues`, where it is given, which keys are wrong",
  429: "too many requests; `Retry-After` says when to come again",
  500: "something went wrong in the server",
  503: "not now: an inference process died, the model or its corpus lines are not ready, or the server is stopping",
  504: "the request took longer than a request may",
} as const;

type ErrorStatus = keyof typeof ERRORS;

const json = { "application/json": { schema: ErrorReply } };
const retryAfter = { "Retry-After": { description: "seconds", schema: { type: "integer" as const } } };

/** The error replies of a route, by status. */
function errorReplies<Status extends ErrorStatus>(...statuses: readonly Status[]) {
  const replies = statuses.map((status) => {
    const headers = status === 429 || status === 503 ? { headers: retryAfter } : {};
    return [status, { description: ERRORS[status], content: json, ...headers }];
  });
  return Object.fromEntries(replies) as Record<Status, { description: string; content: typeof json }>;
}

/** Any text, since an id that is none ends in 404 like one that is not known. */
const modelParameter = z.object({
  id: z.string().openapi({ param: { name: "id", in: "path" }, description: "the model's id", example: "verse" }),
});

const security = [{ bearer: [] }, {}];

interface Described {
  readonly summary: string;
  readonly description?: string;
}

/** A route that reads without a body: of all models, or of one where its path has an `{id}`. */
export function getRoute<const Path extends string, Reply extends z.ZodType, Query extends z.ZodObject>({
  path,
  reply,
  query,
  job = false,
  ...described
}: Described & { path: Path; reply: Reply; query: Query; job?: boolean }) {
  return createRoute({
    method: "get",
    path,
    ...described,
    tags: ["models"],
    security,
    request: { params: path.includes("{id}") ? modelParameter : z.object({}), query },
    responses: {
      200: { description: "the answer", content: { "application/json": { schema: reply } } },
      ...errorReplies(401, 404, 421, 422, 429, 500),
      ...(path.includes("{id}") && errorReplies(503)),
      ...(job && errorReplies(504)),
    },
  });
}

/** A route that has the model work, and answers when all is done. */
export function jobRoute<const Name extends string, Request extends z.ZodType, Reply extends z.ZodType>({
  name,
  request,
  reply,
  ...described
}: Described & { name: Name; request: Request; reply: Reply }) {
  return createRoute({
    method: "post",
    path: `/v1/models/{id}/${name}` as const,
    ...described,
    tags: ["work"],
    security,
    request: {
      params: modelParameter,
      query: z.strictObject({}),
      body: { required: true, content: { "application/json": { schema: request } } },
    },
    responses: {
      200: { description: "the answer", content: { "application/json": { schema: reply } } },
      ...errorReplies(401, 404, 413, 415, 421, 422, 429, 500, 503, 504),
    },
  });
}

const STREAM =
  "Events, for `Accept: text/event-stream`: `text` with a `WrittenText` as each is ready, in order; then `done` with the reply but for its " +
  "texts, or `error` with an `ErrorReply`. What is refused before the first text is a plain reply with a status of its own.";

/** A route that has the model write texts, and can send each as soon as it is ready. */
export function writeRoute<const Name extends string, Request extends z.ZodType, Reply extends z.ZodType>(
  described: Described & { name: Name; request: Request; reply: Reply },
) {
  const route = jobRoute(described);
  return createRoute({
    ...route,
    responses: {
      ...route.responses,
      200: {
        description: "the texts",
        content: {
          "application/json": { schema: described.reply },
          "text/event-stream": { schema: z.string().openapi({ description: STREAM }) },
        },
      },
    },
  });
}
