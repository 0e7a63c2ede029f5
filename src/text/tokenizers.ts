// Makes tokenizers: new ones from texts or counts, saved ones from their two files.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError, messageOf } from "../errors.ts";
import { charScheme } from "./char-tokenizer.ts";
import { createPretrainedTokenizer } from "./pretrained-tokenizer.ts";
import { type SchemeKind, SchemeTokenizer, type TokenScheme } from "./token-scheme.ts";
import type { Tokenizer, TokenizerFiles } from "./tokenizer.ts";
import { TokenVocabulary, type VocabularyOptions } from "./vocabulary.ts";
import { whitespaceScheme } from "./whitespace-tokenizer.ts";
import { wordScheme } from "./word-tokenizer.ts";

const SCHEMES: ReadonlyMap<string, TokenScheme> = new Map([
  ["word", wordScheme],
  ["whitespace", whitespaceScheme],
  ["char", charScheme],
]);

const VERSION = 1;

/**
 * How often each token of `kind` occurs in the texts, which may be as many as the disk holds: only the counts are kept.
 * @throws InputError when `kind` is not `word`, `whitespace` or `char`
 */
export async function countTokens(
  kind: SchemeKind,
  texts: Iterable<string> | AsyncIterable<string>,
): Promise<Map<string, number>> {
  const { split } = schemeOf(kind);
  const counts = new Map<string, number>();
  for await (const text of texts) addCounts(counts, split(text));
  return counts;
}

/**
 * A tokenizer whose vocabulary holds the most frequent tokens of `source`: texts, or counts from {@link countTokens}.
 * The vocabulary size counts the five special tokens; the defaults are 20,000 tokens seen at least once.
 * @throws InputError when the kind is not `word`, `whitespace` or `char`, or an option is out of range
 */
export function createTokenizer(
  kind: SchemeKind,
  source: Iterable<string> | ReadonlyMap<string, number>,
  options: VocabularyOptions = {},
): Tokenizer {
  const scheme = schemeOf(kind);
  let counts = new Map<string, number>();
  if (source instanceof Map) counts = source;
  else for (const text of source as Iterable<string>) addCounts(counts, scheme.split(text));
  return new SchemeTokenizer(scheme, TokenVocabulary.fromCounts(counts, options));
}

/**
 * Restores a tokenizer of any kind from its two files, or from the folder that holds them. Files without a `latentext` entry
 * in tokenizer_config.json are a tokenizer of someone else's, and run by the optional package @huggingface/transformers.
 * @throws InputError when a file is missing or damaged, or that package is needed and not installed
 */
export async function loadTokenizer(source: string | TokenizerFiles): Promise<Tokenizer> {
  const files = typeof source === "string" ? await readTokenizerFolder(source) : source;
  const config = parseObject("tokenizer_config.json", files["tokenizer_config.json"]);
  const own =
    config.latentext === undefined ? undefined : asObject("latentext in tokenizer_config.json", config.latentext);
  if (own === undefined || own.kind === "pretrained") return createPretrainedTokenizer(files);
  if (own.version !== VERSION) {
    throw new InputError(
      `tokenizer_config.json is of version ${JSON.stringify(own.version)}; this latentext reads version ${VERSION}.`,
    );
  }
  const scheme = schemeOf(own.kind);
  const model = asObject("model in tokenizer.json", parseObject("tokenizer.json", files["tokenizer.json"]).model);
  return new SchemeTokenizer(scheme, TokenVocabulary.fromJson(model.vocab));
}

async function readTokenizerFolder(folder: string): Promise<TokenizerFiles> {
  const read = async (name: string): Promise<string> => {
    try {
      return await readFile(path.join(folder, name), "utf8");
    } catch (cause) {
      throw new InputError(
        `The tokenizer folder ${folder} has no readable ${name} (${messageOf(cause)}); expected the two files ` +
          "tokenizer.json and tokenizer_config.json of a Hugging Face tokenizer.",
        { cause },
      );
    }
  };
  return {
    "tokenizer.json": await read("tokenizer.json"),
    "tokenizer_config.json": await read("tokenizer_config.json"),
  };
}

function parseObject(name: string, json: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new InputError(`${name} is no valid JSON: ${messageOf(cause)}.`, { cause });
  }
  return asObject(name, value);
}

function asObject(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InputError(`${name} is ${value === undefined ? "missing" : "no object"}; expected a JSON object.`);
  }
  return { ...value };
}

function schemeOf(kind: unknown): TokenScheme {
  const scheme = typeof kind === "string" ? SCHEMES.get(kind) : undefined;
  if (scheme === undefined) {
    throw new InputError(`The tokenizer kind is ${JSON.stringify(kind)}; expected ${[...SCHEMES.keys()].join(", ")}.`);
  }
  return scheme;
}

function addCounts(counts: Map<string, number>, tokens: readonly string[]): void {
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
}
