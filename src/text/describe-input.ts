// What a tokenizer makes of one text, told in full, so that a person can be warned of what is lost.
import type { Tokenizer } from "./tokenizer.ts";

export type InputDescription = {
  /** The encoded text, cut after `maxLength` ids; no begin or end. */
  ids: number[];
  /** The words outside the vocabulary, each once, in order of appearance, cut-off part included. */
  unknown: string[];
  /** Number of tokens before the cut. */
  tokens: number;
  truncated: boolean;
};

export function describeInput(tokenizer: Tokenizer, text: string, maxLength: number): InputDescription {
  const all = tokenizer.encode(text);
  const missing = tokenizer.vocabulary.special.unknown;
  const unknown = new Set<string>();
  if (all.includes(missing)) {
    const surface = tokenizer.tokenize(text);
    for (const [i, id] of all.entries()) if (id === missing) unknown.add(surface[i]?.trim() ?? "");
  }
  return {
    ids: all.slice(0, maxLength),
    unknown: [...unknown],
    tokens: all.length,
    truncated: all.length > maxLength,
  };
}
