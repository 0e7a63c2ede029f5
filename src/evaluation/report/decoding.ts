// How texts were written, in words: to be printed with every figure that depends on it.
import type { SampleOptions } from "../../latent/model.ts";
import type { Wishes } from "../../latent/wishes.ts";

export function describeDecoding({
  temperature,
  topK,
  topP,
  beam,
  lengthPenalty,
  unknown,
  label,
  priorTemperature,
  ...wishes
}: SampleOptions): string {
  const labelled = label === undefined ? "" : `, label ${JSON.stringify(label)}`;
  const prior =
    priorTemperature === undefined || priorTemperature === 1 ? "" : `, prior temperature ${priorTemperature}`;
  const allowed = `${unknown ? ", <unk> allowed" : ""}${labelled}${prior}${describeWishes(wishes)}`;
  const penalty = lengthPenalty === undefined ? "" : `, length penalty ${lengthPenalty}`;
  if (beam !== undefined) return `beam ${beam}${penalty}${allowed}`;
  if (temperature === undefined && topK === undefined && topP === undefined) return `greedy${allowed}`;
  const limits = [topK === undefined ? "" : `, top-k ${topK}`, topP === undefined ? "" : `, top-p ${topP}`];
  return `temperature ${temperature ?? 1}${limits.join("")}${allowed}`;
}

function describeWishes({ ban = [], form, require = [], noRepeat }: Wishes): string {
  const wishes = [
    ...ban.map((text) => `without ${JSON.stringify(text)}`),
    ...(form ? [`form ${form.clauses}x${form.length}${form.marks?.join("") ?? ""}`] : []),
    ...require.map((text) => `with ${JSON.stringify(text)}`),
    ...(noRepeat === undefined ? [] : [`no ${noRepeat} tokens twice`]),
  ];
  return wishes.map((wish) => `, ${wish}`).join("");
}
