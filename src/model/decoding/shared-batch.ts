// Decoding that settles each token at once, for any number of callers: their sentences share the steps of one batch.
import type { FeedArrays, NamedArray } from "../../engine/types.ts";
import { checkCode, type Decoded, type Decoder, type LabelledCode, type StartedCode, startRows } from "./decoder.ts";
import { type LabelOf, MOST_ROWS } from "./options.ts";
import { Rows } from "./rows.ts";
import type { NextToken, TokenRule } from "./token-rules.ts";

/** Finished sentences that wait for their caller; beyond it no more of the caller's codes are begun. */
const MOST_WAITING = 4 * MOST_ROWS;

/**
 * Codes that a caller begins before it is the next one's turn. One at a time, all requests of a crowd would end late together; as many
 * as one usually has, they end one after another, and a long one still lets the others pass.
 */
const TURN = 8;

/** What one call of {@link SharedBatch.decode} has under way. */
interface Caller {
  readonly codes: Iterator<Float32Array>;
  /** Codes taken so far. */
  taken: number;
  /** Codes made ready that have no row yet. */
  readonly started: StartedCode[];
  readonly maxLength: number;
  readonly rule: TokenRule;
  readonly labelOf?: LabelOf;
  /** There are no more codes to take. */
  exhausted: boolean;
  /** Codes taken whose sentences are not done. */
  open: number;
  readonly done: Decoded[];
  failure?: { readonly cause: unknown };
  wake?: () => void;
}

/** How the sentences of one call are written. */
export interface SharedDecodeOptions {
  readonly maxLength: number;
  readonly rule: TokenRule;
  readonly labelOf?: LabelOf;
  readonly signal?: AbortSignal | undefined;
}

interface Sentence {
  readonly caller: Caller;
  readonly index: number;
  readonly ids: number[];
  readonly next: NextToken;
}

/**
 * One step's rows, filled by whoever has codes to decode. A sentence that is done leaves its row to the next code, so that every row of a
 * step is of use, however different the lengths; callers that come while others are at work join at the next step, and take turns at
 * the rows that become free. A sentence comes out the same in any company, where the engine's products do (those of the compiled engine
 * with fixed parameters).
 */
