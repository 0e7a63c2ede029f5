// One trainer a folder, also after a crash and when several find it free at once.
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RunFolderError } from "../../src/errors.ts";
import { acquireLock, isLockName } from "../../src/run/lock.ts";
import { startProgram } from "./program.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const LOCK = "trainer.lock";
const onLinux = it.runIf(process.platform === "linux");

/** The record that a lock of this process would hold, with changes. */
async function recordOf(changes: Record<string, unknown> = {}): Promise<string> {
  const folder = temporaryFolder();
  const lock = await acquireLock(folder);
  const record = JSON.parse(readFileSync(lock.path, "utf8"));
  lock.release();
  return JSON.stringify({ ...record, token: randomUUID(), ...changes });
}

/** The number of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

describe("acquireLock", () => {
  it("leaves a file that tells who holds it, and takes it away again", async () => {
    const folder = temporaryFolder();
    const lock = await acquireLock(folder);
    expect(readdirSync(folder)).toEqual([LOCK]);
    expect(JSON.parse(readFileSync(join(folder, LOCK), "utf8"))).toMatchObject({ pid: process.pid, host: hostname() });
    lock.release();
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    (await acquireLock(folder)).release();
  });

  it("refuses a folder that is in use, and names the process", async () => {
    const folder = temporaryFolder();
    const lock = await acquireLock(folder);
    await expect(acquireLock(folder)).rejects.toThrow(RunFolderError);
    await expect(acquireLock(folder)).rejects.toThrow(`${folder} is in use by process ${process.pid}`);
    expect(readdirSync(folder)).toEqual([LOCK]);
    lock.release();
  });

  it("does not let go of a lock that is another's by now", async () => {
    const folder = temporaryFolder();
    const lock = await acquireLock(folder);
    const other = await recordOf({ pid: 1 });
    writeFileSync(lock.path, other);
    lock.release();
    expect(readFileSync(lock.path, "utf8")).toBe(other);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ["whose process is gone", () => ({ pid: deadProcess() })],
    ["from before the machine was started anew", () => ({ bootId: randomUUID() })],
  ])("recovers a lock %s", async (_, changes) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, LOCK), await recordOf(changes()));
    const lock = await acquireLock(folder);
    expect(JSON.parse(readFileSync(lock.path, "utf8")).pid).toBe(process.pid);
    expect(readdirSync(folder)).toEqual([LOCK]);
    lock.release();
  });

  onLinux("recovers a lock whose process number has been given to another process", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, LOCK), await recordOf({ started: "1" }));
    (await acquireLock(folder)).release();
  });

  onLinux("recovers the lock of a killed process that its parent has not noticed yet", async () => {
    const folder = temporaryFolder();
    // The shell starts a process and becomes one that never waits for it.
    const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 30"]);
    try {
      const pid = Number(await once(parent.stdout, "data"));
      while (!/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))) await new Promise((done) => setTimeout(done, 5));
      writeFileSync(join(folder, LOCK), await recordOf({ pid, started: null }));
      (await acquireLock(folder)).release();
    } finally {
      parent.kill("SIGKILL");
    }
  });

  it("respects a lock where the start of the process is not known", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, LOCK), await recordOf({ started: null }));
    await expect(acquireLock(folder)).rejects.toThrow(`in use by process ${process.pid}`);
  });

  it("respects a lock of another host, and says how to go on", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, LOCK), await recordOf({ host: "elsewhere", pid: deadProcess() }));
    await expect(acquireLock(folder)).rejects.toThrow(
      /on elsewhere; if it no longer runs there, remove .*trainer.lock$/,
    );
  });

  it.each(["", "{}", "not JSON", '{"pid":-1}'])("refuses the file %j that is no lock", async (text) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, LOCK), text);
    await expect(acquireLock(folder)).rejects.toThrow(/is not a lock of latentext; remove it if nothing trains/);
    expect(readdirSync(folder)).toEqual([LOCK]);
  });

  it("tidies up after a process that died while it recovered the lock", async () => {
    const folder = temporaryFolder();
    const stale = await recordOf({ pid: deadProcess() });
    const claim = join(folder, `${LOCK}.${JSON.parse(stale).token}`);
    writeFileSync(join(folder, LOCK), stale);
    writeFileSync(claim, await recordOf({ pid: deadProcess() }));
    writeFileSync(join(folder, `${LOCK}.${randomUUID()}`), await recordOf({ pid: deadProcess() }));
    const lock = await acquireLock(folder);
    expect(readdirSync(folder)).toEqual([LOCK]);
    lock.release();
  });

  it("waits for no one: a lock that another is about to recover is in use", async () => {
    const folder = temporaryFolder();
    const stale = await recordOf({ pid: deadProcess() });
    writeFileSync(join(folder, LOCK), stale);
    writeFileSync(join(folder, `${LOCK}.${JSON.parse(stale).token}`), await recordOf());
    await expect(acquireLock(folder)).rejects.toThrow(`${folder} is in use by process ${process.pid}`);
    expect(readFileSync(join(folder, LOCK), "utf8")).toBe(stale);
  });

  it("reports a folder that is not there, or is a file", async () => {
    const folder = temporaryFolder();
    await expect(acquireLock(join(folder, "none"))).rejects.toThrow(/trainer.lock could not be taken: ENOENT/);
    writeFileSync(join(folder, "file"), "");
    await expect(acquireLock(join(folder, "file"))).rejects.toThrow(RunFolderError);
  });

  it("is released when the process ends, and recovered when it is killed", async () => {
    const folder = temporaryFolder();
    for (const end of ["exit", "kill"]) {
      const holder = startProgram("./lock-holder.ts", folder);
      await holder.next();
      holder.tell("take");
      expect(await holder.next()).toBe("taken");
      await expect(acquireLock(folder)).rejects.toThrow(`in use by process ${holder.process.pid}`);
      if (end === "kill") holder.process.kill("SIGKILL");
      else holder.tell("exit");
      await holder.ended;
      expect(existsSync(join(folder, LOCK))).toBe(end === "kill");
      (await acquireLock(folder)).release();
    }
  });

  it("goes to exactly one of several processes that find a stale lock at once", async () => {
    const folder = temporaryFolder();
    const stale = await recordOf({ pid: deadProcess() });
    const programs = Array.from({ length: 3 }, () => startProgram("./lock-holder.ts", folder));
    try {
      for (const program of programs) await program.next();
      for (let round = 0; round < 30; round++) {
        writeFileSync(join(folder, LOCK), JSON.stringify({ ...JSON.parse(stale), token: randomUUID() }));
        for (const program of programs) program.tell("take");
        const answers = await Promise.all(programs.map((program) => program.next()));
        expect(answers.filter((answer) => answer === "taken")).toHaveLength(1);
        expect(answers.filter((answer) => /in use by process \d+$/.test(String(answer)))).toHaveLength(2);
        for (const program of programs) program.tell("release");
        await Promise.all(programs.map((program) => program.next()));
        expect(readdirSync(folder)).toEqual([]);
      }
    } finally {
      for (const program of programs) program.process.kill("SIGKILL");
      await Promise.all(programs.map((program) => program.ended));
    }
  });
});

describe("isLockName", () => {
  it("knows the lock and its claims", () => {
    expect(["trainer.lock", "trainer.lock.1", "trainer.locks", "config.json"].map(isLockName)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
