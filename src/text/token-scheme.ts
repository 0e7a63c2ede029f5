// A scheme says how text falls into tokens and comes back; with a vocabulary it is a tokenizer of our own.

import type { Tokenizer, TokenizerFiles } from "./tokenizer.ts";
import { SPECIAL_TOKENS, type TokenVocabulary } from "./vocabulary.ts";

export type SchemeKind = "word" | "whitespace" | "char";

export type TokenScheme = {
  readonly kind: SchemeKind;
  split(text: string): string[];
  join(tokens: readonly string[]): string;
  /** The same splitting and joining in the terms of tokenizer.json. */
  readonly huggingFace: { readonly normalizer: unknown; readonly pre_tokenizer: unknown; readonly decoder: unknown };
};

/** A tokenizer with the splitting of a scheme and the ids of a closed vocabulary. */
export class SchemeTokenizer implements Tokenizer {
  readonly kind: SchemeKind;
  readonly vocabulary: TokenVocabulary;
  readonly #scheme: TokenScheme;

  constructor(scheme: TokenScheme, vocabulary: TokenVocabulary) {
    this.kind = scheme.kind;
    this.vocabulary = vocabulary;
    this.#scheme = scheme;
  }

  tokenize(text: string): string[] {
    return this.#scheme.split(text);
  }

  encode(text: string): number[] {
    const { vocabulary } = this;
    return this.#scheme.split(text).map((token) => {
      const id = vocabulary.idOf(token);
      // A word of the text that reads "<pad>" must not act as one.
      return id < SPECIAL_TOKENS.length ? vocabulary.special.unknown : id;
    });
  }

  decode(ids: Iterable<number>): string {
    const { vocabulary } = this;
    const tokens: string[] = [];
    for (const id of ids) {
      const token = vocabulary.tokenOf(id);
      if (id >= SPECIAL_TOKENS.length || id === vocabulary.special.unknown) tokens.push(token);
    }
    return this.#scheme.join(tokens);
  }

  files(): TokenizerFiles {
    const { vocabulary } = this;
    const { unknown, pad, begin, end } = vocabulary.special;
    const tokenizer = {
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: SPECIAL_TOKENS.map((content, id) => ({
        id,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      })),
      normalizer: this.#scheme.huggingFace.normalizer,
      pre_tokenizer: this.#scheme.huggingFace.pre_tokenizer,
      post_processor: null,
      decoder: this.#scheme.huggingFace.decoder,
      model: {
        type: "WordLevel",
        // fromEntries defines properties, so that even "__proto__" is written.
        vocab: Object.fromEntries(vocabulary.tokens().map((token, id) => [token, id])),
        unk_token: vocabulary.tokenOf(unknown),
      },
    };
    const config = {
      tokenizer_class: "PreTrainedTokenizerFast",
      clean_up_tokenization_spaces: false,
      pad_token: vocabulary.tokenOf(pad),
      bos_token: vocabulary.tokenOf(begin),
      eos_token: vocabulary.tokenOf(end),
      unk_token: vocabulary.tokenOf(unknown),
      latentext: { kind: this.kind, version: 1 },
    };
    return {
      "tokenizer.json": `${JSON.stringify(tokenizer, null, 1)}\n`,
      "tokenizer_config.json": `${JSON.stringify(config, null, 2)}\n`,
    };
  }
}
