// Asks a server for a sign of life every tenth of a second, in a process of its own: the clock of the one that makes thousands of requests a
// second runs late, and would count its own delays as the server's.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ask, type Reply, target } from "./load.ts";

const PAUSE = 100;

export interface Probe {
  /** Ends it, and gives the replies. */
  stop(): Promise<Reply[]>;
}

/** @param url of the server */
export async function probeHealth(url: string): Promise<Probe> {
  const child = fork(fileURLToPath(import.meta.url), [url], { execArgv: ["--import", "tsx"] });
  await once(child, "message");
  return {
    async stop() {
      child.send("stop");
      const [replies] = (await once(child, "message")) as [Reply[]];
      return replies;
    },
  };
}

async function run(url: string): Promise<void> {
  const to = target(url, 1);
  const replies: Reply[] = [];
  let probing = true;
  process.once("message", () => {
    probing = false;
  });
  await ask(to, "/healthz");
  process.send?.("ready");
  while (probing) {
    replies.push(await ask(to, "/healthz"));
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  process.send?.(replies, () => process.exit(0));
}

const [, program, url] = process.argv;
if (program === fileURLToPath(import.meta.url) && url !== undefined) void run(url);
