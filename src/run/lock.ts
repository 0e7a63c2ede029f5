// One trainer a folder: a lock file that tells who holds it, and is recovered when its holder is gone.
import { randomUUID } from "node:crypto";
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { RunFolderError } from "../errors.ts";
import { errorCode, fileError, temporaryName } from "./atomic-file.ts";

/** The lock of a run folder, from {@link acquireLock} to `release()` or to the end of the process. */
export interface Lock {
  readonly path: string;
  /** Gives the lock back; a second call does nothing. */
  release(): void;
}

const LOCK_FILE = "trainer.lock";
const ATTEMPTS = 100;

const holderSchema = z.object({
  /** Tells this holding from every other one, also by the same process. */
  token: z.uuid(),
  pid: z.int().positive(),
  /** In clock ticks since the machine started: a process number is soon given to another process. */
  started: z.string().nullable(),
  bootId: z.string().nullable(),
  host: z.string(),
});

type Holder = z.infer<typeof holderSchema>;

/**
 * Takes the lock of a folder. A lock whose process is gone, or whose machine has been started anew since, is recovered;
 * a lock from another host counts as held, since nothing can be known about it from here.
 * @throws RunFolderError that names the holding process, or when the folder cannot be written
 */
export async function acquireLock(folder: string): Promise<Lock> {
  const path = join(folder, LOCK_FILE);
  try {
    const { token } = take(path, folder);
    removeSpentClaims(folder);
    const release = () => {
      process.off("exit", release);
      drop(path, token);
    };
    process.once("exit", release);
    return { path, release };
  } catch (cause) {
    throw fileError(path, "taken", cause);
  }
}

/** Whether a trainer holds the folder, as far as can be told from here; a lock that cannot be read tells nothing. */
export function isHeld(folder: string): boolean {
  try {
    const holder = readHolder(join(folder, LOCK_FILE));
    return holder !== undefined && mayRun(holder);
  } catch {
    return false;
  }
}

/** Whether a file of this name belongs to the lock. */
export function isLockName(name: string): boolean {
  return name === LOCK_FILE || name.startsWith(`${LOCK_FILE}.`);
}

/**
 * Makes the lock file at `path` ours. It appears whole, by a hard link, so no half-written lock is ever seen.
 *
 * To follow a dead holder, one must first hold the claim `path.<its token>`, and the dead holder must then still be the
 * one in the file. Only one process at a time can hold that claim, so a dead holder has exactly one successor however
 * many processes find it dead at once. A claim is itself such a lock and is recovered in the same way.
 */
function take(path: string, folder: string): Holder {
  const mine = ourselves();
  const temporary = temporaryName(path);
  try {
    writeFileSync(temporary, `${JSON.stringify(mine)}\n`, { flag: "wx", flush: true });
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (linked(temporary, path)) return mine;
      const holder = readHolder(path);
      if (holder === undefined) continue; // released in this moment
      if (mayRun(holder)) throw heldBy(holder, path, folder);
      const claim = `${path}.${holder.token}`;
      const { token } = take(claim, folder);
      try {
        if (readHolder(path)?.token === holder.token) {
          renameSync(temporary, path);
          return mine;
        }
      } finally {
        drop(claim, token);
      }
    }
    throw new RunFolderError(`${path} could not be taken in ${ATTEMPTS} attempts`);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Claims of processes that died between taking over and tidying up. */
function removeSpentClaims(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${LOCK_FILE}.`)) continue;
    const holder = readHolder(join(folder, name));
    if (holder !== undefined && !mayRun(holder)) rmSync(join(folder, name), { force: true });
  }
}

function drop(path: string, token: string): void {
  if (readHolder(path)?.token === token) rmSync(path, { force: true });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (cause) {
    if (errorCode(cause) === "EEXIST") return false;
    throw cause;
  }
}

function readHolder(path: string): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return undefined;
    throw cause;
  }
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new RunFolderError(`${path} is not a lock of latentext; remove it if nothing trains in this folder`, {
      cause,
    });
  }
}

function ourselves(): Holder {
  return {
    token: randomUUID(),
    pid: process.pid,
    started: startOf(process.pid) ?? null,
    bootId: readIfPresent("/proc/sys/kernel/random/boot_id")?.trim() ?? null,
    host: hostname(),
  };
}

function mayRun(holder: Holder): boolean {
  const here = ourselves();
  if (holder.host !== here.host) return true;
  if (holder.bootId !== here.bootId) return false;
  const started = startOf(holder.pid);
  if (started === undefined) return false;
  return started === null || holder.started === null || started === holder.started;
}

/** When a running process started; null where the system does not say, undefined when it does not run. */
function startOf(pid: number): string | null | undefined {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    if (errorCode(cause) === "ESRCH") return undefined; // any other answer (EPERM) comes from a process that is there
  }
  const stat = readIfPresent(`/proc/${pid}/stat`);
  if (stat === undefined) return null;
  // The second field, a name in parentheses, may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, started] = [fields[0], fields[19]];
  const ended = state === "Z" || state === "X"; // killed, and only waiting for its parent to notice
  return ended ? undefined : (started ?? null);
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // not Linux, or not ours to see
  }
}

function heldBy(holder: Holder, path: string, folder: string): RunFolderError {
  const elsewhere = holder.host === hostname() ? "" : ` on ${holder.host}; if it no longer runs there, remove ${path}`;
  return new RunFolderError(`${folder} is in use by process ${holder.pid}${elsewhere}`);
}
