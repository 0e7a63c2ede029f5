// Says when a run had learnt how much: `tsx scripts/bench/time-to-loss.ts NATS[,NATS...] RUN`, by the dev losses in its journal.
import { join } from "node:path";
import { InputError } from "../../src/errors.ts";
import { type Report, readWholeLines, runReport } from "./file-report.ts";

/** A report of a run: steps, seconds of training, and nats a dev token. */
interface Learnt {
  readonly step: number;
  readonly seconds: number;
  readonly reconstruction: number;
}

runReport("time-to-loss.ts NATS[,NATS...] RUN [--json]", 2, ([losses = "", run = ""]): Report => {
  const wanted = losses.split(",").map((text) => {
    const loss = Number(text);
    if (!(text.trim() !== "" && loss > 0))
      throw new InputError(`A loss is ${JSON.stringify(text)}; expected nats a dev token, above 0.`);
    return loss;
  });
  const reports = readReports(join(run, "metrics.jsonl"));
  const found = wanted.map((loss) => ({ loss, ...reached(reports, loss) }));
  return {
    values: { run, found },
    rows: found.map(({ loss, step, seconds }) => [
      `${loss} nats a dev token`,
      step === undefined || seconds === undefined
        ? "never"
        : `${(seconds / 60).toFixed(2)} minutes, ${Math.round(step)} steps`,
    ]),
  };
});

function readReports(path: string): Learnt[] {
  return readWholeLines(path).flatMap((line, i): Learnt[] => {
    let value: Partial<Learnt> & { readonly kind?: string };
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw new InputError(`${path}, line ${i + 1}, is not JSON.`, { cause });
    }
    const { kind, step, seconds, reconstruction } = value;
    if (kind !== "dev" || step === undefined || seconds === undefined || typeof reconstruction !== "number") return [];
    return [{ step, seconds, reconstruction }];
  });
}

/**
 * The place at which a loss was first reached, on the straight line between the reports before and after; nothing where it never was. What
 * came before the first report is not known: a loss that stands in it counts from there.
 */
function reached(reports: readonly Learnt[], loss: number): Pick<Learnt, "step" | "seconds"> | undefined {
  const at = reports.findIndex((report) => report.reconstruction <= loss);
  const [before, after] = [reports[at - 1], reports[at]];
  if (!after || !before) return after && { step: after.step, seconds: after.seconds };
  const share = (before.reconstruction - loss) / (before.reconstruction - after.reconstruction);
  const between = (from: number, to: number): number => from + share * (to - from);
  return { step: between(before.step, after.step), seconds: between(before.seconds, after.seconds) };
}
