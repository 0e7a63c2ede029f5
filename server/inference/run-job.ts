// Does one job on a model: which codes, and the texts of them.
import { InputError, NonFiniteError } from "../../src/errors.ts";
import { arithmeticCodes } from "../../src/latent/arithmetic.ts";
import { gridCodes } from "../../src/latent/grid.ts";
import { interpolateCodes } from "../../src/latent/interpolate.ts";
import { priorCodes } from "../../src/latent/prior.ts";
import { similarCodes } from "../../src/latent/similar.ts";
import type { InputReport, Item, Job, JobResult, MapPoint, WriteSettings } from "./jobs.ts";
import type { ServedModel } from "./served-model.ts";

/** Codes of texts hold no number of this size. */
const FAR = 100;

type Result = Omit<JobResult, "queueMs" | "computeMs">;

/** What a job does with its items as they come, and how it is ended early. */
export interface JobContext {
  readonly signal: AbortSignal;
  readonly onItem: (item: Item) => void;
}

/** @throws InputError for what the model cannot take, IndexNotReadyError, the signal's reason */
export async function runJob(served: ServedModel, job: Job, context: JobContext): Promise<Result> {
  const { model } = served;
  const writing = (codes: Float32Array[], write: WriteSettings): Promise<Item[]> =>
    writeTexts(served, codes, write, context);
  switch (job.kind) {
    case "generate": {
      const { n: count, priorTemperature: temperature, write } = job;
      const codes = [...priorCodes(model.info.latent, { seed: write.seed, count, temperature })];
      return { items: await writing(codes, job.write), inputs: [] };
    }
    case "decode": {
      const codes = job.codes.map((code) => Float32Array.from(code));
      try {
        return { items: await writing(codes, job.write), inputs: [] };
      } catch (cause) {
        // Of codes that are no further away than those of texts, it would be the model's fault.
        if (!(cause instanceof NonFiniteError && codes.some((code) => code.some((value) => Math.abs(value) > FAR))))
          throw cause;
        throw new InputError(
          `The codes lead to numbers that are not finite; expected codes like those of texts, of numbers below ${FAR}.`,
          { cause },
        );
      }
    }
    case "reconstruct": {
      const { codes, inputs } = await read(served, job.texts);
      return { items: await writing(codes, job.write), inputs };
    }
    case "interpolate": {
      const { codes, inputs } = await read(served, [job.from, job.to]);
      const [from, to] = codes as [Float32Array, Float32Array];
      return { items: await writing(interpolateCodes(from, to, job), job.write), inputs };
    }
    case "grid": {
      const { codes, inputs } = await read(served, job.corners);
      const corners = codes as [Float32Array, Float32Array, Float32Array, Float32Array];
      return { items: await writing(gridCodes(corners, job), job.write), inputs };
    }
    case "similar": {
      const { codes, inputs } = await read(served, [job.text]);
      const { n, similarity } = job;
      const near = similarCodes(codes[0] as Float32Array, { n, similarity, seed: job.write.seed });
      return { items: await writing(near, job.write), inputs };
    }
    case "arithmetic": {
      const { codes, inputs } = await read(served, [job.text, ...job.plus, ...job.minus]);
      const [code, ...examples] = codes as [Float32Array, ...Float32Array[]];
      const [plus, minus] = [examples.slice(0, job.plus.length), examples.slice(job.plus.length)];
      return { items: await writing(arithmeticCodes(code, plus, minus, [...job.strengths]), job.write), inputs };
    }
    case "encode": {
      const { codes, inputs } = await read(served, job.texts);
      return { items: [], inputs, codes };
    }
    case "inspect":
      return { items: [], inputs: job.texts.map((text) => inspect(served, text)) };
    case "neighbours":
      return nearest(served, job);
    case "map":
      return mapOf(served, job.points);
  }
}

async function read(served: ServedModel, texts: readonly string[]) {
  return { codes: await served.encode(texts), inputs: texts.map((text) => inspect(served, text)) };
}

function inspect({ model }: ServedModel, text: string): InputReport {
  const { tokens, unknown, truncated } = model.describe(text);
  return { text, tokens, unknown, truncated };
}

async function writeTexts(
  { model }: ServedModel,
  codes: Float32Array[],
  { returnCodes, maxLength, ...settings }: WriteSettings,
  { signal, onItem }: JobContext,
): Promise<Item[]> {
  const items: Item[] = [];
  const options = { ...settings, signal, ...(maxLength !== undefined && { maxLength }) };
  for await (const { index, text, tokens, finished } of model.decodeEach(codes, options)) {
    const item = { index, text, tokens, finished, ...(returnCodes && { code: codes[index] as Float32Array }) };
    items.push(item);
    onItem(item);
  }
  return items;
}

async function nearest(served: ServedModel, { text, code, n }: Extract<Job, { kind: "neighbours" }>): Promise<Result> {
  const index = await served.index();
  const { codes, inputs } = text === undefined ? { codes: [], inputs: [] } : await read(served, [text]);
  const wanted = codes[0] ?? Float32Array.from(code ?? []);
  const neighbours = index
    .nearest(wanted, n)
    .map(({ text: line, distance, label }) => ({ text: line, distance, ...(label !== undefined && { label }) }));
  return { items: [], inputs, neighbours, of: index.size, complete: index.complete };
}

/** The plane of most variance, and some of the corpus on it, spread over the whole of it. */
async function mapOf(served: ServedModel, points: number): Promise<Result> {
  const index = await served.index();
  const { latent, size, codes } = index;
  const plane = await served.plane();
  const count = Math.min(points, size);
  const at = (line: number): MapPoint => {
    let [x, y] = [0, 0];
    for (let k = 0; k < latent; k++) {
      const centred = (codes[line * latent + k] as number) - (plane.mean[k] as number);
      x += centred * (plane.axes[0][k] as number);
      y += centred * (plane.axes[1][k] as number);
    }
    const { text, label } = index.lines[line] as { text: string; label?: string };
    return { x, y, text, ...(label !== undefined && { label }) };
  };
  const chosen = Array.from({ length: count }, (_, i) => at(Math.floor((i * size) / count)));
  return { items: [], inputs: [], map: { ...plane, points: chosen }, of: size };
}
