// The flags of `train`, made from the schema of settings: each setting has one, and none is written down twice.
import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import type { z } from "zod";
import { InputError, messageOf } from "../errors.ts";
import { parseConfig } from "../model/config.ts";
import { type ConfigInput, configSchema } from "../model/config-schema.ts";
import { PRESETS, type PresetName } from "../model/presets.ts";

type Values = Record<string, unknown>;

/** Settings that are no flags of their own: the corpora are arguments, noise has a flag of four numbers, columns are found. */
const WITHOUT_FLAG: ReadonlySet<string> = new Set(["version", "corpora", "columns", "noise"]);

/** What {@link addSettings} adds to a command's options. */
interface SettingOptions extends Values {
  readonly preset?: PresetName;
  readonly config?: string;
  readonly set?: string[];
  readonly noise?: ConfigInput["noise"];
}

/** Adds `--preset`, `--config`, `--set`, `--noise` and one flag a setting. */
export function addSettings(command: Command): Command {
  const defaults = parseConfig({}) as Values;
  command
    .option("--preset <name>", `start from ${Object.keys(PRESETS).join(", ")} (default: base)`, presetName)
    .option("--config <file>", "start from the settings of a JSON file")
    .option("--set <key=value>", "one setting, such as noise.drop=0.1; may be given several times", collect, [])
    .option(
      "--noise <drop,blank,substitute,shuffle>",
      "word noise of the encoder's input, such as 0.1,0,0,3 (default: 0,0.15,0,0)",
      noise,
    );
  for (const [key, schema] of Object.entries(configSchema.shape)) {
    if (WITHOUT_FLAG.has(key)) continue;
    const value = defaults[key];
    if (typeof value === "boolean") {
      command.option(`--${kebab(key)}`, (schema as z.ZodType).description ?? key);
      continue;
    }
    const hint = value === null || value === undefined ? "" : ` (default: ${String(value)})`;
    const description = `${(schema as z.ZodType).description ?? key}${hint}`;
    command.option(`--${kebab(key)} <value>`, description, (text: string) => typed(schema as z.ZodType, text));
  }
  return command;
}

/**
 * The settings that flags, `--set`, the config file and the preset give together; the first named wins.
 * @throws InputError for a config file that cannot be read and for a `--set` that names no setting
 */
export async function settingsFrom(options: Values): Promise<ConfigInput> {
  const { preset, config, set = [], noise: given } = options as SettingOptions;
  const result: Values = { ...(preset && PRESETS[preset]), ...(config && (await readSettings(config))) };
  for (const assignment of set) assign(result, assignment);
  for (const key of Object.keys(configSchema.shape)) {
    if (!WITHOUT_FLAG.has(key) && options[key] !== undefined) result[key] = options[key];
  }
  if (given) result.noise = given;
  return result as ConfigInput;
}

async function readSettings(path: string): Promise<Values> {
  try {
    // Editors of Windows put a byte order mark in front.
    const value: unknown = JSON.parse((await readFile(path, "utf8")).replace(/^\uFEFF/, ""));
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("it holds no JSON object");
    return value as Values;
  } catch (cause) {
    throw new InputError(`The config file ${path} cannot be read: ${messageOf(cause)}.`, { cause });
  }
}

function assign(target: Values, assignment: string): void {
  const [path = "", ...rest] = assignment.split("=");
  if (rest.length === 0)
    throw new InputError(`--set ${assignment} has no value: expected KEY=VALUE, such as hidden=128.`);
  const text = rest.join("=");
  const [key = "", inner, ...more] = path.split(".");
  const shape = configSchema.shape as Record<string, z.ZodType>;
  // What every object has, such as __proto__, is no setting.
  const schema = Object.hasOwn(shape, key) ? shape[key] : undefined;
  if (!schema || more.length > 0 || (inner !== undefined && key !== "noise")) {
    throw new InputError(`--set ${assignment}: ${path} is not a setting; \`latentext train --help\` lists them.`);
  }
  if (inner === undefined) target[key] = typed(schema, text);
  else target[key] = { ...(target[key] as Values | undefined), [inner]: numeric(text) };
}

/** Text as the value that a schema takes: as it is, as yes or no, or as a number. What fits neither is left to the schema to refuse. */
function typed(schema: z.ZodType, text: string): unknown {
  if (schema.safeParse(text).success) return text;
  if ((text === "true" || text === "false") && schema.safeParse(text === "true").success) return text === "true";
  return numeric(text);
}

/** A number where the text is one; Number("") is 0, which nobody meant. */
function numeric(text: string): number | string {
  const value = Number(text);
  return text.trim() !== "" && !Number.isNaN(value) ? value : text;
}

function collect(assignment: string, before: readonly string[]): string[] {
  return [...before, assignment];
}

function presetName(text: string): PresetName {
  if (Object.hasOwn(PRESETS, text)) return text as PresetName;
  throw new InvalidArgumentError(`expected one of ${Object.keys(PRESETS).join(", ")}.`);
}

function noise(text: string): ConfigInput["noise"] {
  const parts = text.split(",").map(Number);
  if (parts.length !== 4 || text.split(",").some((part) => part.trim() === "") || parts.some(Number.isNaN)) {
    throw new InvalidArgumentError("expected four numbers, such as 0.1,0,0,3.");
  }
  const [drop, blank, substitute, shuffle] = parts as [number, number, number, number];
  return { drop, blank, substitute, shuffle };
}

function kebab(key: string): string {
  return key.replace(/[A-Z]|\d+/g, (part) => `${/\d/.test(part) ? "" : "-"}${part.toLowerCase()}`);
}
