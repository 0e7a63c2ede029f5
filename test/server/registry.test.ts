// Which runs are served under which names, and that changes on disk are seen.
import { appendFile, cp, mkdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { client } from "../../server/client.ts";
import { createRegistry, modelId } from "../../server/registry.ts";
import { MODEL_ID, ModelDetails, TrainingReply } from "../../server/schemas.ts";
import { parseConfig } from "../../src/model/config.ts";
import { acquireLock } from "../../src/run/lock.ts";
import { RunFolder } from "../../src/run/run-folder.ts";
import { writeTinyRun } from "../support/tiny-run.ts";
import { bodyOf, createTestApp, temporaryFolder } from "./test-app.ts";

const NOW = { recheck: 0 };

async function ids(registry: Awaited<ReturnType<typeof createRegistry>>): Promise<string[]> {
  return (await registry.list()).map(({ ref }) => ref.id);
}

describe("ids", () => {
  it.each([
    ["verse", "verse"],
    ["My Run (2)", "my-run-2-"],
    ["..hidden", "hidden"],
    ["Gedichte_ÄÖ.v2", "gedichte_äö.v2"],
    ["A\u0308nderung", "\u00e4nderung"],
    ["诗", "诗"],
    ["कविता", "कविता"],
    ["x".repeat(80), "x".repeat(64)],
    ["𠀀".repeat(80), "𠀀".repeat(64)],
  ])("of %s is %s", (name, id) => {
    expect(modelId(name)).toBe(id);
    expect(id).toMatch(MODEL_ID);
  });

  it("that two runs would share are an error where both were given, naming them", async () => {
    const runs = await temporaryFolder();
    await writeTinyRun(join(runs, "a b"));
    await writeTinyRun(join(runs, "A-b"));
    const paths = ["a b", "A-b"].map((name) => join(runs, name));
    await expect(createRegistry(paths)).rejects.toThrow(/a b.*A-b|A-b.*a b/);
  });

  it("that cannot be made of a name are an error where the run was given", async () => {
    const runs = await temporaryFolder();
    await writeTinyRun(join(runs, "(—)"));
    await expect(createRegistry([join(runs, "(—)")])).rejects.toThrow(/no letter or digit/);
  });

  it("that runs of one folder would share get numbers, and names that make none are left out, with warnings", async () => {
    const runs = await temporaryFolder();
    for (const name of ["A", "a", "Á b", "á-b", "a-2", "诗", "(—)"]) await writeTinyRun(join(runs, name));
    const warnings: string[] = [];
    const registry = await createRegistry([runs], { ...NOW, warn: (sentence) => warnings.push(sentence) });
    const paths = new Map((await registry.list()).map(({ ref }) => [ref.id, ref.path.slice(runs.length + 1)]));
    expect(paths).toEqual(
      new Map([
        ["a", "a"],
        ["a-2", "a-2"],
        ["a-3", "A"],
        ["á-b", "á-b"],
        ["á-b-2", "Á b"],
        ["诗", "诗"],
      ]),
    );
    expect(warnings).toHaveLength(3);
    expect(warnings.join("\n")).toMatch(/A and .*a would both be the model "a": the first is "a-3"/);
    expect(warnings.join("\n")).toMatch(/\(—\) is left out: its name has no letter or digit/);
  });

  it("of runs in a folder give way to one that was given by its path", async () => {
    const [runs, other] = [await temporaryFolder(), await temporaryFolder()];
    await writeTinyRun(join(runs, "verse"));
    await writeTinyRun(join(other, "Verse"));
    const registry = await createRegistry([runs, join(other, "Verse")], NOW);
    expect((await registry.get("verse")).ref.path).toBe(join(other, "Verse"));
    expect((await registry.get("verse-2")).ref.path).toBe(join(runs, "verse"));
  });

  it("of other scripts are asked for as URLs write them, however their letters are composed", async () => {
    const { runs, get, app } = await createTestApp();
    for (const name of ["诗", "Änderung"]) await writeTinyRun(join(runs, name));
    for (const id of ["诗", "a\u0308nderung", "\u00e4nderung"]) {
      const reply = await get(`/v1/models/${encodeURIComponent(id)}`);
      expect([reply.status, (await bodyOf(ModelDetails, reply)).id]).toEqual([200, id.normalize("NFC")]);
    }
    const fetch: typeof globalThis.fetch = async (input, init) => app.request(String(input), init);
    expect((await client("http://localhost", { fetch }).model("诗").generate({ n: 1 })).model).toBe("诗");
  });

  it("of a run that is given twice is one model", async () => {
    const runs = await temporaryFolder();
    await writeTinyRun(join(runs, "one"));
    expect(await ids(await createRegistry([runs, join(runs, "one"), `${runs}/./one/`], NOW))).toEqual(["one"]);
  });
});

describe("a folder of runs", () => {
  it("that is missing, or a file, is an error that says so", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    await expect(createRegistry([join(folder, "none")])).rejects.toThrow(/there is no such folder/);
    await expect(createRegistry([join(folder, "file")])).rejects.toThrow(/it is a file/);
  });

  it("gives the runs that are put into it later, and no longer those that are taken away", async () => {
    const runs = await temporaryFolder();
    const registry = await createRegistry([runs], NOW);
    expect(await ids(registry)).toEqual([]);
    await writeTinyRun(join(runs, "late"));
    expect(await ids(registry)).toEqual(["late"]);
    expect((await registry.get("late")).facts.vocabulary).toBe(17);
    await rm(join(runs, "late"), { recursive: true });
    await expect(registry.get("late")).rejects.toThrow(/no model/);
  });

  it("is looked into at most once a second", async () => {
    const runs = await temporaryFolder();
    const registry = await createRegistry([runs]);
    await writeTinyRun(join(runs, "late"));
    await expect(registry.get("late")).rejects.toThrow(/no model/);
    await sleep(1_050);
    expect((await registry.get("late")).ref.id).toBe("late");
  });

  it("does not follow links out of it, and passes over what is no run", async () => {
    const [runs, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    await writeTinyRun(join(elsewhere, "other"));
    await symlink(join(elsewhere, "other"), join(runs, "linked"));
    await mkdir(join(runs, "empty"));
    await writeFile(join(runs, "notes.txt"), "");
    await writeTinyRun(join(runs, ".hidden"));
    expect(await ids(await createRegistry([runs], NOW))).toEqual([]);
  });

  it("warns of damaged runs and of names that collide later, and goes on with the others as they were", async () => {
    const runs = await temporaryFolder();
    const warnings: string[] = [];
    await writeTinyRun(join(runs, "good"));
    const registry = await createRegistry([runs], { ...NOW, warn: (sentence) => warnings.push(sentence) });
    await writeTinyRun(join(runs, "Good"));
    await mkdir(join(runs, "bad"));
    await writeFile(join(runs, "bad", "config.json"), "{");
    expect(await ids(registry)).toEqual(["good", "good-2"]);
    expect((await registry.get("good")).ref.path).toBe(join(runs, "good"));
    await ids(registry);
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).toMatch(/would both be the model "good"/);
    expect(warnings.join()).toMatch(/bad is left out/);
  });
});

