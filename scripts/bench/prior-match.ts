// Says how well codes match the prior N(0, I): `tsx scripts/bench/prior-match.ts CODES.jsonl`, a code a line.
import { InputError } from "../../src/errors.ts";
import { codeStatistics, type Spread, TOLERANCE } from "../../src/evaluation/code-statistics.ts";
import { type Report, readLines, runReport } from "./file-report.ts";

runReport("prior-match.ts CODES.jsonl [--json]", 1, ([path = ""]): Report => {
  const statistics = codeStatistics(readLines(path).map((line, i) => parseCode(line, `${path}, line ${i + 1}`)));
  const { count, dimensions, mean, variance, matched, norm } = statistics;
  const share = (part: number) => `${part} of ${dimensions} dimensions`;
  return {
    values: { ...statistics, tolerance: TOLERANCE },
    rows: [
      ["codes", `${count} of ${dimensions} dimensions`],
      ["mean of a dimension", describeSpread(mean)],
      ["variance of a dimension", describeSpread(variance)],
      [`|mean| ≤ ${TOLERANCE}`, share(matched.mean)],
      [`|variance − 1| ≤ ${TOLERANCE}`, share(matched.variance)],
      ["both", share(matched.both)],
      [
        "norm of a code",
        `mean ${norm.mean.toFixed(3)}, deviation ${norm.deviation.toFixed(3)}; √d is ${norm.expected.toFixed(3)}`,
      ],
    ],
  };
});

function parseCode(line: string, place: string): number[] {
  let code: unknown;
  try {
    code = JSON.parse(line);
  } catch (cause) {
    throw new InputError(`${place} is not JSON; expected an array of numbers.`, { cause });
  }
  if (!Array.isArray(code) || !code.every((value): value is number => Number.isFinite(value))) {
    throw new InputError(`${place} is not an array of finite numbers.`);
  }
  return code;
}

function describeSpread({ minimum, mean, maximum }: Spread): string {
  return `${minimum.toFixed(3)} to ${maximum.toFixed(3)}, ${mean.toFixed(3)} on average`;
}
