// The tests that `npm test` runs: everything but the long checks, within five minutes on two cores.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/**/*.long.test.ts", "node_modules/**"],
    // Native sessions live in child processes: a worker thread that dies takes its whole process along.
    pool: "forks",
    testTimeout: 60_000,
  },
});
