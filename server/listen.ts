// Starts the server on a port, and stops it without losing what it has accepted.
import { createServer, type Server, STATUS_CODES } from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { InputError, messageOf } from "../src/errors.ts";
import { errorCode } from "../src/run/atomic-file.ts";
import { type AppOptions, createApp } from "./app.ts";
import type { Lifecycle } from "./context.ts";
import { createIndexBuilder } from "./inference/index-builder.ts";
import type { InferencePool } from "./inference/jobs.ts";
import { createPool, type PoolOptions } from "./inference/pool.ts";
import { createLogger, type LoggerOptions } from "./logging.ts";
import { createMetrics } from "./metrics.ts";
import { createRegistry } from "./registry.ts";
import type { ErrorReply } from "./schemas.ts";

/** What {@link startServer} takes beside what the app does. */
export interface ServerOptions
  extends Omit<AppOptions, "registry" | "pool" | "ensureIndex" | "log" | "lifecycle" | "metrics"> {
  /** Run folders, or folders of run folders. */
  readonly runs: readonly string[];
  readonly host?: string;
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
/** Milliseconds that remain for the pool to end its processes. */
const POOL_CLOSE = 1_000;
/** Milliseconds in which a client that is at work learns from its next reply that its connection ends. */
const GRACE = 400;
const IDLE_CHECK = 50;

const BAD_REQUEST: ErrorReply = { error: { code: "bad_request", message: "The request is malformed." } };

/**
 * Serves runs.
 * @throws InputError when a run cannot be served, or the port cannot be had
 */
export async function startServer({
  runs,
  host = "127.0.0.1",
  port = 8_080,
  inference = {},
  logging = {},
  pool: given,
  ...options
}: ServerOptions): Promise<RunningServer> {
  const log = createLogger(logging);
  const lifecycle: Lifecycle = { draining: false };
  const registry = await createRegistry(runs, { warn: (sentence) => log.warn(sentence) });
  const server = serverOf();
  // Before the processes are started: a port in use should cost nothing.
  await listen(server, host, port);

  const pool = given ?? createPool({ ...inference, log: (line) => log.warn(line) });
  const index = createIndexBuilder({ log: (line) => log.info(line) });
  const metrics = createMetrics(pool, { process: true });
  const ensureIndex = index.ensure.bind(index);
  const app = createApp({ ...options, registry, pool, ensureIndex, log, lifecycle, metrics });
  server.on(
    "request",
    getRequestListener(app.fetch, { errorHandler: () => Response.json(BAD_REQUEST, { status: 400 }) }),
  );

  let closing: Promise<void> | undefined;
  return {
    url: urlOf(server),
    close({ seconds = CLOSE_SECONDS } = {}) {
      closing ??= (async () => {
        lifecycle.draining = true;
        index.close();
        const start = performance.now();
        await drain(server, Math.max(0, seconds * 1_000 - POOL_CLOSE));
        await pool.close(Math.max(POOL_CLOSE, seconds * 1_000 - (performance.now() - start)));
        await new Promise<void>((resolve) => log.flush(() => resolve()));
      })();
      return closing;
    },
  };
}

/** Limits that keep slow clients from holding connections: 10 s for headers, 30 s for a request, 5 s of idleness, 16 KiB of headers. */
function serverOf(): Server {
  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 16 * 1_024,
  });
  server.on("clientError", (error, socket: Socket) => {
    if (!socket.writable || errorCode(error) === "ECONNRESET") return void socket.destroy();
    const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[errorCode(error) ?? ""] ?? 400;
    const body = JSON.stringify(BAD_REQUEST);
    const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\nconnection: close`;
    socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  });
  return server;
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port }, () => {
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

/** Accepts no more connections, and waits at most `milliseconds` until those there are have ended. */
async function drain(server: Server, milliseconds: number): Promise<void> {
  let idle: NodeJS.Timeout | undefined;
  let late: NodeJS.Timeout | undefined;
  // An HTTP server's own `close` would cut idle connections at once, also those whose next request is on its way. Those get an answer here
  // that tells them to go, and only who stays silent is cut.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  const grace = setTimeout(() => {
    server.closeIdleConnections();
    idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK);
  }, GRACE);
  const timeout = new Promise<void>((resolve) => {
    late = setTimeout(resolve, milliseconds);
  });
  await Promise.race([closed, timeout]);
  clearTimeout(grace);
  clearInterval(idle);
  clearTimeout(late);
  server.closeAllConnections();
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  const name = address === "0.0.0.0" || address === "::" ? "localhost" : family === "IPv6" ? `[${address}]` : address;
  return `http://${name}:${port}`;
}