export class SharedBatch {
  readonly #decoder: Decoder;
  readonly #rows: Rows;
  readonly #callers: Caller[] = [];
  #active: Sentence[] = [];
  #running = false;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
    this.#rows = new Rows(decoder.widths, MOST_ROWS);
  }

  /**
   * Writes a sentence for each code, in the order in which they are done. Ending the iteration early frees the rows.
   * @throws what the decoder and `labelOf` throw, and the signal's reason once it is aborted
   */
  async *decode(
    codes: Iterable<Float32Array>,
    { maxLength, rule, labelOf, signal }: SharedDecodeOptions,
  ): AsyncGenerator<Decoded> {
    const taking = { codes: codes[Symbol.iterator](), taken: 0, started: [], exhausted: false };
    const caller: Caller = { ...taking, maxLength, rule, labelOf, open: 0, done: [] };
    const wake = (): void => caller.wake?.();
    signal?.addEventListener("abort", wake, { once: true });
    this.#callers.push(caller);
    try {
      for (;;) {
        signal?.throwIfAborted();
        const next = caller.done.shift();
        if (next) yield next;
        else if (caller.failure) throw caller.failure.cause;
        else if (caller.exhausted && caller.open === 0) return;
        else {
          const woken = new Promise<void>((resolve) => {
            caller.wake = resolve;
          });
          void this.#work();
          await woken;
        }
      }
    } finally {
      signal?.removeEventListener("abort", wake);
      this.#leave(caller);
    }
  }

  /** Steps until no caller has anything left to do that it has room for. */
  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      for (;;) {
        await this.#admit();
        if (this.#active.length > 0) await this.#step();
        // Whoever came during the last moments of `admit` is seen here.
        else if (!this.#callers.some(hasWork)) return;
      }
    } catch (cause) {
      this.#active = [];
      for (const caller of this.#callers) {
        caller.failure = { cause };
        caller.wake?.();
      }
    } finally {
      this.#running = false;
    }
  }

  /** Fills free rows, a few codes of each caller in turn, those who came first first. */
  async #admit(): Promise<void> {
    for (;;) {
      const lacking = this.#callers.filter((caller) => caller.started.length === 0 && canTake(caller));
      if (lacking.length > 0) await this.#start(lacking);
      let begun = false;
      for (const caller of this.#callers) {
        for (let i = 0; i < TURN; i++) {
          if (this.#active.length === MOST_ROWS) return;
          if (!this.#begin(caller)) break;
          begun = true;
        }
      }
      if (!begun) return;
    }
  }

  /** Makes codes of several callers ready in one run, as many of each. */
  async #start(callers: readonly Caller[]): Promise<void> {
    const share = Math.max(1, Math.floor(MOST_ROWS / callers.length));
    const owners = callers.flatMap((caller) => take(caller, share, this.#decoder.latent));
    if (owners.length === 0) return;
    const rows = await startRows(this.#decoder, owners);
    for (const [row, { caller, index }] of owners.entries()) caller.started.push({ index, rows, row });
  }

  #begin(caller: Caller): boolean {
    const started = caller.started.shift();
    if (!started) return false;
    const { index, rows, row } = started;
    this.#rows.copy(rows, row, this.#active.length);
    this.#active.push({ caller, index, ids: [], next: caller.rule.sentence(index) });
    return true;
  }

  /** One token for each row. */
  async #step(): Promise<void> {
    const active = this.#active;
    const token = Int32Array.from(active, ({ ids }) => ids.at(-1) ?? this.#decoder.begin);
    const outputs = await this.#decoder.step({
      token: { shape: [active.length], data: token },
      ...this.#rows.feeds(active.length),
      ...this.#ruleFeeds(),
    });
    this.#rows.take(outputs);
    const called = new Set<Caller>();
    // From the last row to the first: a row that is done is filled with the last one, which has had its turn.
    for (let row = active.length - 1; row >= 0; row--) {
      const { caller, index, ids, next } = active[row] as Sentence;
      // A caller may have left while the step ran, or failed at another of its rows.
      if (this.#callers.includes(caller) && !caller.failure) {
        try {
          const id = next(outputs, row, ids);
          if (id !== this.#decoder.end && ids.length < caller.maxLength) {
            ids.push(id);
            continue;
          }
          caller.done.push({ index, ids, finished: id === this.#decoder.end ? "end" : "length" });
          caller.open--;
        } catch (cause) {
          fail(caller, cause);
        }
        called.add(caller);
      }
      this.#free(row);
    }
    for (const caller of called) caller.wake?.();
  }

  /** A factor for the logits of each row, where the rules have one. */
  #ruleFeeds(): FeedArrays {
    if (this.#active[0]?.caller.rule.scale === undefined) return {};
    const data = Float32Array.from(this.#active, ({ caller }) => caller.rule.scale ?? 1);
    return { scale: { shape: [data.length, 1], data } satisfies NamedArray };
  }

  #free(row: number): void {
    const last = this.#active.pop() as Sentence;
    if (row === this.#active.length) return;
    this.#active[row] = last;
    this.#rows.copy(this.#rows, this.#active.length, row);
  }

  /** Its rows are freed at the end of the step that may be under way. */
  #leave(caller: Caller): void {
    const place = this.#callers.indexOf(caller);
    if (place >= 0) this.#callers.splice(place, 1);
    caller.codes.return?.();
  }
}

interface TakenCode extends LabelledCode {
  readonly caller: Caller;
  readonly index: number;
}

/** Takes at most `most` codes of a caller. A code that does not fit, or cannot be had, is its caller's failure alone. */
function take(caller: Caller, most: number, latent: number): TakenCode[] {
  const taken: TakenCode[] = [];
  try {
    while (taken.length < most && canTake(caller)) {
      const next = caller.codes.next();
      if (next.done) {
        caller.exhausted = true;
        break;
      }
      const index = caller.taken++;
      checkCode(next.value, latent, index);
      const label = caller.labelOf?.(index) ?? 0;
      caller.open++;
      taken.push({ caller, index, code: next.value, label });
    }
  } catch (cause) {
    fail(caller, cause);
  }
  // One who has no more, or has failed, may be waiting to hear of it.
  if (caller.exhausted) caller.wake?.();
  return taken;
}

/** Ends a caller's decoding: no more of its codes are begun. */
function fail(caller: Caller, cause: unknown): void {
  caller.failure = { cause };
  caller.exhausted = true;
  caller.started.length = 0;
}

/** Whether a caller has codes left, and room for their sentences. */
function canTake({ exhausted, open, done }: Caller): boolean {
  return !exhausted && open + done.length < MOST_WAITING;
}

function hasWork(caller: Caller): boolean {
  return caller.started.length > 0 || canTake(caller);
}
