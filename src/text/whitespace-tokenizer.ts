// Text that is tokenised already: tokens are what stands between white space.
import type { TokenScheme } from "./token-scheme.ts";

export const whitespaceScheme: TokenScheme = {
  kind: "whitespace",
  split: (text) => text.match(/\S+/g) ?? [],
  join: (tokens) => tokens.join(" "),
  huggingFace: { normalizer: null, pre_tokenizer: { type: "WhitespaceSplit" }, decoder: null },
};
