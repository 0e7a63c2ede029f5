// How many lines the word tokenizer brings back as they were: `tsx scripts/bench/round-trip.ts TEXTS`.
import { InputError } from "../../src/errors.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";
import { type Report, readLines, runReport } from "./file-report.ts";

const SHOWN = 3;

runReport("round-trip.ts TEXTS [--json]", 1, ([path = ""]): Report => {
  const lines = readLines(path).filter((line) => line !== "");
  if (lines.length === 0) throw new InputError(`${path} holds no text; expected a text a line.`);
  // With every token known: words outside a vocabulary are lost by its size, not by the tokenizer.
  const tokenizer = createTokenizer("word", lines, { vocabularySize: 2 ** 31 });
  const changed = lines
    .map((line) => [line, tokenizer.decode(tokenizer.encode(line))] as const)
    .filter(([line, back]) => back !== line);
  const exact = lines.length - changed.length;
  const exactShare = exact / lines.length;
  return {
    values: { lines: lines.length, exact, exactShare, tokens: tokenizer.vocabulary.size },
    rows: [
      ["lines", String(lines.length)],
      ["exact", `${(100 * exactShare).toFixed(2)} % (${exact} lines)`],
      ["vocabulary", `${tokenizer.vocabulary.size} tokens`],
      ...changed.slice(0, SHOWN).map(([line, back]) => ["changed", `${line} → ${back}`] as const),
    ],
  };
});
