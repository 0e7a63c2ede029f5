// Scores reconstructions against originals: `tsx scripts/bench/score-reconstruction.ts REFERENCES HYPOTHESES`.
import { InputError } from "../../src/errors.ts";
import { corpusBleu } from "../../src/evaluation/bleu.ts";
import { TokenNumbers } from "../../src/evaluation/token-numbers.ts";
import { type Report, readLines, runReport } from "./file-report.ts";

runReport("score-reconstruction.ts REFERENCES HYPOTHESES [--json]", 2, ([references = "", hypotheses = ""]): Report => {
  const originals = readLines(references).map(tokensOf);
  const outputs = readLines(hypotheses).map(tokensOf);
  if (originals.length !== outputs.length) {
    throw new InputError(
      `Line N of one file answers line N of the other, but ${references} has ${originals.length} lines and ${hypotheses} has ${outputs.length}.`,
    );
  }
  const numbers = new TokenNumbers();
  const bleu4 = corpusBleu(
    outputs.map((tokens) => numbers.of(tokens)),
    originals.map((tokens) => [numbers.of(tokens)]),
  );
  const exact = outputs.filter((output, i) => output.join(" ") === originals[i]?.join(" ")).length;
  const exactShare = exact / outputs.length;
  return {
    values: { lines: outputs.length, bleu4, exact, exactShare },
    rows: [
      ["lines", String(outputs.length)],
      ["BLEU-4", bleu4.toFixed(2)],
      ["exact match", `${(100 * exactShare).toFixed(1)} % (${exact} lines)`],
    ],
  };
});

function tokensOf(line: string): string[] {
  return line.split(/\s+/).filter((token) => token !== "");
}
