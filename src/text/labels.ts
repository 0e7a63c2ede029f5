// The labels that a conditional model knows, and their numbers.
import { InputError } from "../errors.ts";

/** Labels named in an error, at most. */
const NAMED = 20;

/** What stands for a sentence of which no label is known, and for the wish for any label. */
export const ANY_LABEL = 0;

export class Labels {
  /** In the order of their numbers, which begin at 1. None: the model is not conditional. */
  readonly names: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#numbers = new Map(names.map((name, i) => [name, i + 1]));
  }

  /** The number of a label; {@link ANY_LABEL} for none, and for one that is not known. */
  numberOf(name: string | undefined): number {
    return (name === undefined ? undefined : this.#numbers.get(name)) ?? ANY_LABEL;
  }

  /**
   * The number of a label that someone asks for.
   * @throws InputError, which names the labels that there are, for one that is not known
   */
  wanted(name: string): number {
    const number = this.#numbers.get(name);
    if (number !== undefined) return number;
    throw new InputError(`The label ${JSON.stringify(name)} was given; ${this.expected}.`);
  }

  /** What may be given, as the end of a sentence. */
  get expected(): string {
    if (this.names.length === 0) return "expected none, as the model was trained without labels";
    const named = this.names.slice(0, NAMED).map((name) => JSON.stringify(name));
    const more = this.names.length > NAMED ? [`${this.names.length - NAMED} more`] : [];
    return `the model knows ${new Intl.ListFormat("en-GB").format([...named, ...more])}`;
  }
}
