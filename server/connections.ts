// The connections of a server and the replies that are owed on each. Node's own count of idle ones leaves out those that never sent a
// request, as browsers open them ahead of time.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";

/** Milliseconds in which a client that is at work learns from its next reply that its connection ends. */
const GRACE = 400;
/** Milliseconds in which the rest of a request must come that was on its way. */
const BODY_GRACE = 2_000;
const CHECK = 50;

export class Connections {
  readonly #server: Server;
  readonly #owed = new Map<Socket, Set<ServerResponse>>();

  constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#owed.set(socket, new Set());
      socket.once("close", () => this.#owed.delete(socket));
    });
    server.on("request", ({ socket }: IncomingMessage, reply: ServerResponse) => {
      this.#owed.get(socket)?.add(reply);
      reply.once("close", () => this.#owed.get(socket)?.delete(reply));
    });
  }

  /** Whether the client has read a part of a reply, such that anything else written now would be taken for the rest of it. */
  isReplying(socket: Socket): boolean {
    return [...(this.#owed.get(socket) ?? [])].some(({ headersSent }) => headersSent);
  }

  /** Whether a reply is to come, such that anything written before it would be taken for it. */
  isOwed(socket: Socket): boolean {
    return (this.#owed.get(socket)?.size ?? 0) > 0;
  }

  /** Accepts no more connections, and waits at most `milliseconds` until those there are have ended. */
  async drain(milliseconds: number): Promise<void> {
    let check: NodeJS.Timeout | undefined;
    let late: NodeJS.Timeout | undefined;
    const begun = performance.now();
    // An HTTP server's own `close` would cut idle connections at once, also those whose next request is on its way. Those get an answer
    // here that tells them to go, and only who stays silent is cut.
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(this.#server, () => resolve()));
    const grace = setTimeout(() => {
      this.#endIdle(false);
      check = setInterval(() => this.#endIdle(performance.now() - begun > BODY_GRACE), CHECK);
    }, GRACE);
    const timeout = new Promise<void>((resolve) => {
      late = setTimeout(resolve, milliseconds);
    });
    await Promise.race([closed, timeout]);
    clearTimeout(grace);
    clearInterval(check);
    clearTimeout(late);
    this.#server.closeAllConnections();
  }

  /** Ends the connections on which no reply is owed; with `half`, also those of requests that have not come whole. */
  #endIdle(half: boolean): void {
    for (const [socket, replies] of this.#owed) {
      if ([...replies].every(({ req }) => half && !req.complete)) socket.destroySoon();
    }
  }
}
