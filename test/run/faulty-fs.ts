// The promise half of node:fs with faults on demand: the n-th call, or every call from the n-th on, fails.
// A write that fails has written half the file, a removal that fails has removed one file of a checkpoint.
import type { FileHandle } from "node:fs/promises";

type Functions = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** The calls since the last `reset`, and which of them fails. */
export const faults = {
  calls: [] as string[],
  failAt: Number.POSITIVE_INFINITY,
  code: "EIO",
  lasting: false,
  tripped: false,

  reset(options: { failAt?: number; code?: string; lasting?: boolean } = {}): void {
    Object.assign(this, { calls: [], failAt: Number.POSITIVE_INFINITY, lasting: false, tripped: false }, options);
  },

  /** Whether the call now made has to fail. */
  strikes(call: string): boolean {
    const index = this.calls.push(call) - 1;
    const strikes = this.lasting ? index >= this.failAt : index === this.failAt;
    this.tripped ||= strikes;
    return strikes;
  },

  error(call: string): Error {
    return Object.assign(new Error(`${this.code}: simulated, ${call}`), { code: this.code });
  },
};

/** What `vi.mock("node:fs/promises", …)` puts in the place of the module. */
export function faulty<T extends object>(real: T): T {
  const wrapped: Record<string, unknown> = { ...(real as object) };
  const functions = real as unknown as Functions;
  for (const name of ["rename", "mkdir", "stat", "readdir"]) {
    wrapped[name] = guarded(name, (...args) => call(functions, name, args));
  }
  wrapped.open = guarded("open", async (...args) =>
    faultyHandle((await call(functions, "open", args)) as FileHandle, String(args[0])),
  );
  wrapped.rm = async (path: unknown, options: { recursive?: boolean }) => {
    if (!faults.strikes(`rm ${path}`)) return call(functions, "rm", [path, options]);
    if (options.recursive) await call(functions, "rm", [`${path}/weights.safetensors`, options]);
    throw faults.error(`rm ${path}`);
  };
  wrapped.writeFile = async (path: unknown, content: unknown, options: { flush?: boolean }) => {
    const name = `writeFile ${path}${options.flush ? " flushed" : ""}`;
    if (!faults.strikes(name)) return call(functions, "writeFile", [path, content, options]);
    const whole = Buffer.concat(
      typeof content === "string" ? [Buffer.from(content)] : [...(content as Iterable<Uint8Array>)],
    );
    await call(functions, "writeFile", [path, whole.subarray(0, whole.length / 2)]);
    throw faults.error(name);
  };
  return wrapped as T;
}

function faultyHandle(handle: FileHandle, path: string): object {
  const functions = handle as unknown as Functions;
  return Object.fromEntries(
    ["sync", "read", "stat", "close"].map((name) => {
      const own = (...args: unknown[]) => call(functions, name, args);
      return [name, name === "close" ? own : guarded(name, own, path)];
    }),
  );
}

function guarded(name: string, work: (...args: unknown[]) => Promise<unknown>, of?: string) {
  return async (...args: unknown[]) => {
    const label = [name, of ?? args[0], ...(name === "rename" ? [args[1]] : [])].join(" ");
    if (faults.strikes(label)) throw faults.error(label);
    return work(...args);
  };
}

function call(functions: Functions, name: string, args: unknown[]): Promise<unknown> {
  const work = functions[name];
  if (work === undefined) throw new Error(`no function ${name}`);
  return work.apply(functions, args);
}
