// A pool whose jobs are done in the process of the test, by the very code that an inference process runs.
import type { InferencePool } from "../../server/inference/jobs.ts";
import { ModelCache } from "../../server/inference/model-cache.ts";
import { runJob } from "../../server/inference/run-job.ts";

export function createLocalPool(): InferencePool {
  const models = new ModelCache({ threads: 1, modelBytes: 2 ** 30 });
  return {
    ready: true,
    active: 0,
    full: false,
    counters: { processes: 0, restarts: 0, jobs: 0, overloaded: 0, cancelled: 0, failed: 0 },
    async run(ref, job, { signal, onItem = () => {} }) {
      const result = await models.use(ref, (served) => runJob(served, job, { signal, onItem }));
      return { ...result, queueMs: 0, computeMs: 0 };
    },
    async close() {},
  };
}
