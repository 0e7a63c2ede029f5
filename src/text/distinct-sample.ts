// A seeded sample of the distinct texts of a corpus, in one pass and in the memory of the sample alone.
import { InputError } from "../errors.ts";
import { RandomStream } from "../random.ts";
import { Smallest } from "../smallest.ts";

export interface DistinctSampleOptions<T> {
  /** Most texts of the sample, at least 1. */
  readonly limit: number;
  readonly seed?: number;
  /** Records that it refuses are as if they were not there; it is asked about few of them. */
  readonly accept?: (record: T) => boolean;
}

export interface DistinctSample<T> {
  /** In the order in which they came, each text once, as it came first. */
  readonly records: T[];
  /** Whether these are all distinct texts that there were. */
  readonly complete: boolean;
}

/**
 * Each text draws a number by itself and the seed, and the `limit` texts of the smallest numbers are the sample: every distinct text has
 * the same chance wherever it stands and however often, and a text is drawn or not whatever else the corpus holds in front of it.
 * @throws InputError when `limit` is no integer of at least 1
 */
export async function distinctSample<T extends { readonly text: string }>(
  records: Iterable<T> | AsyncIterable<T>,
  { limit, seed = 1, accept = () => true }: DistinctSampleOptions<T>,
): Promise<DistinctSample<T>> {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new InputError(`The limit is ${limit}; expected an integer of at least 1.`);
  }
  const smallest = new Smallest<{ readonly record: T; readonly place: number }>(limit);
  // Those that were admitted for a while: about limit · (1 + ln(distinct / limit)) texts.
  const seen = new Set<string>();
  let place = 0;
  for await (const record of records) {
    const key = RandomStream.named(seed, `line/${record.text}`).uniform();
    if (!smallest.admits(key) || seen.has(record.text) || !accept(record)) continue;
    seen.add(record.text);
    smallest.add(key, { record, place: place++ });
  }
  const kept = smallest.sorted().map(({ item }) => item);
  kept.sort((a, b) => a.place - b.place);
  return { records: kept.map(({ record }) => record), complete: seen.size <= limit };
}
