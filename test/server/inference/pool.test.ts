// The pool with processes that do as they are told: places, deaths, cancelled jobs, and its end.
import { afterEach, describe, expect, it } from "vitest";
import { replyToError } from "../../../server/error-reply.ts";
import { OverloadedError, UnavailableError } from "../../../server/errors.ts";
import type { InferencePool, Item, Job, JobResult, ModelRef } from "../../../server/inference/jobs.ts";
import { createPool, type PoolOptions } from "../../../server/inference/pool.ts";
import { InputError, LatentextError } from "../../../src/errors.ts";

const FAKE = new URL("./fake-worker.mjs", import.meta.url);
const DYING = new URL("./dying-worker.mjs", import.meta.url);
const MODEL: ModelRef = { id: "m", path: "/nowhere", version: "1" };
const OTHER: ModelRef = { ...MODEL, path: "/elsewhere" };

const pools: InferencePool[] = [];

function poolOf(options: PoolOptions = {}): InferencePool {
  const pool = createPool({ processes: 1, program: FAKE, ...options });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close(0)));
});

/** So many texts that a process has no room for another job. */
const fullOf = (text: string): string[] => [text, ...new Array<string>(199).fill("")];
const write = { seed: 1, returnCodes: false };
const told = (text: string): Job => ({ kind: "reconstruct", texts: [text], write });
const never = new AbortController().signal;

interface Running {
  readonly signal?: AbortSignal;
  readonly onItem?: (item: Item) => void;
  readonly model?: ModelRef;
}

const run = (pool: InferencePool, text: string, running: Running = {}): Promise<JobResult> => {
  const { signal = never, onItem, model = MODEL } = running;
  return pool.run(model, told(text), { signal, ...(onItem && { onItem }) });
};
/** Waits until both of two processes answer, so that both have had {@link MODEL}. */
function untilBothAnswer(pool: InferencePool) {
  const processes = async () => {
    const results = await Promise.all([run(pool, "wait 100"), run(pool, "wait 100")]);
    return new Set(results.map(processOf)).size;
  };
  return expect.poll(processes, { timeout: 10_000 }).toBe(2);
}

/** Has a process begin a job that has no end of its own. */
function begin(pool: InferencePool, model: ModelRef): Promise<{ readonly process: number; end(): void }> {
  const controller = new AbortController();
  return new Promise((resolve) => {
    const onItem = ({ text }: Item): void => resolve({ process: Number(text), end: () => controller.abort() });
    run(pool, "begin", { model, signal: controller.signal, onItem }).catch(() => {});
  });
}

