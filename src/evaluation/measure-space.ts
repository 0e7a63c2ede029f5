// The part of an evaluation that is about the space of codes: the prior, neighbourhoods, and the ways between codes.
import { drawnCodes, noiseOfRun } from "../model/code-noise.ts";
import { RandomStream } from "../random.ts";
import type { EncodedLines, EvaluationContext } from "./context.ts";
import type { SentenceEmbedder } from "./embeddings.ts";
import { interpolationFigures, type TextPath } from "./interpolation.ts";
import type { KneserNey } from "./kneser-ney.ts";
import { distinctPlaces, samplePlaces, selectLines } from "./lines.ts";
import { neighbourhood } from "./neighbourhood.ts";
import { priorMatch } from "./prior-match.ts";
import { describeDecoding } from "./report/decoding.ts";
import type { Report } from "./report/report.ts";

/** Sentences whose neighbours are looked at, and paths that are walked, at most. */
const NEIGHBOURHOOD_TEXTS = 3_000;
const PATHS = 200;

export type MeasuredSpace = Pick<Report, "priorMatch" | "neighbourhood" | "interpolation"> & {
  readonly paths: readonly TextPath[];
  /** The codes that were held against the prior. */
  readonly compared: readonly Float32Array[];
};

export async function measureSpace(
  { model, seed, stages, note, signal }: EvaluationContext,
  { lines, codes, variances }: EncodedLines,
  { embedder, languageModel }: { readonly embedder: SentenceEmbedder; readonly languageModel: KneserNey | undefined },
): Promise<MeasuredSpace> {
  const { config } = model.info;
  const { prior: kind } = config;
  const noise = noiseOfRun(config, model.codeNoise);
  const random = RandomStream.named(seed, "code-noise");
  const compared = drawnCodes({ codes, variances }, { noise, sphere: kind === "sphere" }, random);
  const match = await stages.run("compare codes with the prior", () => ({
    ...priorMatch(compared, { kind, seed, means: codes }),
    noise: noise !== undefined || variances !== undefined,
  }));
  if (config.latentNoise > 0 && !noise) {
    note(
      "The run is of before the noise on whitened codes was kept: codes of texts are held against the prior without it, and are narrower by its variance.",
    );
  }
  // The same sentence twice has the same code twice: its neighbour would prove nothing.
  const distinct = distinctPlaces(lines);
  const places = Array.from(
    samplePlaces(distinct.length, NEIGHBOURHOOD_TEXTS, seed, "neighbourhood"),
    (i) => distinct[i] as number,
  );
  const { ids } = selectLines(lines, places);
  const near = places.map((i) => codes[i] as Float32Array);
  const neighbours = await stages.run("look at neighbourhoods", () =>
    neighbourhood(ids, near, embedder.embed(ids), { seed }),
  );
  const pairs = Array.from(
    { length: Math.min(PATHS, Math.floor(near.length / 2)) },
    (_, i) => [near[2 * i] as Float32Array, near[2 * i + 1] as Float32Array] as const,
  );
  const { figures, paths } = await stages.run("interpolate", (told) =>
    interpolationFigures(pairs, { model, languageModel, signal, onProgress: told }),
  );
  return {
    priorMatch: match,
    neighbourhood: neighbours,
    interpolation: { ...figures, seed, decoding: describeDecoding({}) },
    paths,
    compared,
  };
}
