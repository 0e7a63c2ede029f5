// How texts were written, in words: to be printed with every figure that depends on it.
import type { SampleOptions } from "../../latent/model.ts";
import type { VerseForm, Wishes } from "../../latent/wishes.ts";

export function describeDecoding(options: SampleOptions): string {
  return [describeChoice(options), ...termsOf(options)].join(", ");
}

/** How each token is chosen. */
export function describeChoice({ temperature, topK, topP, beam, lengthPenalty }: SampleOptions): string {
  const optional = (name: string, value: number | undefined): string =>
    value === undefined ? "" : `, ${name} ${value}`;
  if (beam !== undefined) return `beam ${beam}${optional("length penalty", lengthPenalty)}`;
  if (temperature === undefined && topK === undefined && topP === undefined) return "greedy";
  return `temperature ${temperature ?? 1}${optional("top-k", topK)}${optional("top-p", topP)}`;
}

/** What else decides how texts read; empty where nothing does. */
export function describeTerms(options: SampleOptions): string {
  return termsOf(options).join(", ");
}

/** A form as it is given on the command line. */
export function describeForm({ clauses, length, marks = [] }: VerseForm): string {
  return `${clauses}x${[length].flat().join("-")}${marks.join("")}`;
}

function termsOf({ unknown, label, priorTemperature, ...wishes }: SampleOptions): string[] {
  return [
    ...(unknown ? ["<unk> allowed"] : []),
    ...(label === undefined ? [] : [`label ${JSON.stringify(label)}`]),
    ...(priorTemperature === undefined || priorTemperature === 1 ? [] : [`prior temperature ${priorTemperature}`]),
    ...wishesOf(wishes),
  ];
}

function wishesOf({ ban = [], form, require = [], noRepeat }: Wishes): string[] {
  return [
    ...ban.map((text) => `without ${JSON.stringify(text)}`),
    ...(form ? [`form ${describeForm(form)}`] : []),
    ...require.map((text) => `with ${JSON.stringify(text)}`),
    ...(noRepeat === undefined ? [] : [`no ${noRepeat} tokens twice`]),
  ];
}
