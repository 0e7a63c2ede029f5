// Forward and reverse perplexity: do samples read like real text, and does real text look expected to one who has read the samples?
import { InputError } from "../errors.ts";
import type { KneserNey } from "./kneser-ney.ts";
import type { Sentence } from "./ngram-trie.ts";

/**
 * exp(−Σ ln p / (tokens + sentences)): every sentence's end is predicted too. 1 at the least; |V| for a model that knows nothing.
 *
 * Words outside the vocabulary are passed over, and all others are predicted as ones that are in it. Real text has such words and a
 * generator of text has none: were they scored, real text would be a better model of real text for its unknown words alone.
 * @throws InputError when there is no sentence
 */
export function perplexity(model: KneserNey, sentences: readonly Sentence[]): number {
  if (sentences.length === 0) throw new InputError("There is no sentence to take the perplexity of.");
  let nats = 0;
  let events = 0;
  for (const sentence of sentences) {
    nats -= model.logProbability(sentence);
    for (let i = 0; i < sentence.length; i++) if (sentence[i] !== model.vocabulary.unknown) events++;
    events++;
  }
  return Math.exp(nats / events);
}
