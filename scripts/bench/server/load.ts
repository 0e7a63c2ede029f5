// Loads a server over loopback and times each reply: closed loops (a client asks again when it has its answer) and open ones (at a fixed rate).
import { Agent, request } from "node:http";

/** Milliseconds without a sign of life before a request is given up. */
const TIMEOUT = 60_000;

export interface Reply {
  /** 0: the connection failed. */
  readonly status: number;
  readonly milliseconds: number;
  /** When it came, in milliseconds of the clock of `performance`. */
  readonly at: number;
  readonly body: string;
  /** Why there is no reply: ECONNREFUSED where nobody listened, anything else where a request may have been lost. */
  readonly error?: string;
}

export interface Target {
  readonly hostname: string;
  readonly port: string;
  readonly agent: Agent;
}

export function target(url: string, connections: number): Target {
  const { hostname, port } = new URL(url);
  // With a limit of its own an agent heeds the server's as well, and asks nothing on a connection that is about to be given up.
  const agent = new Agent({ keepAlive: true, maxSockets: connections, timeout: TIMEOUT });
  return { hostname, port, agent };
}

/** One request; it never throws. The clock runs from its sending to the end of its reply. */
export function ask(to: Target, path: string, body?: unknown): Promise<Reply> {
  const started = performance.now();
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve) => {
    const reply = (status: number, text: string, error?: string): void => {
      const at = performance.now();
      resolve({ status, milliseconds: at - started, at, body: text, ...(error !== undefined && { error }) });
    };
    const failed = (cause: NodeJS.ErrnoException): void => reply(0, "", cause.code ?? cause.message);
    const headers = payload
      ? { "content-type": "application/json", "content-length": String(Buffer.byteLength(payload)) }
      : {};
    const sent = request({ ...to, path, method: payload ? "POST" : "GET", headers, timeout: TIMEOUT }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => reply(response.statusCode ?? 0, Buffer.concat(parts).toString()));
      response.on("error", failed);
    });
    sent.on("error", failed);
    sent.on("timeout", () => sent.destroy());
    sent.end(payload);
  });
}

/** `clients` that each ask again as soon as they have their answer, for `seconds`. */
export async function closedLoop(
  clients: number,
  seconds: number,
  once: (count: number) => Promise<Reply>,
): Promise<Reply[]> {
  const end = performance.now() + 1_000 * seconds;
  const replies: Reply[] = [];
  let count = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < end) replies.push(await once(count++));
    }),
  );
  return replies;
}

/**
 * Requests at `rate` a second for `seconds`, whether or not earlier ones have been answered. The bodies of the replies are let go: hundreds of
 * thousands of them, collected in between, would hold up the clock of those to come.
 */
export async function openLoop(
  rate: number,
  seconds: number,
  once: (count: number) => Promise<Reply>,
): Promise<Reply[]> {
  const started = performance.now();
  const replies: Reply[] = [];
  let sent = 0;
  const send = async (): Promise<void> => {
    replies.push({ ...(await once(sent++)), body: "" });
  };
  while (performance.now() - started < 1_000 * seconds) {
    const due = Math.floor(((performance.now() - started) / 1_000) * rate);
    while (sent < due) void send();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  while (replies.length < sent) await new Promise((resolve) => setTimeout(resolve, 1));
  return replies;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** How often each status came, as "200: 17, 429: 3"; where none came, why. */
export function statuses(replies: readonly Reply[]): string {
  const counts = new Map<string, number>();
  for (const { status, error } of replies) {
    const name = status === 0 ? `no reply (${error})` : String(status);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${name}: ${count}`)
    .join(", ");
}

export const times = (replies: readonly Reply[], status = 200): number[] =>
  replies.filter((reply) => reply.status === status).map(({ milliseconds }) => milliseconds);

/** Milliseconds of the replies of each second in which there were some, the first and the last left out as they are not whole. */
export function bySecond(replies: readonly Reply[], status = 200): number[][] {
  const seconds = new Map<number, number[]>();
  for (const reply of replies) {
    if (reply.status !== status) continue;
    const second = Math.floor(reply.at / 1_000);
    seconds.set(second, [...(seconds.get(second) ?? []), reply.milliseconds]);
  }
  return [...seconds]
    .sort(([a], [b]) => a - b)
    .map(([, values]) => values)
    .slice(1, -1);
}
