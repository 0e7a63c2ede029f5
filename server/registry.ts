// The models that are served: run folders by id, read again when they change on disk.
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InputError, LatentextError, messageOf, RunFolderError } from "../src/errors.ts";
import { UnknownModelError } from "./errors.ts";
import type { ModelRef } from "./inference/jobs.ts";
import {
  fileName,
  isRunFolder,
  Journals,
  type ModelFacts,
  mustBeFolder,
  publicSettings,
  readExamples,
  readFacts,
  versionOf,
  whyUnreadable,
} from "./model-facts.ts";
import { LIMITS, MODEL_ID, MODEL_ID_LENGTH, type ModelDetails, type ModelSummary } from "./schemas.ts";

/** A model as it is on disk now. */
export interface RegisteredModel {
  readonly ref: ModelRef;
  readonly facts: ModelFacts;
  readonly summary: ModelSummary;
}

export interface Registry {
  /** Every model that can be read, by id. */
  list(): Promise<readonly RegisteredModel[]>;
  /**
   * The model of an id.
   * @throws UnknownModelError when there is none; RequestError 503 while its files are being written; RunFolderError when they are damaged
   */
  get(id: string): Promise<RegisteredModel>;
  /** What is told of a model beside its summary; whether it has an index, others know. */
  details(model: RegisteredModel): Promise<Omit<ModelDetails, "neighbours">>;
  readonly journals: Journals;
}

const NO_ID = "its name has no letter or digit to make an id of.";

export interface RegistryOptions {
  /** Seconds for which what was seen on disk is believed. */
  readonly recheck?: number;
  /** Told what is left out, and why. */
  readonly warn?: (sentence: string) => void;
}

/**
 * Serves `paths`: each is a run folder, or a folder of run folders, in which new ones are found as they come. A model's id is its folder's
 * name, as {@link modelId} writes it; of several that would share one, those that are not asked for by their path get a number behind it.
 * Folders behind links inside a folder of runs are left out: what they lead to was not given.
 * @throws InputError when a path is no folder, or the run of a path has a name that makes no id, or the same as another one's
 */
export async function createRegistry(
  paths: readonly string[],
  { recheck = 1, warn = () => {} }: RegistryOptions = {},
): Promise<Registry> {
  const roots = await Promise.all(
    paths.map(async (given) => {
      const path = resolve(given);
      await mustBeFolder(path);
      return { path, isRun: await isRunFolder(path) };
    }),
  );
  const given = idsOf(roots.filter(({ isRun }) => isRun).map(({ path }) => path));
  const journals = new Journals();
  const models = new Map<string, Cached>();
  const warned = new Set<string>();
  let scanned = Number.NEGATIVE_INFINITY;
  let scanning: Promise<void> | undefined;

  function warnOnce(sentence: string): void {
    if (warned.size < 1_000 && !warned.has(sentence)) warn(sentence);
    warned.add(sentence);
  }

  /** The folders of all runs by id. */
  async function folders(): Promise<Map<string, string>> {
    const found = new Map(given);
    const others = (await Promise.all(roots.map(({ path, isRun }) => (isRun ? [] : runsIn(path))))).flat();
    const left = new Set(others);
    const take = (id: string, folder: string): void => {
      found.set(id, folder);
      left.delete(folder);
    };
    for (const folder of given.values()) left.delete(folder);
    // A model that is served stays what it is, whatever comes beside it.
    for (const [id, { path }] of models) if (left.has(path) && !found.has(id)) take(id, path);
    // Then those that have the very name.
    for (const folder of others) {
      const id = modelId(fileName(folder));
      if (left.has(folder) && id === fileName(folder) && !found.has(id)) take(id, folder);
    }
    for (const folder of left) {
      const id = modelId(fileName(folder));
      if (id === "") {
        warnOnce(`${folder} is left out: ${NO_ID}`);
        continue;
      }
      const free = freeId(id, found);
      if (free !== id)
        warnOnce(`${folder} and ${found.get(id)} would both be the model "${id}": the first is "${free}".`);
      take(free, folder);
    }
    return found;
  }

  function keep(found: ReadonlyMap<string, string>): void {
    for (const [id, { path }] of models) if (found.get(id) !== path) models.delete(id);
    for (const [id, path] of found) if (!models.has(id)) models.set(id, new Cached(id, path, recheck));
    scanned = performance.now();
  }

  async function rescan(): Promise<void> {
    if (performance.now() - scanned < recheck * 1_000) return;
    scanning ??= folders()
      .then(keep)
      .finally(() => {
        scanning = undefined;
      });
    await scanning;
  }

  keep(await folders());

  return {
    journals,
    async list() {
      await rescan();
      const all = await Promise.all(
        [...models].map(([, cached]) =>
          cached.read().catch((cause: unknown) => {
            if (!(cause instanceof LatentextError)) throw cause;
            warnOnce(`${cached.path} is left out: ${messageOf(cause)}`);
            return undefined;
          }),
        ),
      );
      return all.filter((model) => model !== undefined).sort((a, b) => (a.ref.id < b.ref.id ? -1 : 1));
    },
    async get(asked) {
      await rescan();
      // As `modelId` writes it, whatever way the client's keyboard composes letters.
      const id = asked.normalize("NFC");
      const model = MODEL_ID.test(id) ? models.get(id) : undefined;
      if (model === undefined) {
        const known = [...models.keys()].sort().slice(0, 10).join(", ") || "none";
        const what = MODEL_ID.test(id) ? `named "${id}"` : "of this name";
        throw new UnknownModelError(`There is no model ${what}; there are: ${known}.`);
      }
      try {
        return await model.read();
      } catch (cause) {
        // Its folder has gone since it was found.
        if (cause instanceof InputError)
          throw new UnknownModelError(`There is no model named "${id}" any more.`, { cause });
        throw cause instanceof RunFolderError ? await whyUnreadable({ id, path: model.path }, cause) : cause;
      }
    },
    async details({ ref, facts, summary }) {
      const quality = await journals.quality(ref.path);
      return {
        ...summary,
        settings: publicSettings(facts.config),
        ...(facts.tokenizer && { tokenizer: facts.tokenizer }),
        ...(quality && { quality }),
        labels: [...facts.labels],
        examples: await readExamples(ref.path, facts.config, journals),
        limits: { ...LIMITS, max_length: facts.config.maxLength },
      };
    },
  };
}

