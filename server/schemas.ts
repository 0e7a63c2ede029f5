// The API's requests and replies as schemas: validation, types and the OpenAPI document all come from here.
import { z } from "@hono/zod-openapi";
import { LEAST_TEMPERATURE, LEAST_TOP_P } from "../src/model/decoding/options.ts";
import { TOKENIZER_KINDS } from "../src/text/tokenizer.ts";

/** What a request may ask for at most; `GET /v1/models/{id}` tells them. */
export const LIMITS = {
  /** Bytes of a request's body. */
  body: 256 * 1_024,
  /** Characters of one text. */
  text: 2_000,
  /** Texts of one request, given or written. */
  texts: 64,
  /** Points of a path. */
  steps: 64,
  /** Rows and columns of a grid. */
  grid: 12,
  /** Sentences on either side of an arithmetic. */
  examples: 16,
  /** Nearest corpus lines. */
  neighbours: 50,
  /** Words or phrases banned, or required; characters of one. */
  wishes: 32,
  wish: 100,
  /** Characters of a label. */
  label: 1_000,
  /** Size of a number of a code, either sign: codes of texts seldom hold one of 5, and what overflows within a model is of no use. */
  code: 1_000_000,
} as const;

export const MODEL_ID_LENGTH = 64;
/** Ids of models: names of run folders in letters of any script, never paths. */
export const MODEL_ID = new RegExp(`^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}._-]{0,${MODEL_ID_LENGTH - 1}}$`, "u");

const text = z.string().min(1).max(LIMITS.text).openapi({ example: "the sea is calm tonight" });
const texts = z.array(text).min(1).max(LIMITS.texts);
const count = z.int().min(1).max(LIMITS.texts);
const path = z
  .enum(["linear", "spherical"])
  .default("linear")
  .openapi({ description: "along a straight line, or an arc that keeps the norm" });
const numbersOfCode = { description: "a code: as many numbers as the model has latent dimensions" };
const code = z.array(z.number()).min(1).max(4_096).openapi(numbersOfCode);
const givenCode = z.array(z.number().min(-LIMITS.code).max(LIMITS.code)).min(1).max(4_096).openapi(numbersOfCode);

const wishes = z.array(z.string().min(1).max(LIMITS.wish)).max(LIMITS.wishes).optional();
const clauseTokens = z.int().min(1).max(64);
const clauseLengths = z.tuple([clauseTokens, clauseTokens]).superRefine(([shortest, longest], { addIssue }) => {
  if (longest >= shortest) return;
  addIssue({ code: "too_small", origin: "number", minimum: shortest, inclusive: true, input: longest, path: [1] });
});
const form = z
  .strictObject({
    clauses: z.int().min(1).max(64),
    length: z
      .union([clauseTokens, clauseLengths], { error: "expected [shortest, longest] or one whole number" })
      .openapi({ description: "tokens of a clause, its mark not counted; [5, 8]: from five to eight" }),
    marks: z
      .array(z.string().min(1).max(8))
      .min(1)
      .max(8)
      .optional()
      .openapi({ description: "what closes the clauses, in turn; ， and 。 if none are given" }),
  })
  .optional()
  .openapi({ description: "a form of verse: so many clauses of so many tokens", example: { clauses: 4, length: 5 } });

const label = z.string().min(1).max(LIMITS.label);

/** How texts are written: greedily where none of temperature, top_k and top_p is given. */
const write = {
  temperature: z
    .number()
    .min(LEAST_TEMPERATURE)
    .max(5)
    .optional()
    .openapi({ description: "draw tokens from p^(1/temperature); greedy without" }),
  top_k: z.int().min(1).max(1_000_000).optional().openapi({ description: "draw among the k likeliest tokens" }),
  top_p: z
    .number()
    .min(LEAST_TOP_P)
    .max(1)
    .optional()
    .openapi({ description: "draw among the likeliest tokens of this share" }),
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional()
    .openapi({ description: "the same seed gives the same texts; the reply tells the one used" }),
  max_length: z
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .openapi({ description: "most tokens of a text; at most the model's own" }),
  ban: wishes.openapi({ description: "words or phrases that are never written, as the model spells them" }),
  require: wishes.openapi({ description: "words or phrases that every text holds" }),
  no_repeat: z.int().min(1).max(64).optional().openapi({ description: "no run of this many tokens twice in a text" }),
  form,
  label: label.optional().openapi({ description: "a label of a conditional model; any, where none is given" }),
  return_codes: z.boolean().default(false).openapi({ description: "give the code beside each text" }),
};

export const GenerateRequest = z
  .strictObject({
    n: count.default(8),
    prior_temperature: z
      .number()
      .gt(0)
      .max(5)
      .optional()
      .openapi({ description: "draw codes from N(0, t²I): below 1 more usual texts; 1 without" }),
    ...write,
  })
  .openapi("GenerateRequest");

