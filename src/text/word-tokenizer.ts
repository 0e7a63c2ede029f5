// Words and punctuation marks, with spacing kept in the marks so that the text comes back exactly.
import { createRequire } from "node:module";
import type { RegexpTokenizer } from "natural/lib/natural/tokenizers/index.js";
import type { TokenScheme } from "./token-scheme.ts";
import { UNKNOWN_TEXT } from "./tokenizer.ts";

// By sub-path: the root of natural loads database drivers and prints to stdout.
const { RegexpTokenizer: NaturalTokenizer } = createRequire(import.meta.url)(
  "natural/lib/natural/tokenizers/index.js",
) as { RegexpTokenizer: typeof RegexpTokenizer };

const WORD = "[\\p{L}\\p{M}\\p{N}_]";

/**
 * One pattern, run by natural here and by the pre-tokenizer of tokenizer.json elsewhere. It meets text whose white space is
 * single spaces, one at either end. Every character but a space falls into some token, and a token is the text itself:
 *
 * - an English clitic after a word (`'s`, `'ll`), with the space before it if there is one;
 * - an abbreviation of single letters (`U.S.`);
 * - a word, where a point, comma or colon between two digits does not end it (`1,000.50`, `10:30`);
 * - one to three of the same other character, with the spaces around it (`, `, ` (`, `--`).
 *
 * So a space is left out only between two words. A mark has at most four forms, its usual one being the most frequent, and
 * words have one form, whatever stands beside them.
 */
const PATTERN = [
  `(?<=${WORD}) ?['’](?:[sStTdDmM]|[rRvV][eE]|[lL][lL])(?!${WORD})`,
  // Not after a point: in `a.a.a.…` every letter would try all that follow.
  `(?<!\\.)(?:\\p{L}\\.){2,}(?!${WORD})`,
  `${WORD}+(?:(?<=\\p{N})[.,:](?=\\p{N})${WORD}+)*`,
  " ?([^ \\p{L}\\p{M}\\p{N}_])\\1{0,2} ?",
].join("|");

const natural = new NaturalTokenizer({ pattern: new RegExp(PATTERN, "gu"), gaps: false });
const WHITE_SPACE = /\p{White_Space}+/gu;
const STARTS_AS_WORD = /^[\p{L}\p{M}\p{N}_]/u;
const HOLDS_LETTER = /\p{L}/u;

function split(text: string): string[] {
  // natural's own types say string[], but a text without a match gives null.
  const tokens: string[] | null = natural.tokenize(` ${text.replace(WHITE_SPACE, " ")} `);
  return tokens ?? [];
}

function join(tokens: readonly string[]): string {
  let text = "";
  let afterWord = false;
  for (const token of tokens) {
    const word = token === UNKNOWN_TEXT || STARTS_AS_WORD.test(token);
    text += word && afterWord ? ` ${token}` : token;
    // Of the tokens that do not start as a word only the clitics hold a letter.
    afterWord = word || HOLDS_LETTER.test(token);
  }
  return text.replace(/^ | $/g, "");
}

const replace = (pattern: string, content: string) => ({ type: "Replace", pattern: { Regex: pattern }, content });

// Control characters, which tokens of words never hold, mark a word's two sides until all tokens are fused.
const OPEN = "\u0002";
const CLOSE = "\u0003";

export const wordScheme: TokenScheme = {
  kind: "word",
  split,
  join,
  huggingFace: {
    normalizer: {
      type: "Sequence",
      normalizers: [
        replace("\\p{White_Space}+", " "),
        // A bare \\A or \\z also matches inside surrogate pairs, by a fault of V8.
        replace("\\A(?=\\P{White_Space})|(?<=\\P{White_Space})\\z", " "),
      ],
    },
    pre_tokenizer: { type: "Split", pattern: { Regex: PATTERN }, behavior: "Removed", invert: true },
    decoder: {
      type: "Sequence",
      decoders: [
        replace(`\\A(?=${WORD}|${UNKNOWN_TEXT})`, OPEN),
        replace(`(?<=${WORD}|\\p{L}\\.|${UNKNOWN_TEXT})\\z`, CLOSE),
        { type: "Fuse" },
        replace(`${CLOSE}${OPEN}`, " "),
        replace(`[${OPEN}${CLOSE}]`, ""),
        replace("\\A | \\z", ""),
      ],
    },
  },
};
