// `latentext serve`: the API and the playground over run folders, until a signal comes.
import { type Command, InvalidArgumentError } from "commander";
import { openBrowser } from "./open-browser.ts";
import { integerFrom } from "./options.ts";
import type { Streams } from "./streams.ts";

interface Flags {
  readonly host: string;
  readonly port: number;
  readonly token?: string;
  readonly cors: readonly string[];
  readonly allowHost: readonly string[];
  readonly processes?: number;
  readonly threads?: number;
  readonly places?: number;
  readonly rate?: number;
  readonly deadline: number;
  readonly logTexts?: boolean;
  readonly open?: boolean;
  readonly quiet?: boolean;
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** Requests a minute and address where strangers can ask. */
const PUBLIC_RATE = 600;

/** Milliseconds that what still runs after the server has stopped is given. */
const EXIT_GRACE = 500;

export function registerServe(program: Command, streams: Streams): void {
  program
    .command("serve")
    .description("serve models: an API and a playground")
    .argument("<run...>", "run folders, or folders of run folders")
    .option("--host <name>", "address to listen on", "127.0.0.1")
    .option("--port <n>", "port to listen on; 0: any that is free", port, 8_080)
    .option("--token <text>", "bearer token that requests must have (default: LATENTEXT_TOKEN, if that is set)")
    .option("--cors <origin>", "origin whose pages may ask, as https://example.org; can be repeated", origin, [])
    .option("--allow-host <name>", "name that requests may be for, as of a proxy; can be repeated", hostName, [])
    .option("--processes <n>", "inference processes (default: one for every two processors)", integerFrom(1))
    .option("--threads <n>", "threads of each (default: the processors shared out)", integerFrom(1))
    .option("--places <n>", "requests that may be under way at once (default: 64)", integerFrom(1))
    .option(
      "--rate <n>",
      `requests a minute and address, at most; 0: any number (default: 0 on loopback, else ${PUBLIC_RATE})`,
      integerFrom(0),
    )
    .option("--deadline <seconds>", "time that a request may take", seconds, 30)
    .option("--log-texts", "write into the log what each request asks, refused ones included, and the texts written")
    .option("--open", "show the playground in a browser")
    .option("--quiet", "log nothing but errors")
    .action(async (runs: string[], flags: Flags) => {
      const token = flags.token ?? process.env.LATENTEXT_TOKEN;
      if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
        program.error("error: the token is empty or has characters other than visible ASCII");
      }
      const { startServer } = await import("../../server/listen.ts");
      const { host, processes, threads, places, quiet = false } = flags;
      const server = await startServer({
        runs,
        host,
        port: flags.port,
        token,
        cors: flags.cors,
        allowHosts: flags.allowHost,
        rate: flags.rate ?? (/^(localhost|127\..*|::1)$/.test(host) ? 0 : PUBLIC_RATE),
        deadline: flags.deadline,
        logTexts: flags.logTexts ?? false,
        inference: { processes, threads, places },
        logging: { quiet },
      });
      streams.stderr.write(`latentext serves on ${server.url}\n`);
      if (flags.open) openBrowser(server.url);
      process.exitCode = await stopped(server);
      setTimeout(() => process.exit(), EXIT_GRACE).unref();
    });
}

/** Waits for a signal, stops the server, and says what to exit with. A second signal ends the process at once. */
async function stopped(server: { close(): Promise<void> }): Promise<number> {
  const code = await new Promise<number>((resolve) => {
    let signals = 0;
    for (const [signal, exitCode] of Object.entries(SIGNALS)) {
      process.on(signal, () => {
        if (++signals > 1) process.exit(exitCode);
        resolve(exitCode);
      });
    }
  });
  await server.close();
  return code;
}

function port(text: string): number {
  const value = integerFrom(0)(text);
  if (value <= 65_535) return value;
  throw new InvalidArgumentError("Expected a port from 0 to 65535.");
}

function seconds(text: string): number {
  const value = integerFrom(1)(text);
  if (value <= 3_600) return value;
  throw new InvalidArgumentError("Expected seconds from 1 to 3600.");
}

function hostName(text: string, others: readonly string[]): readonly string[] {
  if (/^([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])$/i.test(text)) return [...others, text];
  throw new InvalidArgumentError("Expected a name or an address as in example.org, without a scheme or a port.");
}

function origin(text: string, others: readonly string[]): readonly string[] {
  if (text === "*" || (URL.canParse(text) && new URL(text).origin === text)) return [...others, text];
  throw new InvalidArgumentError("Expected an origin as https://example.org, without a path, or *.");
}
