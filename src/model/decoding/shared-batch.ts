// Decoding that settles each token at once, for any number of callers: their sentences share the steps of one batch.
import type { FeedArrays, NamedArray } from "../../engine/types.ts";
import { type Decoded, type Decoder, type StartedCode, startCodes } from "./decoder.ts";
import { MOST_ROWS } from "./options.ts";
import { Rows } from "./rows.ts";
import type { TokenRule } from "./token-rules.ts";

/** Finished sentences that wait for their caller; beyond it no more of the caller's codes are begun. */
const MOST_WAITING = 4 * MOST_ROWS;

/** What one call of {@link SharedBatch.decode} has under way. */
interface Caller {
  readonly source: AsyncGenerator<StartedCode>;
  readonly maxLength: number;
  readonly rule: TokenRule;
  /** All codes have been begun. */
  exhausted: boolean;
  /** Sentences in rows. */
  open: number;
  readonly done: Decoded[];
  failure?: { readonly cause: unknown };
  wake?: () => void;
}

interface Sentence {
  readonly caller: Caller;
  readonly index: number;
  readonly ids: number[];
  readonly next: ReturnType<TokenRule["sentence"]>;
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
   * @throws what the decoder throws, and the signal's reason once it is aborted
   */
  async *decode(
    codes: Iterable<Float32Array>,
    { maxLength, rule, signal }: { maxLength: number; rule: TokenRule; signal?: AbortSignal | undefined },
  ): AsyncGenerator<Decoded> {
    const source = startCodes(this.#decoder, codes);
    const caller: Caller = { source, maxLength, rule, exhausted: false, open: 0, done: [] };
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
        else if (!this.#callers.some(hasRoom)) return;
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

  /** Fills free rows, one code of each caller in turn. */
  async #admit(): Promise<void> {
    let waiting = this.#callers.filter(hasRoom);
    while (waiting.length > 0 && this.#active.length < MOST_ROWS) {
      for (const caller of waiting) {
        if (this.#active.length === MOST_ROWS) break;
        await this.#begin(caller);
      }
      waiting = waiting.filter((caller) => hasRoom(caller) && this.#callers.includes(caller));
    }
  }

  async #begin(caller: Caller): Promise<void> {
    try {
      const started = await caller.source.next();
      if (!this.#callers.includes(caller)) return;
      if (started.done) {
        caller.exhausted = true;
        caller.wake?.();
        return;
      }
      const { index, rows, row } = started.value;
      this.#rows.copy(rows, row, this.#active.length);
      this.#active.push({ caller, index, ids: [], next: caller.rule.sentence(index) });
      caller.open++;
    } catch (cause) {
      // A code that does not fit is its caller's fault alone.
      caller.exhausted = true;
      caller.failure = { cause };
      caller.wake?.();
    }
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
      // A caller may have left while the step ran.
      if (this.#callers.includes(caller)) {
        const id = next(outputs, row);
        if (id !== this.#decoder.end && ids.length < caller.maxLength) {
          ids.push(id);
          continue;
        }
        caller.done.push({ index, ids, finished: id === this.#decoder.end ? "end" : "length" });
        caller.open--;
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
    void caller.source.return(undefined);
  }
}

function hasRoom({ exhausted, open, done }: Caller): boolean {
  return !exhausted && open + done.length < MOST_WAITING;
}
