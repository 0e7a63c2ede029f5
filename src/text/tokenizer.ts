// What every tokenizer and vocabulary offers; models, training and the command line know only this.

export const TOKENIZER_KINDS = ["word", "whitespace", "char", "pretrained"] as const;
export type TokenizerKind = (typeof TOKENIZER_KINDS)[number];

/** Ids with a meaning of their own. Never produced by encoding a text, except `unknown`. All five differ. */
export type SpecialIds = {
  readonly pad: number;
  readonly begin: number;
  readonly end: number;
  readonly unknown: number;
  readonly blank: number;
};

export interface Vocabulary {
  /** Number of ids: every id is an integer in [0, size). The five special ids are counted. */
  readonly size: number;
  readonly special: SpecialIds;
  /** The id of a token; the unknown id when the vocabulary does not hold it. */
  idOf(token: string): number;
  /** @throws RangeError when `id` is no integer in [0, size) */
  tokenOf(id: number): string;
  has(token: string): boolean;
}

/** The two files of a Hugging Face tokenizer, by name. */
export type TokenizerFiles = { readonly "tokenizer.json": string; readonly "tokenizer_config.json": string };

export interface Tokenizer {
  readonly kind: TokenizerKind;
  readonly vocabulary: Vocabulary;
  /** Surface tokens, before the vocabulary: one for each id that {@link Tokenizer.encode} gives. */
  tokenize(text: string): string[];
  /** Ids without begin and end; a token outside the vocabulary becomes the unknown id. */
  encode(text: string): number[];
  /** Text again. Pad, begin, end and blank are left out; unknown shows as `<unk>`. */
  decode(ids: Iterable<number>): string;
  files(): TokenizerFiles;
}

/** How the unknown token reads in decoded text. */
export const UNKNOWN_TEXT = "<unk>";
