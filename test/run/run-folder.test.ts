// Run folders: what is written is read back, and nothing of anyone else is ever deleted.
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { InputError, RunFolderError } from "../../src/errors.ts";
import { temporaryName } from "../../src/run/atomic-file.ts";
import { saveCheckpoint } from "../../src/run/checkpoints.ts";
import { identify, writeIndex } from "../../src/run/corpus-index.ts";
import { acquireLock } from "../../src/run/lock.ts";
import { RunFolder } from "../../src/run/run-folder.ts";
import { contentOf } from "./checkpoint-content.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const schema = z.strictObject({ version: z.literal(1), hidden: z.int() });
const parse = (value: unknown) => schema.parse(value);
const config = { version: 1, hidden: 64 };

/** A run with everything that a run can have. */
async function fullRun(path: string): Promise<RunFolder> {
  const run = await RunFolder.create(path, { parse });
  await run.writeConfig(config);
  await run.writeTokenizer({ "tokenizer.json": "{}", "tokenizer_config.json": "[]" });
  await run.writeLabels(["news", "clickbait"]);
  await run.writeModel(new Map([["w", { shape: [1], data: Float32Array.of(1) }]]));
  await run.writeReadme("# card\n");
  for (const file of ["metrics.jsonl", "samples.jsonl"] as const) writeFileSync(run.pathOf(file), "{}\n");
  for (const step of [1, 2]) await saveCheckpoint(path, step, contentOf(step));
  const lines = [{ text: "a line", line: 1 }];
  await writeIndex(path, { lines, codes: Float32Array.of(1), latent: 1, complete: true }, await identify(path));
  return run;
}

describe("RunFolder.create", () => {
  it("makes a new folder, also within new ones, and takes an empty one", async () => {
    const path = join(temporaryFolder(), "runs", "first");
    expect((await RunFolder.create(path, { parse })).path).toBe(path);
    await RunFolder.create(path, { parse });
    expect(readdirSync(path)).toEqual([]);
  });

  it("takes a folder that holds only what a run leaves that was killed at once", async () => {
    const path = temporaryFolder();
    writeFileSync(temporaryName(join(path, "config.json")), "");
    const lock = await acquireLock(path);
    await RunFolder.create(path, { parse });
    lock.release();
  });

  it("refuses a folder that is not empty", async () => {
    const path = temporaryFolder();
    writeFileSync(join(path, "thesis.txt"), "");
    await expect(RunFolder.create(path, { parse })).rejects.toThrow(InputError);
    await expect(RunFolder.create(path, { parse })).rejects.toThrow(
      `${path} is not empty; expected a new folder, or the option resume`,
    );
    expect(readdirSync(path)).toEqual(["thesis.txt"]);
  });

  it("overwrites a run: its own files go, all others stay", async () => {
    const path = temporaryFolder();
    await fullRun(path);
    await RunFolder.create(path, { parse, overwrite: true });
    expect(readdirSync(path)).toEqual([]);

    await fullRun(path);
    writeFileSync(join(path, "notes.txt"), "");
    for (const folder of ["checkpoints", "neighbours"]) writeFileSync(join(path, folder, "notes.txt"), "");
    await RunFolder.create(path, { parse, overwrite: true });
    expect(readdirSync(path).sort()).toEqual(["checkpoints", "neighbours", "notes.txt"]);
    for (const folder of ["checkpoints", "neighbours"]) expect(readdirSync(join(path, folder))).toEqual(["notes.txt"]);
  });

  it("does not follow a link out of the folder when it overwrites", async () => {
    const elsewhere = temporaryFolder();
    writeFileSync(join(elsewhere, "precious.txt"), "");
    const path = temporaryFolder();
    await fullRun(path);
    symlinkSync(elsewhere, join(path, "checkpoints", "step-00000009"));
    await RunFolder.create(path, { parse, overwrite: true });
    expect(readdirSync(path)).toEqual([]);
    expect(readdirSync(elsewhere)).toEqual(["precious.txt"]);
  });

  it.each<[string, string | undefined]>([
    ["has no config.json", undefined],
    ["has the config.json of another tool", '{"model_type":"bert"}'],
    ["has a config.json that is not JSON", "{"],
  ])("never overwrites a folder that %s", async (_, text) => {
    const path = temporaryFolder();
    for (const file of ["README.md", "tokenizer.json", "model.safetensors"]) writeFileSync(join(path, file), "mine");
    if (text !== undefined) writeFileSync(join(path, "config.json"), text);
    const before = readdirSync(path);
    const creating = RunFolder.create(path, { parse, overwrite: true });
    await expect(creating).rejects.toThrow(InputError);
    await expect(creating).rejects.toThrow(`${path} is not overwritten, since it does not look like a run`);
    expect(readdirSync(path)).toEqual(before);
  });

  it("does not overwrite a run that a trainer works on", async () => {
    const path = temporaryFolder();
    const run = await fullRun(path);
    const lock = await acquireLock(path);
    await expect(RunFolder.create(path, { parse, overwrite: true })).rejects.toThrow(/is in use by process/);
    lock.release();
    expect(existsSync(run.pathOf("model.safetensors"))).toBe(true);
  });

  it("refuses a path that is a file or leads through one", async () => {
    const path = join(temporaryFolder(), "file");
    writeFileSync(path, "");
    for (const folder of [path, join(path, "run")]) {
      await expect(RunFolder.create(folder, { parse })).rejects.toThrow(InputError);
      await expect(RunFolder.create(folder, { parse })).rejects.toThrow(`${folder} is not a folder`);
    }
  });
});

