// A typed client of the API, for browsers and Node: no dependency, and nothing of the server but its types.
import { readEvents } from "./event-stream.ts";
import type {
  ArithmeticReply,
  ArithmeticRequest,
  DecodeRequest,
  EncodeReply,
  EncodeRequest,
  ErrorReply,
  GenerateReply,
  GenerateRequest,
  GridReply,
  GridRequest,
  InspectReply,
  InspectRequest,
  InterpolateReply,
  InterpolateRequest,
  MapReply,
  ModelDetails,
  ModelList,
  NeighboursReply,
  NeighboursRequest,
  ReconstructRequest,
  RewriteReply,
  SimilarRequest,
  TrainingReply,
  TransferRequest,
  WrittenText,
} from "./schemas.ts";

export type * from "./schemas.ts";

export interface ClientOptions {
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
  /** In place of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

export interface CallOptions {
  /** Aborts the request; the server then stops writing. */
  readonly signal?: AbortSignal | undefined;
}

/** What a stream ends with: the reply without its texts, which have come one by one. */
export type Done<Reply> = Omit<Reply, "texts">;

/** Texts as soon as they are ready, in order; what the generator returns is the rest of the reply. */
export type Texts<Reply> = AsyncGenerator<WrittenText, Done<Reply>, undefined>;

/** An {@link EncodeReply} whose codes are all of the kind that was asked for. */
export type Encoded<Code> = Omit<EncodeReply, "codes"> & { codes: Code[] };

/** The server refused, or failed. */
export class ApiError extends Error {
  override name = "ApiError";
  /** HTTP status; 200 where the error came in a stream that had begun. */
  readonly status: number;
  /** What it is, for programs: `overloaded`, `unknown_model`, `invalid`, … */
  readonly code: string;
  /** Which keys of the request are wrong, each by its path; empty where the message alone tells what is. */
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  /** Seconds after which it is worth trying again. */
  readonly retryAfter: number | undefined;

  constructor(status: number, { code, message, issues = [] }: ErrorReply["error"], retryAfter?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.issues = issues;
    this.retryAfter = retryAfter;
  }
}

/** One model of a server. All calls throw {@link ApiError} for replies that are not 2xx. */
export interface ModelClient {
  readonly id: string;
  details(options?: CallOptions): Promise<ModelDetails>;
  generate(request?: GenerateRequest, options?: CallOptions): Promise<GenerateReply>;
  generateEach(request?: GenerateRequest, options?: CallOptions): Texts<GenerateReply>;
  /** The first and the last text are the reconstructions of `from` and `to`. */
  interpolate(request: InterpolateRequest, options?: CallOptions): Promise<InterpolateReply>;
  interpolateEach(request: InterpolateRequest, options?: CallOptions): Texts<InterpolateReply>;
  /** Texts in row-major order. */
  grid(request: GridRequest, options?: CallOptions): Promise<GridReply>;
  gridEach(request: GridRequest, options?: CallOptions): Texts<GridReply>;
  /** Codes as numbers, which `decode` takes as they are. */
  encode(request: EncodeRequest & { format?: "float" | undefined }, options?: CallOptions): Promise<Encoded<number[]>>;
  /** Codes as base64 of little-endian float32. */
  encode(request: EncodeRequest & { format: "base64" }, options?: CallOptions): Promise<Encoded<string>>;
  encode(request: EncodeRequest, options?: CallOptions): Promise<EncodeReply>;
  decode(request: DecodeRequest, options?: CallOptions): Promise<GenerateReply>;
  decodeEach(request: DecodeRequest, options?: CallOptions): Texts<GenerateReply>;
  reconstruct(request: ReconstructRequest, options?: CallOptions): Promise<RewriteReply>;
  reconstructEach(request: ReconstructRequest, options?: CallOptions): Texts<RewriteReply>;
  /** Each text again with another label, by a conditional model. */
  transfer(request: TransferRequest, options?: CallOptions): Promise<RewriteReply>;
  transferEach(request: TransferRequest, options?: CallOptions): Texts<RewriteReply>;
  similar(request: SimilarRequest, options?: CallOptions): Promise<RewriteReply>;
  similarEach(request: SimilarRequest, options?: CallOptions): Texts<RewriteReply>;
  arithmetic(request: ArithmeticRequest, options?: CallOptions): Promise<ArithmeticReply>;
  arithmeticEach(request: ArithmeticRequest, options?: CallOptions): Texts<ArithmeticReply>;
  neighbours(request: NeighboursRequest, options?: CallOptions): Promise<NeighboursReply>;
  inspect(request: InspectRequest, options?: CallOptions): Promise<InspectReply>;
  /** At most `points` corpus lines on the plane in which codes vary most. */
  map(points?: number, options?: CallOptions): Promise<MapReply>;
  /** Reports after the step `since`, and the panel at the newest. */
  training(since?: number, options?: CallOptions): Promise<TrainingReply>;
}