const processOf = ({ inputs }: JobResult): number => Number(inputs[0]?.text);
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("the pool", () => {
  it("does jobs that were given before any process was ready, and hands their items over in order", async () => {
    const pool = poolOf();
    const seen: string[] = [];
    const result = await run(pool, "say", { onItem: ({ text }) => seen.push(text) });
    expect(seen).toEqual(["say 0", "say 1"]);
    expect(result.items.map(({ text }) => text)).toEqual(seen);
    expect(result.queueMs).toBeGreaterThanOrEqual(0);
    expect(pool.active).toBe(0);
  });

  it("gives jobs to the least busy process, of equally busy ones to one that has had the model", async () => {
    const pool = poolOf({ processes: 2 });
    await untilBothAnswer(pool);
    const first = await begin(pool, MODEL);
    const other = processOf(await run(pool, "say", { model: OTHER }));
    expect(other).not.toBe(first.process);
    first.end();
    for (let i = 0; i < 2; i++) expect(processOf(await run(pool, "say", { model: OTHER }))).toBe(other);
    expect(processOf(await run(pool, "say", { model: { ...MODEL, path: "/nowhere/else" } }))).toBe(first.process);
  });

  it("hands jobs out in the order in which they came, to whatever process has room, and what only reads at once", async () => {
    const pool = poolOf({ processes: 2 });
    await untilBothAnswer(pool);
    const ended: string[] = [];
    const noted = async (name: string, result: Promise<JobResult>): Promise<number> => {
      const process = processOf(await result);
      ended.push(name);
      return process;
    };
    const many = (text: string): Promise<JobResult> =>
      pool.run(MODEL, { kind: "reconstruct", texts: fullOf(text), write }, { signal: never });
    const [slow, fast] = [noted("slow", many("wait 3000")), noted("fast", many("wait 1000"))];
    const [third, fourth] = [noted("third", run(pool, "say")), noted("fourth", run(pool, "say"))];
    const reading = noted("reading", pool.run(MODEL, { kind: "encode", texts: ["say"] }, { signal: never }));
    const processes = await Promise.all([slow, fast, third, fourth]);
    await reading;
    expect(ended).toEqual(["reading", "fast", "third", "fourth", "slow"]);
    expect(processes.slice(2)).toEqual([processes[1], processes[1]]);
  });

  it("refuses at once what it has no place for, and takes jobs again when one is free", async () => {
    const pool = poolOf({ places: 2 });
    const taken = [run(pool, "wait 100"), run(pool, "wait 100")];
    await expect(run(pool, "say")).rejects.toThrow(OverloadedError);
    await Promise.all(taken);
    await expect(run(pool, "say")).resolves.toBeDefined();
    expect(pool.counters.overloaded).toBe(1);
  });

  it("passes on what is the request's fault by its class, and of anything else tells the client nothing", async () => {
    const pool = poolOf();
    await expect(run(pool, "refuse")).rejects.toThrow(new InputError("it does not fit"));
    const failure = await run(pool, "break").catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ message: "x is undefined" });
    expect(replyToError(failure)).toMatchObject({
      status: 500,
      body: { error: { code: "internal", message: expect.not.stringContaining("undefined") } },
    });
  });

  it("counts as failed what is the server's fault, and not what is refused", async () => {
    const pool = poolOf();
    for (const refused of ["refuse", "unready"]) await expect(run(pool, refused)).rejects.toThrow(LatentextError);
    expect(pool.counters).toMatchObject({ jobs: 2, failed: 0 });
    for (const failed of ["break", "damaged", "die"]) await expect(run(pool, failed)).rejects.toThrow(Error);
    expect(pool.counters).toMatchObject({ jobs: 5, failed: 3 });
    expect(pool.active).toBe(0);
  });

  it.each(["die", "kill"])("fails only the jobs of a process that dies (%s), and starts it again", async (how) => {
    const pool = poolOf({ processes: 2 });
    await untilBothAnswer(pool);
    const other = run(pool, "wait 300");
    const dead = run(pool, how, { model: OTHER });
    await expect(dead).rejects.toThrow(UnavailableError);
    expect(pool.ready).toBe(true);
    await expect(other).resolves.toBeDefined();
    const started = performance.now();
    await untilBothAnswer(pool);
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(pool.counters.restarts).toBe(1);
  });

  it("gives jobs to a process that is there while another starts again, whatever models they are for", async () => {
    const pool = poolOf({ processes: 2 });
    await untilBothAnswer(pool);
    const lasting = run(pool, "wait 300");
    await expect(run(pool, "die", { model: OTHER })).rejects.toThrow("died");
    const results = await Promise.all([run(pool, "say", { model: OTHER }), run(pool, "say")]);
    expect(results.map(processOf)).toEqual(new Array(2).fill(processOf(await lasting)));
  });

  it("loses no job that waits when a process dies with those that it has", async () => {
    const pool = poolOf();
    await run(pool, "say");
    const dead = pool.run(MODEL, { kind: "reconstruct", texts: fullOf("die"), write }, { signal: never });
    const waiting = run(pool, "say");
    await expect(dead).rejects.toThrow("died");
    await expect(waiting).resolves.toBeDefined();
  });

  it("gives nothing to a process that keeps dying while another does not, until it lasts", async () => {
    const pool = poolOf({ processes: 2 });
    await untilBothAnswer(pool);
    const lasting = await begin(pool, MODEL);
    const next = async (): Promise<number> => {
      const { process, end } = await begin(pool, OTHER);
      end();
      return process;
    };
    const untilOther = () => expect.poll(next, { timeout: 20_000 }).not.toBe(lasting.process);
    for (let death = 0; death < 3; death++) {
      await untilOther();
      await expect(run(pool, "die", { model: OTHER })).rejects.toThrow("died");
    }
    await expect.poll(() => pool.counters.processes, { timeout: 10_000 }).toBe(2);
    await sleep(1_000);
    expect(await next()).toBe(lasting.process);
    await untilOther();
    lasting.end();
  }, 60_000);

  it("keeps jobs that wait for a process to start again", async () => {
    const pool = poolOf();
    await run(pool, "say");
    const dead = run(pool, "die");
    await expect(dead).rejects.toThrow("died");
    await expect(run(pool, "say")).resolves.toBeDefined();
  });

  it("is not ready while its processes keep dying, says so to requests, and is again when they stay alive", async () => {
    const pool = poolOf({ program: DYING });
    const waiting = run(pool, "say");
    await expect(waiting).rejects.toThrow("keep failing");
    expect(pool.ready).toBe(false);
    await expect(run(pool, "say")).rejects.toThrow(UnavailableError);

    const mended = poolOf();
    for (let i = 0; i < 3; i++) await expect(run(mended, "die")).rejects.toThrow(UnavailableError);
    expect(mended.ready).toBe(false);
    await expect.poll(() => mended.ready, { timeout: 10_000 }).toBe(true);
    await expect(run(mended, "say")).resolves.toBeDefined();
  });

  it("frees the place of a job that is aborted at once, and tells its process", async () => {
    const pool = poolOf({ places: 1 });
    await run(pool, "say");
    const controller = new AbortController();
    const left = run(pool, "wait 5000", { signal: controller.signal });
    await sleep(50);
    controller.abort(new Error("the client left"));
    await expect(left).rejects.toThrow("the client left");
    expect(pool.active).toBe(0);
    const after = await run(pool, "say");
    expect(after.inputs[0]?.tokens).toBe(1);
    expect(pool.counters.cancelled).toBe(1);
  });

  it("frees the place of a job that waits when it is aborted, and never has it done", async () => {
    const pool = poolOf();
    await run(pool, "say");
    const busy = pool.run(MODEL, { kind: "reconstruct", texts: fullOf("wait 300"), write }, { signal: never });
    const controller = new AbortController();
    const left = run(pool, "die", { signal: controller.signal });
    expect(pool.active).toBe(2);
    controller.abort(new Error("the client left"));
    await expect(left).rejects.toThrow("the client left");
    expect(pool.active).toBe(1);
    await expect(busy).resolves.toBeDefined();
    await expect(run(pool, "say")).resolves.toBeDefined();
    expect(pool.counters).toMatchObject({ cancelled: 1, restarts: 0 });
  });

  it("takes no job whose client has left already", async () => {
    const pool = poolOf();
    await expect(run(pool, "say", { signal: AbortSignal.abort(new Error("gone")) })).rejects.toThrow("gone");
    expect(pool.counters.jobs).toBe(0);
  });

  it("finishes what it accepted when it is closed, and takes nothing more", async () => {
    const pool = poolOf();
    await run(pool, "say");
    const accepted = run(pool, "wait 200");
    await sleep(20);
    const closed = pool.close(5_000);
    expect(pool.ready).toBe(false);
    await expect(run(pool, "say")).rejects.toThrow("stopping");
    await expect(accepted).resolves.toBeDefined();
    await closed;
  });

  it("finishes what still waits when it is closed, also where the process dies meanwhile", async () => {
    const pool = poolOf();
    await run(pool, "say");
    const dead = pool.run(MODEL, { kind: "reconstruct", texts: fullOf("die"), write }, { signal: never });
    const waiting = run(pool, "say");
    const closed = pool.close(10_000);
    await expect(dead).rejects.toThrow("died");
    await expect(waiting).resolves.toBeDefined();
    await closed;
  });

  it("gives up what takes longer than its end may", async () => {
    const pool = poolOf();
    await run(pool, "say");
    const endless = run(pool, "wait 60000");
    const settled = expect(endless).rejects.toThrow(UnavailableError);
    const started = performance.now();
    await pool.close(100.5);
    expect(performance.now() - started).toBeLessThan(1_000);
    await settled;
  });
});