export const InterpolateRequest = z
  .strictObject({ from: text, to: text, steps: z.int().min(2).max(LIMITS.steps).default(8), path, ...write })
  .openapi("InterpolateRequest");

export const GridRequest = z
  .strictObject({
    corners: z
      .tuple([text, text, text, text])
      .openapi({ description: "top left, top right, bottom left, bottom right" }),
    rows: z.int().min(2).max(LIMITS.grid).default(5),
    columns: z.int().min(2).max(LIMITS.grid).default(5),
    ...write,
  })
  .openapi("GridRequest");

export const EncodeRequest = z
  .strictObject({
    texts,
    format: z.enum(["float", "base64"]).default("float").openapi({ description: "base64: little-endian float32" }),
  })
  .openapi("EncodeRequest");

export const DecodeRequest = z
  .strictObject({ codes: z.array(givenCode).min(1).max(LIMITS.texts), ...write })
  .openapi("DecodeRequest");

export const ReconstructRequest = z.strictObject({ texts, ...write }).openapi("ReconstructRequest");

const { label: _, ...writeWithoutLabel } = write;

export const TransferRequest = z
  .strictObject({
    texts,
    to: label.openapi({ description: "the label that the texts are given" }),
    ...writeWithoutLabel,
  })
  .openapi("TransferRequest");

export const SimilarRequest = z
  .strictObject({
    text,
    n: count.default(8),
    similarity: z
      .number()
      .min(0)
      .max(1)
      .default(0.8)
      .openapi({ description: "s in √s·z + √(1−s)·ε, which keeps the norm a code of the prior has" }),
    ...write,
  })
  .openapi("SimilarRequest");

export const NeighboursRequest = z
  .strictObject({
    text: text.optional(),
    code: givenCode.optional(),
    n: z.int().min(1).max(LIMITS.neighbours).default(8),
  })
  .refine((given) => (given.text === undefined) !== (given.code === undefined), "expected either a text or a code")
  .openapi("NeighboursRequest");

export const ArithmeticRequest = z
  .strictObject({
    text,
    plus: z.array(text).min(1).max(LIMITS.examples).openapi({ description: "examples of what the text is to become" }),
    minus: z.array(text).min(1).max(LIMITS.examples).openapi({ description: "examples of what it is to leave" }),
    strengths: z
      .array(z.number().min(-4).max(4))
      .min(1)
      .max(16)
      .default([0, 0.5, 1, 1.5, 2])
      .openapi({ description: "texts of z + strength · (mean of plus − mean of minus)" }),
    ...write,
  })
  .openapi("ArithmeticRequest");

export const InspectRequest = z.strictObject({ texts }).openapi("InspectRequest");

/** A text that the model wrote. */
export const WrittenText = z
  .object({
    index: z.int(),
    text: z.string(),
    tokens: z.int(),
    finish_reason: z.enum(["eos", "length"]).openapi({ description: "the text came to its end, or was cut" }),
    code: code.optional(),
  })
  .openapi("WrittenText");

/** What the model read of a text that was given. */
export const InputText = z
  .object({
    text: z.string(),
    tokens: z.int(),
    unknown: z.array(z.string()).openapi({ description: "words that the model does not know" }),
    truncated: z.boolean().openapi({ description: "longer than the model reads: its end was left out" }),
  })
  .openapi("InputText");

export const Timings = z
  .object({
    queue_ms: z.number().openapi({ description: "until an inference process took it" }),
    compute_ms: z.number(),
    total_ms: z.number(),
  })
  .openapi("Timings");

const reply = { model: z.string(), timings: Timings };
const written = { ...reply, seed: z.int(), texts: z.array(WrittenText) };
const inputs = z.array(InputText);

export const GenerateReply = z.object(written).openapi("GenerateReply");
/** Of reconstruct, transfer and similar: what was read, and what was written, in order. */
export const RewriteReply = z.object({ ...written, inputs }).openapi("RewriteReply");
export const InterpolateReply = z
  .object({ ...written, inputs, path: z.enum(["linear", "spherical"]) })
  .openapi("InterpolateReply", { description: "the first and the last text are the reconstructions of the inputs" });
export const GridReply = z
  .object({ ...written, inputs, rows: z.int(), columns: z.int() })
  .openapi("GridReply", { description: "texts in row-major order" });
export const ArithmeticReply = z
  .object({ ...written, inputs, strengths: z.array(z.number()) })
  .openapi("ArithmeticReply");
export const EncodeReply = z
  .object({
    ...reply,
    inputs,
    latent: z.int(),
    codes: z
      .array(z.union([z.array(z.number()), z.string()]))
      .openapi({ description: "all numbers, or all base64 where `format` asks for it" }),
  })
  .openapi("EncodeReply");