/**
 * A folder's name as an id: lower case, other characters than letters of any script, digits, `.`, `_` and `-` as hyphens, at most 64 of
 * them; empty where it has no letter or digit.
 */
export function modelId(name: string): string {
  const id = name
    .toLowerCase()
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, "-")
    .replace(/^[^\p{L}\p{N}]+/u, "");
  return cut(id, MODEL_ID_LENGTH);
}

/** An id that is not taken: with the first number behind it that makes it so. */
function freeId(id: string, taken: ReadonlyMap<string, string>): string {
  let free = id;
  for (let n = 2; taken.has(free); n++) free = `${cut(id, MODEL_ID_LENGTH - `-${n}`.length)}-${n}`;
  return free;
}

function cut(text: string, characters: number): string {
  return [...text].slice(0, characters).join("");
}

/** The runs that are given by their paths, by id. @throws InputError for names that make none, or the same */
function idsOf(paths: readonly string[]): Map<string, string> {
  const ids = new Map<string, string>();
  for (const path of new Set(paths)) {
    const id = modelId(fileName(path));
    const other = ids.get(id);
    if (id === "") throw new InputError(`${path} cannot be served: ${NO_ID}`);
    if (other !== undefined)
      throw new InputError(`${path} and ${other} would both be the model "${id}"; rename one of them.`);
    ids.set(id, path);
  }
  return ids;
}

async function runsIn(path: string): Promise<string[]> {
  // A folder of runs that has gone for the moment holds no runs.
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const runs = await Promise.all(
    folders.map(async ({ name }) => ((await isRunFolder(join(path, name))) ? join(path, name) : undefined)),
  );
  return runs.filter((run) => run !== undefined).sort();
}

/** One model: read at its first use, and again when its version on disk is another one. */
class Cached {
  readonly path: string;
  readonly #id: string;
  readonly #recheck: number;
  #model: RegisteredModel | undefined;
  #checked = Number.NEGATIVE_INFINITY;
  #reading: Promise<RegisteredModel> | undefined;

  constructor(id: string, path: string, recheck: number) {
    this.#id = id;
    this.path = path;
    this.#recheck = recheck;
  }

  async read(): Promise<RegisteredModel> {
    if (this.#model && performance.now() - this.#checked < this.#recheck * 1_000) return this.#model;
    this.#reading ??= this.#refresh().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #refresh(): Promise<RegisteredModel> {
    const known = this.#model;
    if (known === undefined || known.facts.version !== (await versionOf(this.path))) {
      const facts = await readFacts(this.path);
      this.#model = {
        facts,
        ref: { id: this.#id, path: this.path, version: facts.version },
        summary: summaryOf(this.#id, facts),
      };
    }
    this.#checked = performance.now();
    return this.#model as RegisteredModel;
  }
}

function summaryOf(id: string, { config, hasWeights, parameters, vocabulary, trainedAt }: ModelFacts): ModelSummary {
  return {
    id,
    status: hasWeights ? "ready" : "training",
    corpus: config.corpora.map(fileName),
    parameters,
    vocabulary,
    latent: config.latent,
    max_length: config.maxLength,
    ...(trainedAt !== undefined && { trained_at: trainedAt }),
  };
}
