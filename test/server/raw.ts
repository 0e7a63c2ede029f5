// Connections as bytes: what no client would send, since it tidies addresses and headers first.
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface RawConnection {
  readonly socket: Socket;
  /** Settled when the server has closed it. */
  readonly closed: Promise<unknown>;
  /** All that has come so far. */
  received(): string;
}

/** A connection of one's own, on which nothing has been sent. */
export async function open(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let reply = "";
  socket.on("data", (part) => {
    reply += part;
  });
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await once(socket, "connect");
  socket.on("error", () => {});
  return { socket, closed, received: () => reply };
}

/** Sends the bytes over a connection of their own, and gives what came back when the server has closed it. */
export async function raw(url: string, bytes: string | Buffer): Promise<string> {
  const { socket, closed, received } = await open(url);
  socket.write(bytes);
  await closed;
  return received();
}
