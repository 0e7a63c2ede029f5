// Forward and reverse perplexity: do samples read like real text, and does real text look expected to one who has read the samples?
import { InputError } from "../errors.ts";
import type { KneserNey } from "./kneser-ney.ts";
import type { Sentence } from "./ngram-trie.ts";

/**
 * exp(−Σ ln p / (tokens + sentences)): every sentence's end is predicted too. 1 at the least; |V| for a model that knows nothing.
 * @throws InputError when there is no sentence
 */
export function perplexity(model: KneserNey, sentences: readonly Sentence[]): number {
  if (sentences.length === 0) throw new InputError("There is no sentence to take the perplexity of.");
  let nats = 0;
  let events = 0;
  for (const sentence of sentences) {
    nats -= model.logProbability(sentence);
    events += sentence.length + 1;
  }
  return Math.exp(nats / events);
}