describe("a run", () => {
  it("that is replaced on disk has another version and other facts", async () => {
    const runs = await temporaryFolder();
    await writeTinyRun(join(runs, "one"));
    const registry = await createRegistry([runs], NOW);
    const before = await registry.get("one");
    expect((await registry.get("one")).ref.version).toBe(before.ref.version);
    await writeTinyRun(join(runs, "next"), { config: { hidden: 14 } });
    await rename(join(runs, "one"), join(runs, "old"));
    await rename(join(runs, "next"), join(runs, "one"));
    const after = await registry.get("one");
    expect(after.ref.version).not.toBe(before.ref.version);
    expect(after.facts.parameters).toBeGreaterThan(before.facts.parameters);
  });

  it("whose weights are other bytes of the same size and time has another version", async () => {
    const runs = await temporaryFolder();
    const weights = join(runs, "one", "model.safetensors");
    await writeTinyRun(join(runs, "one"));
    const time = new Date(1_700_000_000_000);
    await utimes(weights, time, time);
    const registry = await createRegistry([runs], NOW);
    const { version } = (await registry.get("one")).ref;
    await cp(weights, `${weights}.new`);
    await utimes(`${weights}.new`, time, time);
    await rename(`${weights}.new`, weights);
    expect((await registry.get("one")).ref.version).not.toBe(version);
  });

  it("whose labels are others has another version", async () => {
    const runs = await temporaryFolder();
    await writeTinyRun(join(runs, "one"), { labels: ["calm", "storm"] });
    const registry = await createRegistry([runs], NOW);
    const before = await registry.get("one");
    await writeFile(join(runs, "one", "labels.json"), JSON.stringify(["calm", "squall"]));
    const after = await registry.get("one");
    expect(after.facts.labels).toEqual(["calm", "squall"]);
    expect(after.ref.version).not.toBe(before.ref.version);
  });

  it("has as many parameters as its weights without the discriminator", async () => {
    const runs = await temporaryFolder();
    const folder = await writeTinyRun(join(runs, "one"));
    const { arrays } = await folder.readModel();
    let expected = 0;
    for (const [name, { data }] of arrays) if (!name.startsWith("discriminator.")) expected += data.length;
    const { facts } = await (await createRegistry([runs], NOW)).get("one");
    expect([facts.parameters, facts.vocabulary]).toEqual([expected, 17]);
  });

  it("gives examples from its panel and its corpus, such as read well first", async () => {
    const runs = await temporaryFolder();
    const corpus = Array.from({ length: 70 }, (_, i) =>
      i % 10 === 9 ? `the sea and the ${"far ".repeat(i / 10)}shore` : `line ${i}`,
    );
    await writeFile(join(runs, "corpus.txt"), `${corpus.join("\n")}\n`);
    await writeTinyRun(join(runs, "one"), { config: { corpora: [join(runs, "corpus.txt")] } });
    const registry = await createRegistry([runs], NOW);
    const examples = async () => (await registry.details(await registry.get("one"))).examples;
    const readable = [9, 19, 29, 39, 49, 59].map((i) => corpus[i]);
    const others = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}`);
    expect(await examples()).toEqual([...readable, ...others(6)]);
    const entry = (step: number, original: string) =>
      `${JSON.stringify({ step, kind: "reconstruction", original, text: "t" })}\n`;
    const sample = `${JSON.stringify({ step: 2, kind: "sample", text: "s" })}\n`;
    const lines = [
      entry(1, "old"),
      entry(2, "the sea"),
      entry(2, "the panel's own sentence."),
      entry(2, "a <unk> storm"),
      sample,
    ];
    await writeFile(join(runs, "one", "samples.jsonl"), lines.join(""));
    expect(await examples()).toEqual(["the panel's own sentence.", ...readable, "the sea", ...others(4)]);
  });

  it("with a corpus that is standard input, a folder or gone has no examples", async () => {
    const runs = await temporaryFolder();
    for (const [name, corpus] of Object.entries({ a: "-", b: runs, c: join(runs, "gone.txt"), d: "/dev/zero" })) {
      await writeTinyRun(join(runs, name), { config: { corpora: [corpus] } });
      const registry = await createRegistry([join(runs, name)], NOW);
      expect((await registry.details(await registry.get(name))).examples).toEqual([]);
    }
  });
});

describe("a run that trains", () => {
  it("is shown before it has weights, and 503 to who wants to use it", async () => {
    const { runs, get, app } = await createTestApp();
    const folder = await RunFolder.create(join(runs, "young"), { parse: parseConfig });
    await folder.writeConfig(parseConfig({ latent: 6 }));
    const details = await bodyOf(ModelDetails, await get("/v1/models/young"));
    expect(details).toMatchObject({ status: "training", parameters: 0, neighbours: "unavailable", latent: 6 });
    expect((await get("/v1/models/young/training")).status).toBe(200);
    const headers = { "content-type": "application/json" };
    const reply = await app.request("/v1/models/young/generate", { method: "POST", headers, body: "{}" });
    expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "10"]);
    expect(await reply.json()).toMatchObject({ error: { code: "model_not_ready" } });
  });

  it("tells its reports after a step, its panel, and whether it still runs", async () => {
    const { runs, get } = await createTestApp();
    const run = join(runs, "tiny");
    const report = (step: number) =>
      `${JSON.stringify({ kind: "dev", step, best: step === 2, codeVariance: [0.5, 2] })}\n`;
    await writeFile(join(run, "metrics.jsonl"), report(1) + report(2));
    await writeFile(
      join(run, "samples.jsonl"),
      '{"step":1,"text":"old"}\n{"step":2,"text":"new","original":"given"}\n{"step":2,"text":"drawn","label":"calm"}\n',
    );
    const training = async (since: number) =>
      bodyOf(TrainingReply, await get(`/v1/models/tiny/training?since=${since}`));
    expect(await training(1)).toEqual({
      model: "tiny",
      status: "stopped",
      step: 2,
      reports: [{ kind: "dev", step: 2, best: true, "codeVariance.0": 0.5, "codeVariance.1": 2 }],
      panel: [
        { text: "new", original: "given" },
        { text: "drawn", label: "calm" },
      ],
    });
    const lock = await acquireLock(run);
    await appendFile(join(run, "metrics.jsonl"), `${report(3)}{"kind":"dev","st`);
    expect(await training(2)).toMatchObject({ status: "training", step: 3, reports: [{ step: 3 }] });
    lock.release();
    expect((await training(3)).status).toBe("stopped");
    const { quality } = await bodyOf(ModelDetails, await get("/v1/models/tiny"));
    expect(quality).toMatchObject({ step: 2 });
  });

  it("with damaged journals is a model all the same", async () => {
    const { runs, get } = await createTestApp();
    await writeFile(join(runs, "tiny", "metrics.jsonl"), "no JSON\n");
    await writeFile(join(runs, "tiny", "samples.jsonl"), "[]\n");
    expect(await bodyOf(TrainingReply, await get("/v1/models/tiny/training"))).toMatchObject({ step: 0, reports: [] });
    expect((await get("/v1/models/tiny")).status).toBe(200);
  });
});
