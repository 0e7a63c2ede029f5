// A corpus as integers: all ids end to end, where each sentence starts, and its label.
import { InputError } from "../errors.ts";
import { PROBLEM, ReadReport } from "./read-report.ts";
import type { TextRecord } from "./readers.ts";
import type { Tokenizer } from "./tokenizer.ts";

type Ids = Uint16Array | Uint32Array;
type Offsets = Uint32Array | Float64Array;

const NO_LABEL = 0;

/**
 * Encoded sentences in three typed arrays. For S sentences of T tokens in all they take
 *
 *     2 T (ids of a vocabulary of at most 65,536; else 4 T)  +  4 (S + 1) (offsets; 8 above 2^32 tokens)  +  2 S (labels, if any)
 *
 * bytes: 10 million sentences of 12 tokens take 240 + 40 + 20 = 300 MB. While the ids are gathered the array grows by half, so
 * that old and new together take at most 2.5 times the ids, 600 MB here: below 1 GB at any time.
 */
export class EncodedCorpus {
  readonly #ids: Ids;
  readonly #offsets: Offsets;
  readonly #labelOf: Uint16Array | undefined;
  /** The label strings, in order of first appearance. */
  readonly labels: readonly string[];

  constructor(ids: Ids, offsets: Offsets, labelOf: Uint16Array | undefined, labels: readonly string[]) {
    this.#ids = ids;
    this.#offsets = offsets;
    this.#labelOf = labelOf;
    this.labels = labels;
  }

  /** Number of sentences. */
  get size(): number {
    return this.#offsets.length - 1;
  }

  /** Number of tokens in all sentences together. */
  get tokens(): number {
    return this.#ids.length;
  }

  /** Bytes held by the arrays. */
  get bytes(): number {
    return this.#ids.byteLength + this.#offsets.byteLength + (this.#labelOf?.byteLength ?? 0);
  }

  /** The ids of one sentence, as a view: no copy. */
  sentence(index: number): Ids {
    return this.#ids.subarray(this.#start(index), this.#start(index + 1));
  }

  length(index: number): number {
    return this.#start(index + 1) - this.#start(index);
  }

  /** The length of every sentence, as planning of batches wants it. */
  lengths(): Uint32Array {
    const lengths = new Uint32Array(this.size);
    for (let index = 0; index < lengths.length; index++) lengths[index] = this.length(index);
    return lengths;
  }

  label(index: number): string | undefined {
    this.length(index);
    const number = this.#labelOf?.[index] ?? NO_LABEL;
    return number === NO_LABEL ? undefined : this.labels[number - 1];
  }

  #start(index: number): number {
    const start = this.#offsets[index];
    if (start === undefined) throw new RangeError(`The sentence is ${index}; expected 0 to ${this.size - 1}.`);
    return start;
  }
}

/** Gathers encoded sentences into an {@link EncodedCorpus}. */
export class CorpusBuilder {
  #ids: Ids;
  #tokens = 0;
  #offsets: Offsets = new Uint32Array(1024);
  #sentences = 0;
  #labelOf: Uint16Array | undefined;
  readonly #labelNumbers = new Map<string, number>();

  /** @param vocabularySize every id is below it */
  constructor(vocabularySize: number) {
    this.#ids = vocabularySize <= 2 ** 16 ? new Uint16Array(8192) : new Uint32Array(8192);
  }

  /** @throws InputError at the 65,536th different label */
  add(ids: ArrayLike<number>, label?: string): void {
    const end = this.#tokens + ids.length;
    if (end > this.#ids.length) this.#ids = grown(this.#ids, end);
    this.#ids.set(ids, this.#tokens);
    this.#tokens = end;
    if (this.#sentences + 2 > this.#offsets.length) this.#offsets = grown(this.#offsets, this.#sentences + 2);
    if (end >= 2 ** 32 && this.#offsets instanceof Uint32Array) this.#offsets = Float64Array.from(this.#offsets);
    if (label !== undefined) this.#setLabel(label);
    this.#sentences++;
    this.#offsets[this.#sentences] = end;
  }

  finish(): EncodedCorpus {
    // Sentences after the last labelled one have no place in the gathered labels yet.
    const labelOf = this.#labelOf && new Uint16Array(this.#sentences);
    if (this.#labelOf !== undefined) labelOf?.set(this.#labelOf.subarray(0, this.#sentences));
    return new EncodedCorpus(this.#ids.slice(0, this.#tokens), this.#offsets.slice(0, this.#sentences + 1), labelOf, [
      ...this.#labelNumbers.keys(),
    ]);
  }

  #setLabel(label: string): void {
    let number = this.#labelNumbers.get(label);
    if (number === undefined) {
      number = this.#labelNumbers.size + 1;
      if (number >= 2 ** 16) {
        throw new InputError(`The corpus has more than ${2 ** 16 - 1} different labels; expected the name of a class.`);
      }
      this.#labelNumbers.set(label, number);
    }
    this.#labelOf ??= new Uint16Array(1024);
    if (this.#sentences >= this.#labelOf.length) this.#labelOf = grown(this.#labelOf, this.#sentences + 1);
    this.#labelOf[this.#sentences] = number;
  }
}

/** An array of the same kind with the same start, at least half as long again and at least `needed` long. */
function grown<T extends Uint16Array | Uint32Array | Float64Array>(array: T, needed: number): T {
  const length = Math.max(needed, Math.ceil(array.length * 1.5));
  const larger = new (array.constructor as new (length: number) => T)(length);
  larger.set(array);
  return larger;
}

/**
 * Encodes texts as they come. A text of more than `maxLength` tokens, and one of none, is left out and counted in `report`.
 * @throws InputError when `maxLength` is no integer of at least 1
 */
export async function encodeCorpus(
  records: Iterable<TextRecord> | AsyncIterable<TextRecord>,
  tokenizer: Tokenizer,
  { maxLength = 30, report = new ReadReport() }: { maxLength?: number; report?: ReadReport } = {},
): Promise<EncodedCorpus> {
  if (!Number.isInteger(maxLength) || maxLength < 1) {
    throw new InputError(`The maximum length is ${maxLength}; expected an integer of at least 1.`);
  }
  const builder = new CorpusBuilder(tokenizer.vocabulary.size);
  for await (const { text, label, line } of records) {
    const ids = tokenizer.encode(text);
    if (ids.length === 0) report.add(PROBLEM.empty, line);
    else if (ids.length > maxLength) report.add(`too long for --max-length ${maxLength}`, line);
    else builder.add(ids, label);
  }
  return builder.finish();
}
