// Characters as a reader sees them (grapheme clusters): made for Chinese verse, fit for any script.
import type { TokenScheme } from "./token-scheme.ts";

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

// In these ranges every character is a cluster of its own, which spares the segmenter nearly all of the time: printable ASCII,
// CJK punctuation up to the ideographic tone marks, CJK ideographs, fullwidth forms up to the halfwidth kana marks.
const ONE_EACH = /^[\x20-\x7e\u3000-\u3029\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff60]*$/;

function split(text: string): string[] {
  const trimmed = text.trim();
  if (ONE_EACH.test(trimmed)) return trimmed.split("");
  return Array.from(segmenter.segment(trimmed), ({ segment }) => segment);
}

// Some spacing marks of Myanmar and Tai Tham stand apart.
const APART =
  "\\u102b\\u102c\\u1038\\u1062-\\u1064\\u1067-\\u106d\\u1083\\u1087-\\u108c\\u108f\\u109a-\\u109c\\u1a61\\u1a63\\u1a64";
const MARK = `(?:[\\p{Grapheme_Extend}\\p{Emoji_Modifier}\\u200d\\u0e33\\u0eb3]|(?![${APART}])\\p{Mc})`;
const EXTEND = `${MARK}*`;
const VIRAMA = "[\\u094d\\u09cd\\u0acd\\u0b4d\\u0c4d\\u0d4d]";

/**
 * Grapheme clusters after Unicode Standard Annex 29, in the terms of regular expressions, for those who load tokenizer.json. It
 * falls differently from the segmenter only at invisible format characters and in sequences that no language writes.
 */
const CLUSTER = [
  "\\r\\n",
  "[\\p{Cc}\\p{Zl}\\p{Zp}\\u00ad\\u200b]",
  `\\p{Regional_Indicator}{2}${EXTEND}`,
  `\\p{Extended_Pictographic}(?:[\\p{Grapheme_Extend}\\p{Emoji_Modifier}]*\\u200d\\p{Extended_Pictographic})*${EXTEND}`,
  `[\\u1100-\\u115f]*[\\uac00-\\ud7a3][\\u1160-\\u11a7]*[\\u11a8-\\u11ff]*${EXTEND}`,
  `(?=[\\u1100-\\u11ff])[\\u1100-\\u115f]*[\\u1160-\\u11a7]*[\\u11a8-\\u11ff]*${EXTEND}`,
  `\\p{Lo}(?:${MARK}|(?<=${VIRAMA}|${VIRAMA}\\u200d)\\p{Lo})*`,
  `[\\s\\S]${EXTEND}`,
].join("|");

export const charScheme: TokenScheme = {
  kind: "char",
  split,
  join: (tokens) => tokens.join(""),
  huggingFace: {
    normalizer: { type: "Strip", strip_left: true, strip_right: true },
    pre_tokenizer: { type: "Split", pattern: { Regex: CLUSTER }, behavior: "Removed", invert: true },
    decoder: { type: "Fuse" },
  },
};
