// The tests that `npm test` runs: everything but the long checks, within five minutes on two cores.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/**/*.long.test.ts", "node_modules/**"],
    // Native sessions live in child processes: a worker thread that dies takes its whole process along.
    pool: "forks",
    // Where there are two cores vitest would take one: half of the time, tests wait for browsers, children and disks.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
  },
});
