// Tells people what a model cannot read of their texts: unknown words, and ends that are cut off.
import type { Model } from "../latent/model.ts";
import type { Streams } from "./streams.ts";

/** Warnings told in full; the others are counted, so that a large file does not bury its output. */
const TOLD = 10;
const WORDS_TOLD = 8;

/** Describes each text before it is encoded, and warns on standard error. */
export class InputWarnings {
  readonly #model: Model;
  readonly #stderr: Streams["stderr"];
  readonly #quiet: boolean;
  #warned = 0;

  constructor(model: Model, stderr: Streams["stderr"], quiet = false) {
    this.#model = model;
    this.#stderr = stderr;
    this.#quiet = quiet;
  }

  /** Looks at one text; `name` says which one, as in `Line 3`. */
  look(text: string, name: string): void {
    if (this.#quiet) return;
    const { unknown, tokens, truncated } = this.#model.describe(text);
    const parts: string[] = [];
    if (truncated)
      parts.push(`has ${tokens} tokens and is cut to the ${this.#model.info.maxLength} that the model reads`);
    if (unknown.length > 0)
      parts.push(`has ${unknown.length === 1 ? "a word" : "words"} that the model does not know: ${listed(unknown)}`);
    if (parts.length === 0) return;
    this.#warned++;
    if (this.#warned <= TOLD) this.#stderr.write(`${name} ${parts.join(", and ")}\n`);
  }

  /** To be called after the last text: tells how many warnings were held back. */
  finish(): void {
    const more = this.#warned - TOLD;
    if (more > 0)
      this.#stderr.write(
        `${more} more ${more === 1 ? "text is" : "texts are"} too long or ${more === 1 ? "has" : "have"} unknown words\n`,
      );
  }
}

function listed(words: readonly string[]): string {
  const told = words.slice(0, WORDS_TOLD).join(", ");
  return words.length > WORDS_TOLD ? `${told} and ${words.length - WORDS_TOLD} more` : told;
}
