// Joins calls: those made while a run is under way are served by one run after it.

interface Call<T, R> {
  readonly items: readonly T[];
  readonly resolve: (results: R[]) => void;
  readonly reject: (cause: unknown) => void;
}

/** `run` on lists of items, one result an item in order, such that calls made at the same time share a run. A run that fails fails them all. */
export function coalesced<T, R>(run: (items: readonly T[]) => Promise<R[]>): (items: readonly T[]) => Promise<R[]> {
  let waiting: Call<T, R>[] = [];
  let running = false;

  async function work(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      // Messages that are already here get to add their calls.
      await new Promise((resolve) => setImmediate(resolve));
      const calls = waiting;
      waiting = [];
      try {
        const results = await run(calls.flatMap(({ items }) => items));
        let offset = 0;
        for (const { items, resolve } of calls) {
          resolve(results.slice(offset, offset + items.length));
          offset += items.length;
        }
      } catch (cause) {
        for (const { reject } of calls) reject(cause);
      }
    }
    running = false;
  }

  return (items) =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject });
      if (!running) void work();
    });
}
