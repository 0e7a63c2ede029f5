// The corpus command as people run it: output, exit codes, and one clear sentence for each mistake.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../run/temporary-folder.ts";

// Not spawnSync: the server that is asked lives in this process.
function corpus(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const script = fileURLToPath(new URL("../../../scripts/corpus.ts", import.meta.url));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ["--import", "tsx", script, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror`;
}

describe("corpus list", () => {
  it("names shipped and public corpora, one a line", async () => {
    const { code, stdout } = await corpus("list");
    expect(code).toBe(0);
    const names = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0]);
    expect(names.slice(0, 2)).toEqual(["verse", "headlines"]);
    expect(names).toContain("yelp-sentences");
  });

  it("gives the whole catalogue as JSON", async () => {
    const { stdout } = await corpus("list", "--json");
    const { shipped, public: entries } = JSON.parse(stdout);
    expect(shipped.map((each: { file: string }) => each.file)).toEqual(["corpora/verse.txt", "corpora/headlines.tsv"]);
    expect(entries.every((each: { licence: string }) => each.licence !== "")).toBe(true);
  });
});

describe("corpus fetch", () => {
  it("fetches from a mirror, tells the sum it got, and next time says that all is there", async () => {
    const asked: (string | undefined)[] = [];
    const mirror = await serve((request, response) => {
      asked.push(request.url);
      response.end("春 眠 不 覺 曉 ， 處 處 聞 啼 鳥 。 \n");
    });
    const out = join(temporaryFolder(), "data");
    const first = await corpus("fetch", "tang-shi", "--out", out, "--base-url", mirror);
    expect(first).toMatchObject({ code: 0, stdout: `${out}/tang-shi/train.txt\t1 lines\n` });
    expect(first.stderr).toMatch(
      /data\/shi\.txt: 49 bytes, SHA-256 [0-9a-f]{64} \(not verified: the catalogue does not/,
    );
    expect(first.stderr).toContain("Licence: MIT\n");
    expect(asked).toEqual(["/mirror/data/shi.txt"]);
    expect(readFileSync(join(out, "tang-shi", "train.txt"), "utf8")).toBe("春眠不覺曉，處處聞啼鳥。\n");

    const second = await corpus("fetch", "tang-shi", "--out", out, "--base-url", mirror);
    expect(second.code).toBe(0);
    expect(second.stderr).toContain("is already there; its files are as they were fetched.");
    expect(asked).toHaveLength(1);
  });

  it("ends with 1 and one sentence when a download fails", async () => {
    const mirror = await serve((_, response) => response.writeHead(404).end());
    const out = join(temporaryFolder(), "data");
    expect(await corpus("fetch", "tang-shi", "--out", out, "--base-url", mirror)).toEqual({
      code: 1,
      stdout: "",
      stderr: `${mirror}/data/shi.txt answered 404 Not Found.\n`,
    });
    expect(existsSync(out)).toBe(false);
  });

  it.each<[string, string[], RegExp]>([
    [
      "an unknown name",
      ["fetch", "tang-shy"],
      /^There is no public corpus "tang-shy"\. Did you mean "tang-shi"\? Known are: yelp/,
    ],
    ["a shipped name", ["fetch", "verse"], /^verse is shipped, and needs no fetching: it is corpora\/verse\.txt\./],
    ["an unknown option", ["fetch", "tang-shi", "--ouy", "x"], /unknown option '--ouy'/],
    ["no name", ["fetch"], /missing required argument 'name'/],
    [
      "a timeout that is no number",
      ["fetch", "tang-shi", "--timeout", "soon"],
      /^--timeout must be a number of seconds above 0, not "soon"/,
    ],
    ["a base that is no URL", ["fetch", "tang-shi", "--base-url", "here"], /^--base-url must be a URL, not "here"/],
    [
      "an unknown corpus to make",
      ["make", "novel"],
      /^There is no shipped corpus "novel"; there are verse, headlines\.\n$/,
    ],
  ])("ends with 2 for %s", async (_, args, message) => {
    const { code, stdout, stderr } = await corpus(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });
});
