// Checkpoints: exact, verified, and never lost to a failing disk or a damaged file.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { InputError, RunFolderError } from "../../src/errors.ts";
import { isCheckpointName, loadNewestCheckpoint, saveCheckpoint } from "../../src/run/checkpoints.ts";
import { checkpointOf, contentOf } from "./checkpoint-content.ts";
import { faults } from "./faulty-fs.ts";
import { temporaryFolder } from "./temporary-folder.ts";

vi.mock("node:fs/promises", async (original) => (await import("./faulty-fs.ts")).faulty(await original<object>()));
beforeEach(() => faults.reset());

const FILES = ["COMMITTED", "moments.safetensors", "state.json", "weights.safetensors"];

/** A run folder with checkpoints of these steps. */
async function runWith(...steps: number[]): Promise<string> {
  const run = temporaryFolder();
  for (const step of steps) await saveCheckpoint(run, step, contentOf(step), { keep: 9 });
  return run;
}

async function load(run: string) {
  const warnings: string[] = [];
  const checkpoint = await loadNewestCheckpoint(run, { warn: (sentence) => warnings.push(sentence) });
  return { checkpoint, warnings };
}

function names(run: string): string[] {
  return fs.readdirSync(join(run, "checkpoints")).sort();
}

function pathOf(run: string, step: number, file = ""): string {
  return join(run, "checkpoints", `step-${String(step).padStart(8, "0")}`, file);
}

