// The HTTP server below the application: limits on slow clients, and errors in the one shape for what never reaches the application.
import { createServer, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { errorCode } from "../src/run/atomic-file.ts";
import { Connections } from "./connections.ts";
import type { App } from "./context.ts";
import type { Door } from "./door.ts";
import type { ErrorReply } from "./schemas.ts";
import { securityHeaderValues } from "./security.ts";

/** Seconds for the headers of a request, for all of it, and of idleness between two. */
const HEADERS_TIMEOUT = 10;
const REQUEST_TIMEOUT = 30;
const KEEP_ALIVE = 5;
/** Milliseconds that an idle connection is kept beyond what its client is told: a request may be on its way when the time is up. */
const KEEP_ALIVE_GRACE = 999;
const HEADER_BYTES = 16 * 1_024;

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const MALFORMED: Refusal = { status: 400, code: "bad_request", message: "The request is malformed." };
const WITHOUT_HOST: Refusal = { ...MALFORMED, message: "The request has no Host header; expected one." };
const UNEXPECTED: Refusal = {
  status: 417,
  code: "expectation_failed",
  message: 'The request expects what this server does not do; expected the header "Expect: 100-continue", or none.',
};

const TUNNEL: Refusal = {
  status: 405,
  code: "method_not_allowed",
  message: "The server opens no tunnels for CONNECT; expected GET or POST.",
};

/** What is wrong, by the code of the error that Node has met. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: "headers_too_large",
    message: `The headers are too large; expected at most ${HEADER_BYTES} bytes.`,
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: "too_large",
    message: "The extensions of a chunk are too large.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: "timeout",
    message: `The request came too slowly; expected its headers within ${HEADERS_TIMEOUT} seconds, all of it within ${REQUEST_TIMEOUT}.`,
  },
};

export interface HttpServer {
  readonly server: Server;
  readonly connections: Connections;
  /** Hands requests to the application from now on, but for those that are refused at the door. */
  serve(app: App, door?: Door): void;
}

/** A server that does not listen yet. */
export async function createHttpServer(): Promise<HttpServer> {
  const common = { ...(await securityHeaderValues()), "content-type": "application/json" };
  const server = createServer({
    headersTimeout: HEADERS_TIMEOUT * 1_000,
    requestTimeout: REQUEST_TIMEOUT * 1_000,
    // Clients are told its whole seconds.
    keepAliveTimeout: KEEP_ALIVE * 1_000 + KEEP_ALIVE_GRACE,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: HEADER_BYTES,
    // Node's own refusal would have no body.
    requireHostHeader: false,
  });
  const connections = new Connections(server);

  const headersFor = (body: string) => ({ ...common, connection: "close", "content-length": Buffer.byteLength(body) });

  function refuse(reply: ServerResponse, refusal: Refusal): void {
    const body = bodyOf(refusal);
    reply.writeHead(refusal.status, headersFor(body)).end(body);
  }

  /** The same where there is no reply to write to. */
  function refuseOn(socket: Socket, refusal: Refusal, more: Readonly<Record<string, string>> = {}): void {
    const body = bodyOf(refusal);
    const lines = Object.entries({ ...headersFor(body), ...more }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${lines.join("")}\r\n${body}`);
  }

  server.on("checkExpectation", (_, reply) => refuse(reply, UNEXPECTED));
  server.on("clientError", (error, socket: Socket) => {
    const code = errorCode(error) ?? "";
    if (!socket.writable || code === "ECONNRESET" || connections.isReplying(socket)) return void socket.destroy();
    refuseOn(socket, REFUSALS[code] ?? MALFORMED);
  });
  server.on("connect", (_, socket: Socket) => {
    // Node has let go of it: an error that nobody listens for would end the process.
    socket.on("error", () => {});
    if (connections.isOwed(socket)) return void socket.destroy();
    refuseOn(socket, TUNNEL, { allow: "GET, HEAD, POST" });
    socket.destroySoon();
  });

  return {
    server,
    connections,
    serve(app, door = () => false) {
      const listener = getRequestListener(app.fetch, {
        errorHandler: () => new Response(bodyOf(MALFORMED), { status: MALFORMED.status, headers: common }),
      });
      server.on("request", (request, reply) => {
        if (request.headers.host === undefined && request.httpVersion !== "1.0") refuse(reply, WITHOUT_HOST);
        else if (!door(request, reply)) void listener(request, reply);
      });
    },
  };
}

function bodyOf({ code, message }: Refusal): string {
  return JSON.stringify({ error: { code, message } } satisfies ErrorReply);
}
