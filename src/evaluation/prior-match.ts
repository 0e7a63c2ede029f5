// How well the codes of real text fill the prior, each figure beside that of as many true draws.
import { ACTIVE_VARIANCE, gaussianDivergence, meanAndCovariance } from "../model/aggregate.ts";
import { fillPrior } from "../model/prior.ts";
import { RandomStream } from "../random.ts";
import { type CodeStatistics, codeStatistics } from "./code-statistics.ts";
import { type PriorKind, priorLaw } from "./prior-law.ts";
import {
  criticalKolmogorovSmirnov,
  kolmogorovSmirnov,
  slicedWasserstein,
  squaredDiscrepancy,
} from "./sample-distances.ts";

/** Figures of one set of codes. */
export interface PriorFigures {
  readonly statistics: CodeStatistics;
  /** Dimensions whose variance is above 0.01 without the noise, which varies where codes say nothing as well (Burda et al. 2016). */
  readonly activeUnits: number;
  /** Those whose variance, noise included, is above 0.5 and below 2. */
  readonly wideUnits: number;
  readonly kolmogorovSmirnov: {
    /** Of the dimensions, against one of the prior. */
    readonly mean: number;
    readonly largest: number;
    /** What one dimension of true draws exceeds 5 times in 100. */
    readonly critical: number;
    /** Share of dimensions above it; about 0.05 for true draws. */
    readonly rejected: number;
  };
  /** Unbiased MMD², and the squared sliced Wasserstein distance, to other draws of the prior; about 0. */
  readonly discrepancy: number;
  readonly slicedWasserstein: number;
  /** KL(N(μ, Σ) ‖ N(0, I)) of the codes' mean and covariance, which are 0 and I for either prior, in nats; null where a direction has no variance. */
  readonly gaussianDivergence: number | null;
  /** Sizes of the correlations of two dimensions. */
  readonly correlation: { readonly mean: number; readonly largest: number };
}

/** Codes of real text against the prior. */
export interface PriorMatch {
  /** Whether the codes have the noise that the decoder learnt from, or are draws of Gaussian ones, as they were when they were drawn to the prior. */
  readonly noise: boolean;
  readonly kind: PriorKind;
  readonly codes: number;
  /** Codes that MMD is taken over: its time grows with their square. */
  readonly compared: number;
  readonly seed: number;
  readonly model: PriorFigures;
  /** The same of true draws. */
  readonly prior: PriorFigures;
  /** The statistic of each dimension of the model's codes. */
  readonly byDimension: readonly number[];
}

const MOST_COMPARED = 2_000;

/**
 * @param codes of real text that the model was not trained on, two or more, with their noise or drawn from their Gaussians
 * @param means the same codes without it; by default the codes are taken for such
 * @throws InputError when there are fewer, or they differ in length
 */
export function priorMatch(
  codes: readonly Float32Array[],
  { kind = "gaussian", seed = 1, means = codes }: { kind?: PriorKind; seed?: number; means?: typeof codes } = {},
): Omit<PriorMatch, "noise"> {
  const latent = codes[0]?.length ?? 0;
  const { distribution } = priorLaw(kind, latent);
  const distancesOf = (of: readonly Float32Array[]): number[] =>
    Array.from({ length: latent }, (_, k) =>
      kolmogorovSmirnov(
        of.map((code) => code[k] as number),
        distribution,
      ),
    );
  // Streams of their own: the samples that are judged elsewhere come from other draws of the seed.
  const draws = (stream: string): Float32Array[] => {
    const random = RandomStream.named(seed, `prior-match/${stream}`);
    return codes.map(() => fillPrior({ prior: kind, latent }, random, new Float32Array(latent)));
  };
  const reference = draws("reference");
  const compared = Math.min(MOST_COMPARED, codes.length);
  const options = { reference, compared, seed };
  const byDimension = distancesOf(codes);
  const floor = draws("floor");
  return {
    kind,
    codes: codes.length,
    compared,
    seed,
    model: { ...figuresOf(codes, byDimension, options), activeUnits: activeUnitsOf(means) },
    prior: { ...figuresOf(floor, distancesOf(floor), options), activeUnits: activeUnitsOf(floor) },
    byDimension,
  };
}

function figuresOf(
  codes: readonly Float32Array[],
  distances: readonly number[],
  { reference, compared, seed }: { reference: readonly Float32Array[]; compared: number; seed: number },
): Omit<PriorFigures, "activeUnits"> {
  const statistics = codeStatistics(codes);
  const { mean, covariance } = meanAndCovariance(codes);
  const variances = diagonalOf(covariance);
  const critical = criticalKolmogorovSmirnov(codes.length);
  return {
    statistics,
    wideUnits: variances.filter((variance) => variance > 0.5 && variance < 2).length,
    kolmogorovSmirnov: {
      mean: distances.reduce((sum, distance) => sum + distance, 0) / distances.length,
      largest: Math.max(...distances),
      critical,
      rejected: distances.filter((distance) => distance > critical).length / distances.length,
    },
    discrepancy: squaredDiscrepancy(codes.slice(0, compared), reference.slice(0, compared)),
    slicedWasserstein: slicedWasserstein(codes, reference, { seed }),
    gaussianDivergence: gaussianDivergence(mean, covariance),
    correlation: correlationSizes(covariance),
  };
}

function activeUnitsOf(codes: readonly Float32Array[]): number {
  return diagonalOf(meanAndCovariance(codes).covariance).filter((variance) => variance > ACTIVE_VARIANCE).length;
}

function diagonalOf(matrix: readonly Float64Array[]): number[] {
  return matrix.map((row, i) => row[i] as number);
}

function correlationSizes(covariance: readonly Float64Array[]): { mean: number; largest: number } {
  let [sum, count, largest] = [0, 0, 0];
  for (const [i, row] of covariance.entries()) {
    for (let j = 0; j < i; j++) {
      const scale = Math.sqrt((row[i] as number) * ((covariance[j] as Float64Array)[j] as number));
      const size = scale > 0 ? Math.abs(row[j] as number) / scale : 0;
      sum += size;
      count++;
      largest = Math.max(largest, size);
    }
  }
  return { mean: count > 0 ? sum / count : 0, largest };
}
