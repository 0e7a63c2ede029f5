// What the server can take: `npm run bench:server -- VERB --run RUN`. Everything stays on this machine.
import { Command } from "commander";
import { ask, bySecond, closedLoop, openLoop, percentile, type Reply, statuses, target, times } from "./load.ts";
import { probeHealth } from "./probe.ts";
import { inferencePids, residentMegabytes, type ServerUnderTest, startServer, stopServer } from "./process.ts";
import { visits } from "./visits.ts";

const CLAUSES = ["the service was great", "the food is cold", "i will come back", "we waited for an hour"];
const ENDS = ["and the staff is friendly", "but it was worth it", "with my family", "on a friday night"];

/** An interpolation; its sentences differ from request to request, and are no longer than those of the corpus. */
function walk(count: number) {
  const at = (list: readonly string[], i: number): string => list[i % list.length] as string;
  return {
    from: `${at(CLAUSES, count)} ${at(ENDS, Math.floor(count / 4))}`,
    to: `${at(CLAUSES, count + 1)} ${at(ENDS, Math.floor(count / 8) + 1)}`,
    steps: 8,
    max_length: 15,
  };
}

const program = new Command("bench:server").description("measurements of the server; each prints what it found");
const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;

/** A server that is warm, for as long as `measure` takes. */
async function withServer(
  run: string,
  flags: readonly string[],
  measure: (
    server: ServerUnderTest,
    interpolate: (count: number) => Promise<Reply>,
    post: (route: string, body: object) => Promise<Reply>,
  ) => Promise<void>,
): Promise<void> {
  const server = await startServer(run, flags);
  try {
    const clients = target(server.url, 4_096);
    const models = JSON.parse((await ask(clients, "/v1/models")).body) as { models: { id: string }[] };
    const post = (route: string, body: object) => ask(clients, `/v1/models/${models.models[0]?.id}/${route}`, body);
    const interpolate = (count: number) => post("interpolate", walk(count));
    for (let i = 0; i < 20; i++) await interpolate(i);
    await measure(server, interpolate, post);
  } finally {
    await stopServer(server);
  }
}

program
  .command("latency")
  .description("interpolations of 8 steps by one client, then by 32 at once")
  .requiredOption("--run <folder>", "a trained run")
  .option("--seconds <n>", "of each", Number, 20)
  .action(async ({ run, seconds }) => {
    await withServer(run, [], async (_, interpolate) => {
      const one = await closedLoop(1, seconds, interpolate);
      const many = await closedLoop(32, seconds, interpolate);
      for (const [name, replies] of Object.entries({ "1 client": one, "32 clients": many })) {
        const took = times(replies);
        console.log(
          `${name}: ${statuses(replies)}; p50 ${milliseconds(percentile(took, 0.5))}, p99 ${milliseconds(percentile(took, 0.99))}; ${(took.length / seconds).toFixed(1)} a second`,
        );
      }
      console.log(`throughput of 32 clients ÷ 1 client: ${(times(many).length / times(one).length).toFixed(2)}`);
    });
  });

program
  .command("overload")
  .description("ten times the requests a second that the server can answer")
  .requiredOption("--run <folder>", "a trained run")
  .option("--seconds <n>", "of overload", Number, 60)
  .option("--factor <n>", "times the measured rate", Number, 10)
  .option("--places <n>", "places of the server", Number, 64)
  .action(async ({ run, seconds, factor, places }) => {
    await withServer(run, ["--places", String(places)], async (server, interpolate) => {
      const full = await closedLoop(places, 15, interpolate);
      const rate = times(full).length / 15;
      console.log(`as many clients as places (${places}): ${statuses(full)}; ${rate.toFixed(0)} a second`);
      // Memory is measured in the same state before and after: under overload.
      await openLoop(rate * factor, 5, interpolate);
      const before = residentMegabytes(server.pid);
      const probe = await probeHealth(server.url);
      const replies = await openLoop(rate * factor, seconds, interpolate);
      const peak = residentMegabytes(server.pid);
      const ended = performance.now();
      let recovered = await interpolate(0);
      while (recovered.status !== 200 || recovered.milliseconds > 200) recovered = await interpolate(0);
      const back = performance.now() - ended;
      const accepted = times(replies);
      const health = times(await probe.stop());
      // By Little's law the places, divided by what is answered a second, are the time that a place is held.
      const share = (1_000 * places) / (accepted.length / seconds);
      // What a neighbour takes of the machine for a few seconds makes those slower, and not their requests unequal.
      const ratios = bySecond(replies).map((values) => (percentile(values, 0.99) * values.length) / (1_000 * places));
      console.log(`${(rate * factor).toFixed(0)} a second for ${seconds} s: ${statuses(replies)}`);
      console.log(
        `accepted: p50 ${milliseconds(percentile(accepted, 0.5))}, p99 ${milliseconds(percentile(accepted, 0.99))}; the queue's share is ${milliseconds(share)}: p99 ÷ it ${(percentile(accepted, 0.99) / share).toFixed(2)}, in the median second ${percentile(ratios, 0.5).toFixed(2)}`,
      );
      console.log(`refused: p99 ${milliseconds(percentile(times(replies, 429), 0.99))}`);
      console.log(`/healthz: ${health.length} probes, p99 ${milliseconds(percentile(health, 0.99))}`);
      console.log(
        `memory: ${before.toFixed(0)} MB before, ${peak.toFixed(0)} MB after: ${((peak / before - 1) * 100).toFixed(1)} %`,
      );
      console.log(`back to normal after ${milliseconds(back)}`);
    });
  });

