// The folder of a run: which files it has, how it is begun and opened, and what may be deleted in it.
import { readdir, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError, messageOf, RunFolderError } from "../errors.ts";
import { errorCode, fileError, isTemporaryName, syncFolder, writeFileAtomic } from "./atomic-file.ts";
import { CHECKPOINTS, isCheckpointName } from "./checkpoints.ts";
import { removeIndex } from "./corpus-index.ts";
import { readExactly, withFile } from "./exact-read.ts";
import { exactJson, type JsonValue, parseJson } from "./json.ts";
import { acquireLock, isLockName } from "./lock.ts";
import { makeFolder } from "./make-folder.ts";
import { type NamedArrays, readSafetensorsFile, type SafetensorsContent, writeSafetensorsFile } from "./safetensors.ts";

/** Turns the value of config.json into settings, and throws where it does not fit. */
export type ParseConfig<T> = (value: unknown) => T;

/** The texts of a tokenizer in the Hugging Face format, by file name. */
export type TokenizerTexts = { readonly "tokenizer.json": string; readonly "tokenizer_config.json": string };

/** In the order in which they are deleted: without its config a folder is no longer known as a run. */
const RUN_FILES = [
  "model.safetensors",
  "metrics.jsonl",
  "samples.jsonl",
  "README.md",
  "tokenizer.json",
  "tokenizer_config.json",
  "labels.json",
  "config.json",
] as const;

/** The name of a file that a run has. */
export type RunFile = (typeof RUN_FILES)[number];

/** A run on disk. It holds nothing but its path: every call goes to the files. Files are written whole or not at all. */
export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Begins a run in a new or empty folder. With `overwrite`, a run that is already there is deleted: the files that a
   * run has and no other, and only where `parse` accepts the config.json (other tools have one too).
   * @throws InputError when the folder is not empty, and not to be overwritten or not a run
   * @throws RunFolderError when a trainer is at work in it, or the disk refuses
   */
  static async create(
    path: string,
    { parse, overwrite = false }: { parse: ParseConfig<unknown>; overwrite?: boolean },
  ): Promise<RunFolder> {
    const run = new RunFolder(path);
    try {
      await makeFolder(path);
      if (!(await run.#isEmpty())) {
        if (!overwrite)
          throw new InputError(
            `${path} is not empty; expected a new folder, or the option resume (to go on) or overwrite (to begin anew)`,
          );
        await run.#mustBeRun(parse);
        const lock = await acquireLock(path);
        try {
          await run.#delete();
        } finally {
          lock.release();
        }
      }
      return run;
    } catch (cause) {
      const code = errorCode(cause);
      if (code === "EEXIST" || code === "ENOTDIR") throw new InputError(`${path} is not a folder`, { cause });
      throw fileError(path, "made a run folder", cause);
    }
  }

  /**
   * Opens a run.
   * @throws InputError when there is no such folder, or it has no config.json
   */
  static async open(path: string): Promise<RunFolder> {
    const run = new RunFolder(path);
    try {
      await stat(run.pathOf("config.json"));
      return run;
    } catch (cause) {
      const code = errorCode(cause);
      if (code !== "ENOENT" && code !== "ENOTDIR") throw fileError(path, "opened", cause);
      const what = (await exists(path)) ? "has no config.json" : "does not exist";
      throw new InputError(`${path} is not a run folder: it ${what}`, { cause });
    }
  }

  pathOf(file: RunFile): string {
    return join(this.path, file);
  }

  /** @throws InputError for numbers that are not finite */
  async writeConfig(config: JsonValue): Promise<void> {
    await writeFileAtomic(this.pathOf("config.json"), exactJson(config, "config.json"));
  }

  /**
   * Reads config.json through `parse`.
   * @throws RunFolderError that names the file and carries the sentence of `parse`
   */
  async readConfig<T>(parse: ParseConfig<T>): Promise<T> {
    const path = this.pathOf("config.json");
    const value = parseJson(await readText(path), path);
    try {
      return parse(value);
    } catch (cause) {
      throw new RunFolderError(`${path} does not fit: ${messageOf(cause)}`, { cause });
    }
  }

  async writeTokenizer(texts: TokenizerTexts): Promise<void> {
    await writeFileAtomic(this.pathOf("tokenizer.json"), texts["tokenizer.json"]);
    await writeFileAtomic(this.pathOf("tokenizer_config.json"), texts["tokenizer_config.json"]);
  }

  async readTokenizer(): Promise<TokenizerTexts> {
    return {
      "tokenizer.json": await readText(this.pathOf("tokenizer.json")),
      "tokenizer_config.json": await readText(this.pathOf("tokenizer_config.json")),
    };
  }

  /** The labels of a conditional model, in the order of their numbers. */
  async writeLabels(labels: readonly string[]): Promise<void> {
    await writeFileAtomic(this.pathOf("labels.json"), exactJson(labels, "labels.json"));
  }

  /** @throws RunFolderError unless the file is a list of different strings */
  async readLabels(): Promise<readonly string[]> {
    const path = this.pathOf("labels.json");
    const labels = parseJson(await readText(path), path);
    if (!Array.isArray(labels) || !labels.every((label): label is string => typeof label === "string" && label !== ""))
      throw new RunFolderError(`${path} does not fit: expected a list of strings, none of them empty`);
    const twice = labels.find((label, i) => labels.indexOf(label) < i);
    if (twice !== undefined)
      throw new RunFolderError(`${path} does not fit: ${JSON.stringify(twice)} stands in it twice`);
    return labels;
  }

  /** The best weights so far. The arrays must not change until the promise is settled. */
  async writeModel(arrays: NamedArrays, metadata?: ReadonlyMap<string, string>): Promise<void> {
    await writeSafetensorsFile(this.pathOf("model.safetensors"), arrays, metadata);
  }

  async readModel(): Promise<SafetensorsContent> {
    return readSafetensorsFile(this.pathOf("model.safetensors"));
  }

  async writeReadme(text: string): Promise<void> {
    await writeFileAtomic(this.pathOf("README.md"), text);
  }

  /** A lock or temporary files alone are what a run leaves that was killed before it had begun. */
  async #isEmpty(): Promise<boolean> {
    return (await readdir(this.path)).every((name) => isLockName(name) || isTemporaryName(name));
  }

  async #mustBeRun(parse: ParseConfig<unknown>): Promise<void> {
    try {
      await RunFolder.open(this.path);
      await this.readConfig(parse);
    } catch (cause) {
      throw new InputError(`${this.path} is not overwritten, since it does not look like a run: ${messageOf(cause)}`, {
        cause,
      });
    }
  }

  async #delete(): Promise<void> {
    const checkpoints = join(this.path, CHECKPOINTS);
    if (await exists(checkpoints)) {
      const names = (await readdir(checkpoints)).filter(isCheckpointName);
      for (const name of names) await rm(join(checkpoints, name), { recursive: true, force: true });
      if ((await readdir(checkpoints)).length === 0) await rmdir(checkpoints);
    }
    await removeIndex(this.path);
    const orphans = (await readdir(this.path)).filter(isTemporaryName);
    for (const name of [...orphans, ...RUN_FILES]) await rm(join(this.path, name), { force: true });
    await syncFolder(this.path);
  }
}

async function readText(path: string): Promise<string> {
  return withFile(path, async (handle, size) => new TextDecoder().decode(await readExactly(handle, 0, size)));
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    if (errorCode(cause) === "ENOENT" || errorCode(cause) === "ENOTDIR") return false;
    throw cause;
  }
}