describe("RunFolder.open", () => {
  it("opens a folder with a config.json", async () => {
    const path = temporaryFolder();
    await fullRun(path);
    expect((await RunFolder.open(path)).path).toBe(path);
  });

  it("says what is missing", async () => {
    const path = temporaryFolder();
    await expect(RunFolder.open(path)).rejects.toThrow(InputError);
    await expect(RunFolder.open(path)).rejects.toThrow(`${path} is not a run folder: it has no config.json`);
    await expect(RunFolder.open(join(path, "none"))).rejects.toThrow(/none is not a run folder: it does not exist/);
    writeFileSync(join(path, "file"), "");
    await expect(RunFolder.open(join(path, "file"))).rejects.toThrow(InputError);
  });
});

describe("the files of a run", () => {
  it("are read back as they were written", async () => {
    const path = temporaryFolder();
    await fullRun(path);
    const run = await RunFolder.open(path);
    expect(await run.readConfig(parse)).toEqual(config);
    expect(await run.readTokenizer()).toEqual({ "tokenizer.json": "{}", "tokenizer_config.json": "[]" });
    expect(await run.readLabels()).toEqual(["news", "clickbait"]);
    expect((await run.readModel()).arrays.get("w")?.data).toEqual(Float32Array.of(1));
    expect(readFileSync(run.pathOf("README.md"), "utf8")).toBe("# card\n");
  });

  it("keep metadata beside the model", async () => {
    const run = await RunFolder.create(temporaryFolder(), { parse });
    await run.writeModel(new Map(), new Map([["step", "5"]]));
    expect((await run.readModel()).metadata.get("step")).toBe("5");
  });

  it("name themselves when they are missing or do not fit", async () => {
    const path = temporaryFolder();
    const run = await RunFolder.create(path, { parse });
    await expect(run.readConfig(parse)).rejects.toThrow(/config.json could not be read: ENOENT/);
    await expect(run.readTokenizer()).rejects.toThrow(/tokenizer.json could not be read: ENOENT/);
    await expect(run.readModel()).rejects.toThrow(/model.safetensors could not be read: ENOENT/);
    writeFileSync(run.pathOf("config.json"), "{");
    await expect(run.readConfig(parse)).rejects.toThrow(/config.json is not JSON/);
    await run.writeConfig({ version: 2 });
    const reading = run.readConfig(() => {
      throw new InputError("version 2 is too new");
    });
    await expect(reading).rejects.toThrow(RunFolderError);
    await expect(reading).rejects.toThrow(`${run.pathOf("config.json")} does not fit: version 2 is too new`);
  });

  it("refuse a config that JSON cannot hold", async () => {
    const run = await RunFolder.create(temporaryFolder(), { parse });
    await expect(run.writeConfig({ hidden: Number.NaN })).rejects.toThrow('config.json holds NaN at "hidden"');
  });
});