program
  .command("kills")
  .description("kill -9 of inference processes under load")
  .requiredOption("--run <folder>", "a trained run")
  .option("--times <n>", "kills", Number, 100)
  .action(async ({ run, times: kills }) => {
    await withServer(run, [], async (server, interpolate) => {
      let killing = true;
      const loads = Array.from({ length: 8 }, async (_, client) => {
        const replies = [];
        for (let i = client; killing; i += 8) {
          const reply = await interpolate(i);
          replies.push(reply);
          if (reply.status === 503) await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return replies;
      });
      const respawns: number[] = [];
      for (let i = 0; i < kills; i++) {
        const [pid] = inferencePids(server.pid);
        if (pid === undefined) throw new Error("There is no inference process to kill.");
        process.kill(pid, "SIGKILL");
        const started = performance.now();
        let reply = await interpolate(i);
        while (reply.status !== 200) reply = await interpolate(i);
        respawns.push(performance.now() - started);
        await new Promise((resolve) => setTimeout(resolve, 100 + (i % 7) * 30));
      }
      killing = false;
      const replies = (await Promise.all(loads)).flat();
      console.log(`${kills} kills; replies: ${statuses(replies)}`);
      console.log(
        `from a kill to the next answer: median ${milliseconds(percentile(respawns, 0.5))}, longest ${milliseconds(Math.max(...respawns))}`,
      );
      console.log(`the server itself: ${server.process.exitCode === null ? "still there" : "gone"}`);
    });
  });

program
  .command("stops")
  .description("SIGTERM under load with clients that keep their connections")
  .requiredOption("--run <folder>", "a trained run")
  .option("--times <n>", "stops", Number, 100)
  .action(async ({ run, times: stops }) => {
    let [lost, answered, refused] = [0, 0, 0];
    const ends: number[] = [];
    for (let i = 0; i < stops; i++) {
      const server = await startServer(run);
      const clients = target(server.url, 16);
      const models = JSON.parse((await ask(clients, "/v1/models")).body) as { models: { id: string }[] };
      const path = `/v1/models/${models.models[0]?.id}/interpolate`;
      await ask(clients, path, walk(i));
      let running = true;
      const loads = Array.from({ length: 8 }, async (_, client) => {
        const replies = [];
        for (let count = client; running; count += 8) {
          const reply = await ask(clients, path, walk(count));
          replies.push(reply);
          // Refused connections: the server no longer listens.
          if (reply.status !== 200) return replies;
        }
        return replies;
      });
      await new Promise((resolve) => setTimeout(resolve, 150 + (i % 10) * 40));
      ends.push(await stopServer(server));
      running = false;
      const replies = (await Promise.all(loads)).flat();
      answered += replies.filter(({ status }) => status === 200).length;
      refused += replies.filter(({ status, error }) => status === 503 || error === "ECONNREFUSED").length;
      lost += replies.filter(({ status, error }) => status === 0 && error !== "ECONNREFUSED").length;
    }
    console.log(`${stops} stops: ${answered} answered, ${refused} came too late and were told so, ${lost} lost`);
    console.log(
      `time to exit: median ${milliseconds(percentile(ends, 0.5))}, longest ${milliseconds(Math.max(...ends))}`,
    );
  });

program
  .command("seeds")
  .description("the same seeds alone, and among interpolations of other clients")
  .requiredOption("--run <folder>", "a trained run")
  .option("--times <n>", "seeds", Number, 1_000)
  .option("--clients <n>", "clients at once", Number, 32)
  .action(async ({ run, times: seeds, clients }) => {
    await withServer(run, [], async (_, interpolate, post) => {
      const written = async (seed: number): Promise<string> => {
        const { status, body } = await post("generate", { n: 1, temperature: 1, seed });
        return status === 200 ? JSON.stringify(JSON.parse(body).texts) : `status ${status}`;
      };
      const alone: string[] = [];
      for (let seed = 0; seed < seeds; seed++) alone.push(await written(seed));
      const together: string[] = [];
      let next = 0;
      await Promise.all(
        Array.from({ length: clients }, async (_, client) => {
          for (let seed = next++; seed < seeds; seed = next++) {
            // Half of the clients walk in between, so that batches are ever other ones.
            if (client % 2 === 0) await interpolate(seed);
            together[seed] = await written(seed);
          }
        }),
      );
      const same = alone.filter((texts, seed) => !texts.startsWith("status") && texts === together[seed]).length;
      console.log(`${same} of ${seeds} seeds gave the same text alone and among ${clients} clients`);
    });
  });

program
  .command("page")
  .description("from the page's first paint to the first sentence on it, for visitors who were never there")
  .requiredOption("--run <folder>", "a trained run")
  .option("--times <n>", "visits", Number, 50)
  .action(async ({ run, times: count }) => {
    await withServer(run, [], async ({ url }) => {
      const [, ...found] = await visits(url, count + 1);
      const waits = found.map(({ painted, written }) => written - painted);
      const whole = found.map(({ written }) => written);
      for (const [name, values] of Object.entries({
        "first paint to first sentence": waits,
        "from the address": whole,
      })) {
        console.log(
          `${name}: median ${milliseconds(percentile(values, 0.5))}, p95 ${milliseconds(percentile(values, 0.95))}, longest ${milliseconds(Math.max(...values))} of ${count}`,
        );
      }
    });
  });

await program.parseAsync();
