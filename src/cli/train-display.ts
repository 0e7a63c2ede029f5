// Shows a training run on stderr: a bar with the panel's lines between in a terminal, plain lines elsewhere.
import cliProgress from "cli-progress";
import type { TrainEvent } from "../training/events.ts";

type Stream = NodeJS.WriteStream;
type Progress = Extract<TrainEvent, { kind: "progress" }>;
type Report = Extract<TrainEvent, { kind: "report" }>;
type Alarm = Extract<TrainEvent, { kind: "alarm" }>;

/** Seconds from one plain line to the next. */
const LINE_SECONDS = 10;

/** Turns events into text. `stop` must be called at the end: a bar hides the cursor. */
export class TrainDisplay {
  readonly #out: Stream;
  readonly #quiet: boolean;
  #bar: cliProgress.SingleBar | undefined;
  #lastLine = 0;

  constructor({ out = process.stderr, quiet = false }: { out?: Stream; quiet?: boolean } = {}) {
    this.#out = out;
    this.#quiet = quiet;
  }

  show(event: TrainEvent): void {
    if (this.#quiet) return;
    if (event.kind === "note") this.#line(event.text);
    else if (event.kind === "progress") this.#progress(event);
    else if (event.kind === "report") this.#report(event);
    else if (event.kind === "alarm") this.#line(describeChange(event));
  }

  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #progress(event: Progress): void {
    if (!this.#out.isTTY) {
      if (performance.now() - this.#lastLine < LINE_SECONDS * 1_000) return;
      this.#lastLine = performance.now();
      const left = event.secondsLeft === null ? "" : `, ${duration(event.secondsLeft)} left`;
      this.#out.write(
        `step ${event.step}, epoch ${event.epoch + 1}: loss ${event.loss.toFixed(3)} ${event.unit} a token, ${speed(event)} tokens/s${left}\n`,
      );
      return;
    }
    const payload = {
      loss: event.loss.toFixed(3),
      speed: speed(event),
      left: event.secondsLeft === null ? `epoch ${event.epoch + 1}` : `${duration(event.secondsLeft)} left`,
      step: event.step,
    };
    this.#bar ??= this.#startBar();
    this.#bar.update(Math.round((event.share ?? 0) * 1_000), payload);
  }

  #report({ train, dev, panel }: Report): void {
    const distance = train.squaredDistance === undefined ? "" : `squared distance ${fixed(train.squaredDistance)}; `;
    const nats = train.reconstruction === undefined ? "" : `train ${fixed(train.reconstruction)}, `;
    const figures = `step ${String(dev.step)}: ${distance}${nats}dev ${fixed(dev.reconstruction)} nats a token`;
    const best = dev.best === true ? " (best so far)" : "";
    const sample = panel.find(({ kind }) => kind === "sample");
    this.#line(`${figures}${best}${sample ? ` · “${sample.text}”` : ""}`);
  }

  /** Writes a line above the bar. */
  #line(text: string): void {
    if (!this.#bar) {
      this.#out.write(`${text}\n`);
      return;
    }
    // The bar redraws itself in place: clear its line, write ours, and let it draw again below.
    this.#out.write(`\r\x1b[2K${text}\n`);
    this.#bar.render();
  }

  #startBar(): cliProgress.SingleBar {
    const bar = new cliProgress.SingleBar({
      format: "{bar} {percentage}% · step {step} · loss {loss} · {speed} tokens/s · {left}",
      barCompleteChar: "━",
      barIncompleteChar: "─",
      barsize: 24,
      stream: this.#out,
      hideCursor: true,
      clearOnComplete: true,
      fps: 10,
      gracefulExit: false,
    });
    bar.start(1_000, 0, { loss: "", speed: "", left: "", step: 0 });
    return bar;
  }
}

function describeChange({ name, state, step, text, advice }: Alarm): string {
  if (state === "cleared") return `Alarm over at step ${step}: ${name}.`;
  return `Alarm at step ${step}, ${name}: ${text}. What may help: ${advice}.`;
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

function speed(event: Progress): string {
  return Math.round(event.tokensPerSecond).toLocaleString("en-US");
}

function fixed(value: unknown): string {
  return typeof value === "number" ? value.toFixed(3) : String(value);
}
