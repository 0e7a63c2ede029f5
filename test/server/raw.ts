// A request as bytes: what no client would send, since it tidies addresses and headers first.
import { once } from "node:events";
import { connect } from "node:net";

/** Sends the bytes over a connection of their own, and gives what came back when the server has closed it. */
export async function raw(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let reply = "";
  socket.on("data", (part) => {
    reply += part;
  });
  socket.on("error", () => {});
  socket.write(bytes);
  await once(socket, "close");
  return reply;
}
