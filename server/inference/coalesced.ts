// Joins calls: those made while a run is under way are served by one run after it.

interface Call<T, R> {
  readonly items: readonly T[];
  readonly resolve: (results: R[]) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * `run` on lists of items, one result an item in order, such that calls made at the same time share a run. When one fails that several share,
 * each has a run of its own: what is wrong with the items of one is no failure of the others.
 */
export function coalesced<T, R>(run: (items: readonly T[]) => Promise<R[]>): (items: readonly T[]) => Promise<R[]> {
  let waiting: Call<T, R>[] = [];
  let running = false;

  async function serve(calls: readonly Call<T, R>[]): Promise<void> {
    try {
      const results = await run(calls.flatMap(({ items }) => items));
      let offset = 0;
      for (const { items, resolve } of calls) {
        resolve(results.slice(offset, offset + items.length));
        offset += items.length;
      }
    } catch (cause) {
      if (calls.length > 1) for (const call of calls) await serve([call]);
      else for (const { reject } of calls) reject(cause);
    }
  }

  async function work(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      // Messages that are already here get to add their calls.
      await new Promise((resolve) => setImmediate(resolve));
      const calls = waiting;
      waiting = [];
      await serve(calls);
    }
    running = false;
  }

  return (items) =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject });
      if (!running) void work();
    });
}