describe("saveCheckpoint", () => {
  it("saves what loadNewestCheckpoint gives back, bit for bit", async () => {
    const run = await runWith(7);
    expect(await load(run)).toEqual({ checkpoint: checkpointOf(7), warnings: [] });
    expect(fs.readdirSync(pathOf(run, 7)).sort()).toEqual(FILES);
  });

  it.runIf(process.platform === "linux")(
    "records the size and the SHA-256 of each file, as other tools compute them",
    async () => {
      const run = await runWith(7);
      const marker = JSON.parse(fs.readFileSync(pathOf(run, 7, "COMMITTED"), "utf8"));
      expect(marker.step).toBe(7);
      for (const file of FILES.slice(1)) {
        const sum = execFileSync("sha256sum", [pathOf(run, 7, file)], { encoding: "utf8" }).slice(0, 64);
        expect(marker.files[file]).toEqual({ bytes: fs.statSync(pathOf(run, 7, file)).size, sha256: sum });
      }
    },
  );

  it("keeps two generations, or as many as it is told", async () => {
    const run = temporaryFolder();
    for (let step = 0; step < 5; step++) await saveCheckpoint(run, step, contentOf(step));
    expect(names(run)).toEqual(["step-00000003", "step-00000004"]);
    for (let step = 5; step < 9; step++) await saveCheckpoint(run, step, contentOf(step), { keep: 3 });
    expect(names(run)).toEqual(["step-00000006", "step-00000007", "step-00000008"]);
  });

  it("orders steps as numbers", async () => {
    const run = await runWith(99_999_999, 100_000_000);
    expect((await load(run)).checkpoint?.step).toBe(100_000_000);
  });

  it("replaces a checkpoint of the same step", async () => {
    const run = await runWith(1, 2);
    await saveCheckpoint(run, 2, contentOf(22));
    expect((await load(run)).checkpoint).toEqual({ ...checkpointOf(22), step: 2 });
    expect(names(run)).toEqual(["step-00000001", "step-00000002"]);
  });

  it("removes later checkpoints when a run has turned back", async () => {
    const run = await runWith(1, 2, 8, 9);
    await saveCheckpoint(run, 3, contentOf(3));
    expect(names(run)).toEqual(["step-00000002", "step-00000003"]);
    expect((await load(run)).checkpoint).toEqual(checkpointOf(3));
  });

  it("makes room first where a killed process has left one too many", async () => {
    const run = await runWith(1, 2, 3);
    faults.reset();
    await saveCheckpoint(run, 4, contentOf(4));
    const removed = faults.calls.indexOf(`rm ${pathOf(run, 1)}`);
    const begun = faults.calls.findIndex((call) => call.startsWith("writeFile"));
    expect(removed).toBeGreaterThan(0);
    expect(removed).toBeLessThan(begun);
  });

  it("leaves alone what is not its own", async () => {
    const run = await runWith(1);
    fs.writeFileSync(join(run, "checkpoints", "notes.txt"), "");
    for (const name of ["step-3", "step-00000004.old"]) fs.mkdirSync(join(run, "checkpoints", name));
    for (const step of [5, 6, 7]) await saveCheckpoint(run, step, contentOf(step));
    expect(names(run)).toEqual(["notes.txt", "step-00000004.old", "step-00000006", "step-00000007", "step-3"]);
    expect((await load(run)).checkpoint?.step).toBe(7);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses the step %s", async (step) => {
    await expect(saveCheckpoint(temporaryFolder(), step, contentOf(0))).rejects.toThrow(InputError);
  });

  it.each([0, 1, 2.5])("refuses to keep %s generations", async (keep) => {
    await expect(saveCheckpoint(temporaryFolder(), 1, contentOf(1), { keep })).rejects.toThrow(
      /expected .* at least 2/,
    );
  });

  it("refuses content that would not come back, and writes nothing", async () => {
    const run = temporaryFolder();
    const lost = { ...contentOf(1), state: { best: Number.POSITIVE_INFINITY } };
    await expect(saveCheckpoint(run, 1, lost)).rejects.toThrow('the state of a checkpoint holds Infinity at "best"');
    const wrong = { ...contentOf(1), moments: new Map([["m", { shape: [2], data: new Float32Array(3) }]]) };
    await expect(saveCheckpoint(run, 1, wrong)).rejects.toThrow(InputError);
    expect(fs.readdirSync(run)).toEqual([]);
  });

  it("cleans up half-written folders, and publishes one that was complete", async () => {
    const run = await runWith(1, 2, 3);
    fs.renameSync(pathOf(run, 3), join(run, "checkpoints", "step-00000003.partial"));
    fs.cpSync(pathOf(run, 2), join(run, "checkpoints", "step-00000004.partial"), { recursive: true });
    fs.rmSync(join(run, "checkpoints", "step-00000004.partial", "COMMITTED"));
    fs.rmSync(pathOf(run, 1, "COMMITTED"));
    expect((await load(run)).checkpoint).toEqual(checkpointOf(3));
    await saveCheckpoint(run, 5, contentOf(5), { keep: 9 });
    expect(names(run)).toEqual(["step-00000002", "step-00000003", "step-00000005"]);
  });

  it("makes each file durable before the marker, and the marker before the folder has its name", async () => {
    const run = await runWith(1);
    faults.reset();
    await saveCheckpoint(run, 2, contentOf(2));
    const partial = join(run, "checkpoints", "step-00000002.partial");
    const kept = faults.calls.filter((call) => /^(writeFile|rename|sync) /.test(call) && !call.endsWith(run));
    const plain = kept.map((call) => call.replaceAll(partial, "P").replaceAll(join(run, "checkpoints"), "C"));
    const tmp = (file: string) => `P/\\.${file}\\.[-0-9a-f]+\\.tmp`;
    const whole = (file: string) => [`writeFile ${tmp(file)} flushed`, `rename ${tmp(file)} P/${file}`, "sync P"];
    const expected = [
      ...["weights.safetensors", "moments.safetensors", "state.json", "COMMITTED"].flatMap(whole),
      "rename P C/step-00000002",
      "sync C",
    ];
    expect(plain).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(plain[index]).toMatch(new RegExp(`^${pattern}$`));
  });

  it.each([
    { code: "ENOSPC", lasting: true },
    { code: "EROFS", lasting: true },
    { code: "EIO", lasting: false },
    { code: "EACCES", lasting: false },
  ])("reports $code at whichever call it strikes, keeps what there was, and saves again afterwards", async (fault) => {
    const sound = await runWith(1, 2);
    for (const step of [3, 2]) {
      const saved = { ...checkpointOf(step + 10), step };
      let finished = false;
      for (let failAt = 0; !finished; failAt++) {
        const run = temporaryFolder();
        fs.cpSync(sound, run, { recursive: true });
        faults.reset({ failAt, ...fault });
        const error = await saveCheckpoint(run, step, contentOf(step + 10)).catch((cause: unknown) => cause);
        finished = !faults.tripped;
        faults.reset();
        const { checkpoint, warnings } = await load(run);
        expect(warnings).toEqual([]);
        if (finished) {
          expect(error).toBeUndefined();
          expect(checkpoint).toEqual(saved);
          expect(failAt).toBeGreaterThan(20); // as many calls there are at least
        } else {
          expect(error).toBeInstanceOf(RunFolderError);
          expect(error).toHaveProperty(
            "message",
            expect.stringMatching(new RegExp(`${run}.*: ${fault.code}: simulated`)),
          );
          expect([checkpointOf(2), saved]).toContainEqual(checkpoint);
        }
        await saveCheckpoint(run, 4, contentOf(4));
        expect((await load(run)).checkpoint).toEqual(checkpointOf(4));
        expect(names(run)).toHaveLength(2);
      }
    }
  });

  it("reports a run folder that is a file", async () => {
    const path = join(temporaryFolder(), "file");
    fs.writeFileSync(path, "");
    await expect(saveCheckpoint(path, 1, contentOf(1))).rejects.toThrow(/step-00000001 could not be saved: ENOTDIR/);
  });
});