export interface Client {
  models(options?: CallOptions): Promise<ModelList>;
  model(id: string): ModelClient;
}

/**
 * A client of the server at `baseUrl`, by default the one that served the page.
 * @example
 * const model = client("http://127.0.0.1:8080").model("verse");
 * const { texts } = await model.interpolate({ from: "the sea is calm", to: "a storm is near", steps: 5 });
 */
export function client(baseUrl = "", { token, fetch }: ClientOptions = {}): Client {
  const base = `${baseUrl.replace(/\/+$/, "")}/v1/models`;
  const send = fetch ?? ((...given: Parameters<typeof globalThis.fetch>) => globalThis.fetch(...given));

  async function call(path: string, accept: string, { signal }: CallOptions, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = { accept };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    const reply = await send(base + path, {
      headers,
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    if (!reply.ok) throw await errorOf(reply);
    return reply;
  }

  async function json<Reply>(path: string, options: CallOptions = {}, body?: unknown): Promise<Reply> {
    return (await (await call(path, "application/json", options, body)).json()) as Reply;
  }

  async function* each<Reply>(path: string, body: unknown, options: CallOptions = {}): Texts<Reply> {
    const reply = await call(path, "text/event-stream", options, body);
    if (reply.body) {
      for await (const { event, data } of readEvents(reply.body)) {
        if (event === "text") yield JSON.parse(data) as WrittenText;
        else if (event === "done") return JSON.parse(data) as Done<Reply>;
        else if (event === "error") throw new ApiError(reply.status, (JSON.parse(data) as ErrorReply).error);
      }
    }
    throw new ApiError(reply.status, { code: "cut_off", message: "The reply ended before it was complete." });
  }

  function model(id: string): ModelClient {
    const path = `/${encodeURIComponent(id)}`;
    return {
      id,
      details: (options) => json(path, options),
      generate: (request = {}, options) => json(`${path}/generate`, options, request),
      generateEach: (request = {}, options) => each(`${path}/generate`, request, options),
      interpolate: (request, options) => json(`${path}/interpolate`, options, request),
      interpolateEach: (request, options) => each(`${path}/interpolate`, request, options),
      grid: (request, options) => json(`${path}/grid`, options, request),
      gridEach: (request, options) => each(`${path}/grid`, request, options),
      encode: <Reply>(request: EncodeRequest, options?: CallOptions) => json<Reply>(`${path}/encode`, options, request),
      decode: (request, options) => json(`${path}/decode`, options, request),
      decodeEach: (request, options) => each(`${path}/decode`, request, options),
      reconstruct: (request, options) => json(`${path}/reconstruct`, options, request),
      reconstructEach: (request, options) => each(`${path}/reconstruct`, request, options),
      transfer: (request, options) => json(`${path}/transfer`, options, request),
      transferEach: (request, options) => each(`${path}/transfer`, request, options),
      similar: (request, options) => json(`${path}/similar`, options, request),
      similarEach: (request, options) => each(`${path}/similar`, request, options),
      arithmetic: (request, options) => json(`${path}/arithmetic`, options, request),
      arithmeticEach: (request, options) => each(`${path}/arithmetic`, request, options),
      neighbours: (request, options) => json(`${path}/neighbours`, options, request),
      inspect: (request, options) => json(`${path}/inspect`, options, request),
      map: (points, options) => json(`${path}/map${points === undefined ? "" : `?points=${points}`}`, options),
      training: (since, options) => json(`${path}/training${since === undefined ? "" : `?since=${since}`}`, options),
    };
  }

  return { models: (options) => json("", options), model };
}

/** What a reply that is not 2xx says; it need not come from this server, but from a proxy before it. */
async function errorOf(reply: Response): Promise<ApiError> {
  const seconds = Number(reply.headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  const text = await reply.text();
  try {
    const { error } = JSON.parse(text) as Partial<ErrorReply>;
    if (typeof error?.message === "string") return new ApiError(reply.status, error, retryAfter);
  } catch {
    // Not JSON: the status is all there is to tell.
  }
  const message = `The server replied with ${reply.status} ${reply.statusText}`.trimEnd();
  return new ApiError(reply.status, { code: `http_${reply.status}`, message }, retryAfter);
}
