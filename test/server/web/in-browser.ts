// What every test file of the page stands on: the page as it is built, servers of it, and a browser, all gone at the end.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath } from "../../../scripts/bench/server/chromium.ts";
import { type RunningServer, startServer } from "../../../server/listen.ts";
import { Browsing } from "./browsing.ts";
import { serving } from "./site.ts";

type ServerOptions = Parameters<typeof startServer>[0];

/** Milliseconds that may pass before the first test: the page is built, processes and a browser start. */
export const START = 120_000;

/** What the tests of one file share. Of use from their `beforeAll` on. */
export class Site {
  readonly browsing = new Browsing();
  readonly #servers: RunningServer[] = [];
  #folder: string | undefined;

  /** A folder for this file alone, with the built page in `web`. */
  get folder(): string {
    if (this.#folder === undefined) throw new Error("The folder is made before the first test, and not sooner.");
    return this.#folder;
  }

  async open(executable: string | undefined): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), "latentext-site-"));
    await promisify(execFile)(process.execPath, ["scripts/build-web.mjs", join(this.#folder, "web")]);
    await this.browsing.start(executable);
  }

  /** A server of the runs in `runs`, for all tests. */
  async serve(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
    const server = await startServer({ ...serving(this.folder), runs: [join(this.folder, "runs")], ...options });
    this.#servers.push(server);
    return server;
  }

  async close(): Promise<void> {
    // Before the servers, which would wait for what the browser still asks.
    await this.browsing.stop();
    await Promise.all(this.#servers.map((server) => server.close()));
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Tests in a browser, left out where there is none but in CI, and last a test that none of them made the page break its policy. */
export function describeInBrowser(name: string, tests: (site: Site) => void): void {
  const executable = chromiumPath();
  const isLeftOut = executable === undefined && !process.env.CI;
  if (isLeftOut) console.warn(`No chromium was found: ${name} is not tested in a browser.`);

  describe.skipIf(isLeftOut)(name, () => {
    const site = new Site();
    beforeAll(() => site.open(executable), START);
    afterEach(() => site.browsing.closePages());
    afterAll(() => site.close());

    tests(site);

    it("has asked no other host, and has broken no rule of its content policy", () => {
      expect(site.browsing.hosts.filter((host) => !host.startsWith("127.0.0.1:"))).toEqual([]);
      expect(site.browsing.complaints).toEqual([]);
    });
  });
}
