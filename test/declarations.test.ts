// What TypeScript makes of the package in a project that checks its libraries, as it does by default.
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const DEFAULTS = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext"];

/** What `tsc` prints. */
async function tsc(folder: string, ...options: string[]): Promise<string> {
  const command = [join(ROOT, "node_modules/typescript/bin/tsc"), ...options];
  // It fails where it finds errors: what it says of them is compared.
  return promisify(execFile)(process.execPath, command, { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  );
}

/** A project that has the package and what it depends on; optional packages are left out. */
const project = await mkdtemp(join(tmpdir(), "latentext-test-"));
afterAll(() => rm(project, { recursive: true, force: true }));

async function compile(sources: readonly string[], ...options: string[]): Promise<string> {
  const files = sources.map((_, i) => `${i}.ts`);
  for (const [i, source] of sources.entries()) await writeFile(join(project, `${i}.ts`), source);
  return tsc(project, ...DEFAULTS, ...options, ...files);
}

async function link(name: string): Promise<void> {
  const path = join(project, "node_modules", name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(join(ROOT, "node_modules", name), path);
}

beforeAll(async () => {
  const installed = join(project, "node_modules/latentext");
  await mkdir(installed, { recursive: true });
  await copyFile(join(ROOT, "package.json"), join(installed, "package.json"));
  await writeFile(join(project, "package.json"), '{ "type": "module" }');
  const { dependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) await link(name);
  // The sources are checked elsewhere.
  const build = ["-p", "tsconfig.build.json", "--noCheck", "--emitDeclarationOnly", "--sourceMap", "false"];
  expect(await tsc(ROOT, ...build, "--outDir", join(installed, "dist"))).toBe("");
}, 60_000);

test("README's examples compile, and nothing of TensorFlow.js or ONNX Runtime is read for them", async () => {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, source = ""]) => source);
  for (const imported of ['"latentext"', '"latentext/client"'])
    expect(examples).toContainEqual(expect.stringContaining(imported));
  const printed = (await compile(examples, "--listFiles")).trim().split("\n");
  expect(printed.filter((line) => !/^\/.*\.[cm]?ts$/.test(line))).toEqual([]);
  expect(printed).toContainEqual(expect.stringMatching(/latentext\/dist\/src\/index\.d\.ts$/));
  expect(printed.filter((line) => /tensorflow|onnxruntime/.test(line))).toEqual([]);
});

test("what users write compiles beside the types of Node, and what they may not does not", async () => {
  await link("@types/node");
  const right = `
    import { type ConfigInput, DisposedError, load, type Model, train } from "latentext";
    const corpora = ["a.txt", "-"] as const;
    const config: ConfigInput = { corpora, noise: { drop: 0.1 }, latent: 8 };
    await train({ out: "run", config, stdin: process.stdin });
    const { engine }: Model = await load("run").catch((cause: unknown) => {
      throw cause instanceof DisposedError ? cause.exitCode : cause;
    });
    for await (const chunk of process.stdin as NodeJS.ReadableStream) console.log(engine, chunk.length);`;
  const wrong = `
    import { type ConfigInput, Model } from "latentext";
    export const config: ConfigInput = { corpus: "a.txt" };
    export const model = new Model();`;
  const errors = (await compile([right, wrong], "--types", "node")).trim().split("\n");
  expect(errors).toEqual([
    expect.stringMatching(/^1\.ts\(3,.*'corpus' does not exist in type 'ConfigInput'/),
    expect.stringMatching(/^1\.ts\(4,.*'Model' cannot be used as a value/),
  ]);
});
