// Whether a text has a form of verse, by the very limits under which a model writes in that form.
import { constraintOf, type VerseForm } from "../latent/wishes.ts";
import { rangeOf } from "../model/decoding/form.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { Sentence } from "./ngram-trie.ts";

/** Whether a text, as the tokenizer reads it, has the form: to the token, its end included. */
export type FormCheck = (ids: Sentence) => boolean;

/**
 * The check of a form. A text has it when at each place the form lets its own token come, and at last its end.
 * @param maxLength most tokens of a text
 * @throws InputError for a form that no text of the model can have: of marks it does not know, or at its shortest longer than `maxLength`
 */
export function formCheck(form: VerseForm, tokenizer: Tokenizer, maxLength: number): FormCheck {
  const constraint = constraintOf({ form }, tokenizer, Number.POSITIVE_INFINITY);
  const [shortest] = rangeOf(form.length);
  // Of clauses of several lengths, texts need not have the longest.
  constraintOf({ form: { ...form, length: shortest } }, tokenizer, maxLength);
  const { size, special } = tokenizer.vocabulary;
  const scores = new Float32Array(size);
  return (sentence) => {
    const ids = Array.from(sentence);
    return [...ids, special.end].every((token, i) => {
      scores.fill(0);
      constraint?.apply(scores, ids.slice(0, i));
      return scores[token] === 0;
    });
  };
}

/** The share of texts that have the form. */
export function formedShare(sentences: readonly Sentence[], hasForm: FormCheck): number {
  return sentences.filter((sentence) => hasForm(sentence)).length / sentences.length;
}
