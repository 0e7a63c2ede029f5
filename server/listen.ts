// Starts the server on a port, and stops it without losing what it has accepted.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { InputError, messageOf } from "../src/errors.ts";
import { errorCode } from "../src/run/atomic-file.ts";
import { type AppOptions, createApp } from "./app.ts";
import type { Lifecycle } from "./context.ts";
import { createDoor } from "./door.ts";
import { createHttpServer } from "./http-server.ts";
import { createIndexBuilder } from "./inference/index-builder.ts";
import type { InferencePool } from "./inference/jobs.ts";
import { createPool, type PoolOptions } from "./inference/pool.ts";
import { createLogger, type LoggerOptions } from "./logging.ts";
import { createMetrics } from "./metrics.ts";
import { createRegistry } from "./registry.ts";
import { isLoopback } from "./security.ts";

/** What {@link startServer} takes beside what the app does. */
export interface ServerOptions
  extends Omit<AppOptions, "registry" | "pool" | "ensureIndex" | "log" | "lifecycle" | "metrics" | "hosts"> {
  /** Run folders, or folders of run folders. */
  readonly runs: readonly string[];
  readonly host?: string;
  /**
   * Names that the server is asked for under, as behind a proxy, beside `host`, `localhost` and those of the origins in `cors`. What is asked
   * for under another name is refused, on loopback always, elsewhere where names are given.
   */
  readonly allowHosts?: readonly string[];
  /** 0 takes any that is free. */
  readonly port?: number;
  readonly inference?: Omit<PoolOptions, "log">;
  readonly logging?: LoggerOptions;
  /** Made by {@link createPool} where none is given. */
  readonly pool?: InferencePool;
}

export interface RunningServer {
  /** With the port that was taken, and no slash at its end. */
  readonly url: string;
  /**
   * Stops: is no longer ready, accepts no more connections, answers what it has accepted, and ends within `seconds`. A second call
   * waits for the first.
   */
  close(options?: { readonly seconds?: number }): Promise<void>;
}

const CLOSE_SECONDS = 9;
/** Connections that may wait to be accepted; one too many tries again only after a second. The system may allow fewer. */
const BACKLOG = 4_096;
/** Milliseconds that remain for the pool to end its processes. */
const POOL_CLOSE = 1_000;

/**
 * Serves runs.
 * @throws InputError when a run cannot be served, or the port cannot be had
 */
export async function startServer({
  runs,
  host = "127.0.0.1",
  port = 8_080,
  allowHosts = [],
  inference = {},
  logging = {},
  pool: given,
  ...options
}: ServerOptions): Promise<RunningServer> {
  const log = createLogger(logging);
  const lifecycle: Lifecycle = { draining: false };
  const registry = await createRegistry(runs, { warn: (sentence) => log.warn(sentence) });
  const http = await createHttpServer();
  // Before the processes are started: a port in use should cost nothing.
  await listen(http.server, host, port);

  const pool = given ?? createPool({ ...inference, log: (line) => log.warn(line) });
  const index = createIndexBuilder({ log: (line) => log.info(line) });
  const metrics = createMetrics(pool, { process: true });
  const ensureIndex = index.ensure.bind(index);
  const hosts = hostsOf(http.server, { host, allowHosts, cors: options.cors ?? [] });
  const app = createApp({ ...options, hosts, registry, pool, ensureIndex, log, lifecycle, metrics });
  http.serve(app, await createDoor({ app, pool, lifecycle, metrics, log }));

  let closing: Promise<void> | undefined;
  return {
    url: urlOf(http.server),
    close({ seconds = CLOSE_SECONDS } = {}) {
      closing ??= (async () => {
        lifecycle.draining = true;
        index.close();
        const start = performance.now();
        await http.connections.drain(Math.max(0, seconds * 1_000 - POOL_CLOSE));
        await pool.close(Math.max(POOL_CLOSE, seconds * 1_000 - (performance.now() - start)));
        await new Promise<void>((resolve) => log.flush(() => resolve()));
      })();
      return closing;
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, backlog: BACKLOG }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (cause) {
    const code = errorCode(cause);
    const what =
      code === "EADDRINUSE"
        ? `Port ${port} of ${host} is in use; expected one that is free, or 0 for any that is`
        : code === "EACCES"
          ? `Port ${port} may not be used; expected one above 1023`
          : `The address ${host} cannot be listened on (${messageOf(cause)})`;
    throw new InputError(`${what}.`, { cause });
  }
}

/** The names that requests may be for; undefined where any will do. */
function hostsOf(
  server: Server,
  { host, allowHosts, cors }: { host: string; allowHosts: readonly string[]; cors: readonly string[] },
): readonly string[] | undefined {
  const { address } = server.address() as AddressInfo;
  const isOpen = allowHosts.length === 0 && !isLoopback(address);
  // Pages of all origins may ask: there is nothing to keep from those of another name.
  if (isOpen || cors.includes("*")) return undefined;
  return [host, ...allowHosts, ...cors.map((origin) => new URL(origin).hostname)];
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  const name = address === "0.0.0.0" || address === "::" ? "localhost" : family === "IPv6" ? `[${address}]` : address;
  return `http://${name}:${port}`;
}
