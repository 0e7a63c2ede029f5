// Shows how far an evaluation has come on standard error: a bar in a terminal, a line now and then elsewhere.
import cliProgress from "cli-progress";
import type { EvaluationProgress } from "../evaluation/stages.ts";
import type { Streams } from "./streams.ts";

/** Seconds from one plain line to the next. */
const LINE_SECONDS = 5;
const PARTS = 1_000;

/** `stop` must be called at the end: a bar hides the cursor. */
export class EvaluateDisplay {
  readonly #out: Streams["stderr"];
  readonly #quiet: boolean;
  #bar: cliProgress.SingleBar | undefined;
  #lastLine = performance.now();
  #stage = "";

  constructor(out: Streams["stderr"], { quiet = false }: { readonly quiet?: boolean | undefined } = {}) {
    this.#out = out;
    this.#quiet = quiet;
  }

  progress({ stage, done, total }: EvaluationProgress): void {
    if (this.#quiet) return;
    const share = total > 0 ? done / total : 1;
    if (!("isTTY" in this.#out && this.#out.isTTY)) {
      if (performance.now() - this.#lastLine < LINE_SECONDS * 1_000) return;
      this.#lastLine = performance.now();
      this.#out.write(`${stage}, ${Math.floor(100 * share)} %\n`);
      return;
    }
    this.#bar ??= this.#startBar();
    this.#bar.update(Math.round(share * PARTS), { stage });
    // The bar draws itself now and then; a stage that leaves it no time must at least be named.
    if (stage !== this.#stage) this.#bar.render();
    this.#stage = stage;
  }

  /** Writes a line above the bar. */
  note(sentence: string): void {
    if (this.#quiet) return;
    // The bar redraws itself in place: clear its line, write ours, and let it draw again below.
    this.#out.write(`${this.#bar ? "\r\x1b[2K" : ""}${sentence}\n`);
    this.#bar?.render();
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #startBar(): cliProgress.SingleBar {
    const bar = new cliProgress.SingleBar({
      format: "{bar} {percentage}% · {stage}",
      barCompleteChar: "━",
      barIncompleteChar: "─",
      barsize: 24,
      stream: this.#out as NodeJS.WritableStream,
      hideCursor: true,
      clearOnComplete: true,
      fps: 10,
      gracefulExit: false,
    });
    bar.start(PARTS, 0, { stage: "" });
    return bar;
  }
}