describe("loadNewestCheckpoint", () => {
  it("gives undefined where there is none", async () => {
    const run = temporaryFolder();
    expect(await load(run)).toEqual({ checkpoint: undefined, warnings: [] });
    fs.mkdirSync(join(run, "checkpoints"));
    expect(await load(run)).toEqual({ checkpoint: undefined, warnings: [] });
  });

  it.each<[string, (run: string) => void, RegExp]>([
    ["a flipped bit", (run) => flip(pathOf(run, 2, "weights.safetensors"), 200), /weights.safetensors .* SHA-256/],
    ["a flipped bit in the state", (run) => flip(pathOf(run, 2, "state.json"), 3), /state.json .* SHA-256/],
    [
      "a truncated file",
      (run) => fs.truncateSync(pathOf(run, 2, "moments.safetensors"), 300),
      /has 300 bytes, expected/,
    ],
    ["a byte too many", (run) => fs.appendFileSync(pathOf(run, 2, "state.json"), " "), /state.json has \d+ bytes/],
    ["a missing file", (run) => fs.rmSync(pathOf(run, 2, "moments.safetensors")), /moments.safetensors .*ENOENT/],
    ["an emptied marker", (run) => fs.truncateSync(pathOf(run, 2, "COMMITTED"), 0), /COMMITTED is not JSON/],
    ["a huge marker", (run) => fs.truncateSync(pathOf(run, 2, "COMMITTED"), 2 ** 40), /too many for a marker/],
    [
      "the marker of another step",
      (run) => fs.copyFileSync(pathOf(run, 1, "COMMITTED"), pathOf(run, 2, "COMMITTED")),
      /is not the marker of step 2/,
    ],
    ["a marker of another kind", (run) => fs.writeFileSync(pathOf(run, 2, "COMMITTED"), "[]"), /not the marker/],
    [
      "a folder where a file should be",
      (run) => {
        fs.rmSync(pathOf(run, 2, "state.json"));
        fs.mkdirSync(pathOf(run, 2, "state.json"));
      },
      /state.json could not be read: it is not a file/,
    ],
    [
      "a pipe where a file should be",
      (run) => {
        fs.rmSync(pathOf(run, 2, "state.json"));
        execFileSync("mkfifo", [pathOf(run, 2, "state.json")]);
      },
      /state.json could not be read: it is not a file/,
    ],
  ])("falls back from %s to the checkpoint before, says so, and sets it aside", async (_, damage, sentence) => {
    const run = await runWith(1, 2);
    damage(run);
    const { checkpoint, warnings } = await load(run);
    expect(checkpoint).toEqual(checkpointOf(1));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/step-00000002 is damaged and is passed over: /);
    expect(warnings[0]).toMatch(sentence);
    expect(names(run)).toEqual(["step-00000001", "step-00000002.damaged"]);
    expect(await load(run)).toEqual({ checkpoint: checkpointOf(1), warnings: [] });
    await saveCheckpoint(run, 3, contentOf(3));
    expect(names(run)).toEqual(["step-00000001", "step-00000003"]);
  });

  it("ignores a folder without its marker, and says so", async () => {
    const run = await runWith(1, 2);
    fs.rmSync(pathOf(run, 2, "COMMITTED"));
    const { checkpoint, warnings } = await load(run);
    expect(checkpoint).toEqual(checkpointOf(1));
    expect(warnings).toEqual([expect.stringMatching(/step-00000002 is ignored, since it is incomplete$/)]);
  });

  it("throws when all are damaged, and leaves them for a closer look", async () => {
    const run = await runWith(1, 2);
    for (const step of [1, 2]) flip(pathOf(run, step, "weights.safetensors"), 100);
    await expect(load(run)).rejects.toThrow(
      /checkpoints holds no sound checkpoint: step-00000002, step-00000001 damaged$/,
    );
    expect(names(run)).toEqual(["step-00000001", "step-00000002"]);
  });

  it("throws when a sound checkpoint cannot be read, and never falls back from it", async () => {
    const run = await runWith(1, 2);
    let finished = false;
    for (let failAt = 0; !finished; failAt++) {
      faults.reset({ failAt, code: "EACCES" });
      const result = await load(run).catch((cause: unknown) => cause);
      finished = !faults.tripped;
      if (!finished) expect(result).toBeInstanceOf(RunFolderError);
      else expect(result).toEqual({ checkpoint: checkpointOf(2), warnings: [] });
      expect(names(run)).toEqual(["step-00000001", "step-00000002"]);
    }
  });

  it("falls back where the disk can no longer read the newest", async () => {
    const run = await runWith(1, 2);
    faults.reset();
    await load(run);
    const failAt = faults.calls.findIndex((call) => /^read .*weights/.test(call));
    faults.reset({ failAt, code: "EIO" });
    const { checkpoint, warnings } = await load(run);
    expect(checkpoint).toEqual(checkpointOf(1));
    expect(warnings[0]).toMatch(/weights.safetensors could not be read: EIO/);
  });

  it("gives the newest byte for byte or falls back, whatever bytes are changed", async () => {
    const sound = await runWith(1, 2);
    const mutation = fc.record({
      file: fc.constantFrom(...FILES),
      kind: fc.constantFrom("set", "cut", "insert", "swap"),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    });
    let fellBack = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        const run = temporaryFolder();
        fs.cpSync(sound, run, { recursive: true });
        for (const { file, kind, at, bytes } of mutations) {
          const path = pathOf(run, 2, file);
          const content = fs.readFileSync(path);
          const place = Math.floor(at * content.length);
          const [head, tail] = [content.subarray(0, place), content.subarray(place)];
          if (kind === "set") content.set(bytes.subarray(0, tail.length), place);
          const changed = { set: [content], cut: [head], insert: [head, bytes, tail], swap: [tail, head] }[kind] ?? [];
          fs.writeFileSync(path, Buffer.concat(changed));
        }
        const { checkpoint, warnings } = await load(run);
        fellBack += warnings.length;
        expect(checkpoint).toEqual(checkpointOf(warnings.length === 0 ? 2 : 1));
      }),
      { numRuns: 200 },
    );
    expect(fellBack).toBeGreaterThan(60);
  });
});

describe("isCheckpointName", () => {
  it("knows its own names only", () => {
    const own = ["step-00000001", "step-123456789", "step-00000001.partial", "step-00000001.damaged"];
    const others = [
      "step-1",
      "step-000000001",
      "step-",
      "step-00000NaN",
      "step-00000001.old",
      "step-99999999999999999999",
    ];
    expect(own.filter(isCheckpointName)).toEqual(own);
    expect(others.filter(isCheckpointName)).toEqual([]);
  });
});

function flip(path: string, at: number): void {
  const bytes = fs.readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  fs.writeFileSync(path, bytes);
}
