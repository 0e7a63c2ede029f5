// What a reader of the API's documentation page finds, in a browser, with and without a token, and below a path.
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { client } from "../../../server/client.ts";
import type { RunningServer } from "../../../server/listen.ts";
import { packageRoot } from "../../../src/package-root.ts";
import { describeInBrowser, START } from "./in-browser.ts";
import { eventually, linesOf, serving, untilIndexed, writeRun } from "./site.ts";

const TOKEN = "s3cret/&+=%41";
const run = promisify(execFile);

describeInBrowser("the API's documentation page", (site) => {
  const { browsing } = site;
  let open: RunningServer;
  let guarded: RunningServer;

  beforeAll(async () => {
    await writeRun(join(site.folder, "runs", "it-s"), {
      labels: ["calm", "storm"],
      originals: ["the sea isn't calm", "the sea is near", "a storm is near"],
    });
    const pages = { ...serving(site.folder).pages, docs: new URL("server/docs/", packageRoot) };
    open = await site.serve({ pages });
    guarded = await site.serve({ pages, token: TOKEN });
    await untilIndexed(client(open.url).model("it-s"));
    await untilIndexed(client(guarded.url, { token: TOKEN }).model("it-s"));
  }, START);

  const routes = (page: Page) => page.locator("section.route pre").count();
  const calls = (page: Page) => page.locator("section.route pre").allTextContents();

  /** Runs the printed calls in a shell, and tells those that are refused. */
  async function refusals(page: Page): Promise<string[]> {
    const refused: string[] = [];
    for (const call of await calls(page)) {
      const env = { ...process.env, LATENTEXT_TOKEN: TOKEN };
      const { stdout } = await run("sh", ["-c", `${call} -w '\n%{http_code}'`], { env });
      if (!stdout.endsWith("\n200")) refused.push(`${call}\n${stdout}`);
    }
    return refused;
  }

  it("prints calls that run as they stand, of the first model that can be used and sentences of its corpus", async ({
    skip,
  }) => {
    const hasCurl = await run("curl", ["--version"]).then(
      () => true,
      () => false,
    );
    if (!hasCurl) skip();
    const page = await browsing.open(`${open.url}/docs`);
    await eventually(() => routes(page)).toBeGreaterThan(15);
    expect(await refusals(page)).toEqual([]);
    const printed = (await calls(page)).join("\n");
    expect(printed).not.toMatch(/MODEL|LABEL|TOKEN/);
    expect(printed).toContain("the sea isn'\\''t calm");
  }, 60_000);

  it("reads with the token that the playground keeps, and prints its name alone", async ({ skip }) => {
    const page = await browsing.open(`${guarded.url}/#token=${encodeURIComponent(TOKEN)}`);
    await eventually(() => linesOf(page)).toHaveLength(8);
    await page.getByRole("link", { name: "API", exact: true }).click();
    await eventually(() => routes(page)).toBeGreaterThan(15);
    const printed = (await calls(page)).join("\n");
    expect(printed).toContain('-H "authorization: Bearer $LATENTEXT_TOKEN"');
    expect(printed).not.toContain("s3cret");
    if (!(await run("curl", ["--version"]).catch(() => undefined))) skip();
    expect(await refusals(page)).toEqual([]);
  }, 60_000);

  it.each([
    ["with escapes", encodeURIComponent(TOKEN)],
    ["with an & as it is", "s3cret/&+=%2541"],
  ])("takes a token from its address, %s, which then shows it no longer", async (_, written) => {
    const page = await browsing.open(`${guarded.url}/docs#token=${written}`);
    await eventually(() => routes(page)).toBeGreaterThan(15);
    expect(page.url()).toBe(`${guarded.url}/docs`);
    await page.reload();
    await eventually(() => routes(page)).toBeGreaterThan(15);
  });

  it("asks for a token where it is missing, and again where it is wrong", async () => {
    const page = await browsing.open(`${guarded.url}/docs`);
    await page.getByText("This server wants its token.").waitFor();
    await page.getByLabel("Token").fill("open-sesame");
    await page.getByRole("button", { name: "Use it" }).click();
    await page.getByText("The token is not the right one.").waitFor();
    await page.getByLabel("Token").fill(TOKEN);
    await page.getByRole("button", { name: "Use it" }).click();
    await eventually(() => routes(page)).toBeGreaterThan(15);
    await page.getByRole("link", { name: "playground" }).click();
    await eventually(() => linesOf(page)).toHaveLength(8);
    browsing.forgive(/401/);
  });

  it("works below a path, as the playground does", async () => {
    const proxy = await proxyBelow("/below", open.url);
    const { port } = proxy.address() as AddressInfo;
    try {
      const page = await browsing.open(`http://127.0.0.1:${port}/below/`);
      await eventually(() => linesOf(page)).toHaveLength(8);
      await page.getByRole("link", { name: "API", exact: true }).click();
      await eventually(() => routes(page)).toBeGreaterThan(15);
      expect(await calls(page)).toContain(`curl -s http://127.0.0.1:${port}/below/v1/models`);
      expect(await page.evaluate(() => getComputedStyle(document.querySelector("h1") as Element).fontSize)).toBe(
        "36px",
      );
      await page.getByRole("link", { name: "playground" }).click();
      await eventually(() => linesOf(page)).toHaveLength(8);
    } finally {
      await browsing.closePages();
      proxy.close();
    }
  });
});

/** A server that has `target` below a path and nothing elsewhere. */
async function proxyBelow(path: string, target: string): Promise<Server> {
  const proxy = createServer(async (request, response) => {
    const { url = "", method = "GET", headers } = request;
    if (!url.startsWith(`${path}/`)) {
      response.writeHead(404).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const reply = await fetch(target + url.slice(path.length), {
      method,
      headers: { accept: headers.accept ?? "*/*", "content-type": headers["content-type"] ?? "application/json" },
      ...(method === "POST" && { body: Buffer.concat(chunks) }),
    });
    const kept = ["content-type", "content-security-policy", "cache-control"];
    response.writeHead(reply.status, Object.fromEntries([...reply.headers].filter(([name]) => kept.includes(name))));
    response.end(Buffer.from(await reply.arrayBuffer()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return proxy;
}