export const InspectReply = z.object({ ...reply, inputs }).openapi("InspectReply");
export const NeighboursReply = z
  .object({
    ...reply,
    inputs,
    of: z.int().openapi({ description: "corpus lines that were searched" }),
    complete: z.boolean().openapi({
      description: "whether these are all distinct lines that the model can read whole, and not a sample of them",
    }),
    neighbours: z.array(
      z.object({
        text: z.string(),
        distance: z.number().openapi({ description: "Euclidean, between codes" }),
        label: z.string().optional(),
      }),
    ),
  })
  .openapi("NeighboursReply");

export const MapReply = z
  .object({
    model: z.string(),
    of: z.int().openapi({ description: "corpus lines that the plane was fitted to" }),
    mean: code,
    axes: z
      .tuple([code, code])
      .openapi({ description: "two orthonormal directions: x = (z − mean)·axes[0], y = (z − mean)·axes[1]" }),
    explained: z.tuple([z.number(), z.number()]).openapi({ description: "shares of the variance along them" }),
    points: z.array(z.object({ x: z.number(), y: z.number(), text: z.string(), label: z.string().optional() })),
  })
  .openapi("MapReply");

const numbers = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]));

export const TrainingReply = z
  .object({
    model: z.string(),
    status: z.enum(["training", "stopped"]),
    step: z.int(),
    reports: z.array(numbers).openapi({ description: "lines of metrics.jsonl after `since`" }),
    panel: z
      .array(z.object({ text: z.string(), original: z.string().optional(), label: z.string().optional() }))
      .openapi({ description: "the fixed panel at the last report" }),
  })
  .openapi("TrainingReply");

export const ModelSummary = z
  .object({
    id: z.string(),
    status: z.enum(["ready", "training"]).openapi({ description: "training: it has no weights to use yet" }),
    corpus: z.array(z.string()),
    parameters: z.int(),
    vocabulary: z.int(),
    latent: z.int(),
    max_length: z.int(),
    trained_at: z.string().optional(),
  })
  .openapi("ModelSummary");

export const ModelDetails = ModelSummary.extend({
  settings: z.record(z.string(), z.unknown()),
  tokenizer: z
    .enum(TOKENIZER_KINDS)
    .optional()
    .openapi({ description: "what texts are read by; among the settings it may be `auto`" }),
  quality: numbers.optional().openapi({ description: "the newest dev report that was the best" }),
  labels: z.array(z.string()).openapi({ description: "what `label` and `to` may be; none for a model without" }),
  neighbours: z
    .enum(["ready", "building", "unavailable"])
    .openapi({ description: "whether nearest corpus lines and the map can be asked for" }),
  examples: z.array(z.string()).openapi({ description: "sentences of the kind that it knows" }),
  limits: z.record(z.string(), z.number()),
}).openapi("ModelDetails");

export const ModelList = z.object({ models: z.array(ModelSummary) }).openapi("ModelList");

export const ErrorReply = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      issues: z
        .array(z.object({ path: z.string(), message: z.string() }))
        .optional()
        .openapi({ description: "which keys of the request are wrong; not told where `message` alone says what is" }),
    }),
  })
  .openapi("ErrorReply");

export type GenerateRequest = z.input<typeof GenerateRequest>;
export type InterpolateRequest = z.input<typeof InterpolateRequest>;
export type GridRequest = z.input<typeof GridRequest>;
export type EncodeRequest = z.input<typeof EncodeRequest>;
export type DecodeRequest = z.input<typeof DecodeRequest>;
export type ReconstructRequest = z.input<typeof ReconstructRequest>;
export type TransferRequest = z.input<typeof TransferRequest>;
export type SimilarRequest = z.input<typeof SimilarRequest>;
export type NeighboursRequest = z.input<typeof NeighboursRequest>;
export type ArithmeticRequest = z.input<typeof ArithmeticRequest>;
export type InspectRequest = z.input<typeof InspectRequest>;
export type WrittenText = z.output<typeof WrittenText>;
export type InputText = z.output<typeof InputText>;
export type GenerateReply = z.output<typeof GenerateReply>;
export type RewriteReply = z.output<typeof RewriteReply>;
export type InterpolateReply = z.output<typeof InterpolateReply>;
export type GridReply = z.output<typeof GridReply>;
export type ArithmeticReply = z.output<typeof ArithmeticReply>;
export type EncodeReply = z.output<typeof EncodeReply>;
export type InspectReply = z.output<typeof InspectReply>;
export type NeighboursReply = z.output<typeof NeighboursReply>;
export type MapReply = z.output<typeof MapReply>;
export type TrainingReply = z.output<typeof TrainingReply>;
export type ModelSummary = z.output<typeof ModelSummary>;
export type ModelDetails = z.output<typeof ModelDetails>;
export type ModelList = z.output<typeof ModelList>;
export type ErrorReply = z.output<typeof ErrorReply>;
