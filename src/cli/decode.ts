// `latentext decode`: a text for each code, given as JSON.
import type { Command } from "commander";
import { InputError } from "../errors.ts";
import {
  addFileArgument,
  addRunOptions,
  addWriteOptions,
  draws,
  type RunFlags,
  seeded,
  type WriteFlags,
  withModel,
} from "./options.ts";
import { type InputLine, oneLine, readChunks, type Streams, writeLines } from "./streams.ts";

type Flags = RunFlags & WriteFlags;

export function registerDecode(program: Command, streams: Streams): void {
  const command = program.command("decode").description("write the text of each code, as `encode` gives them");
  addWriteOptions(addFileArgument(addRunOptions(command), "a code a line")).action(
    async (run: string, file: string, flags: Flags) => {
      const { quiet, json } = flags;
      await withModel(run, flags, streams, async (model) => {
        const options = await seeded(flags, { quiet, matters: draws(flags) }, streams);
        let first = 0;
        for await (const chunk of readChunks(file, streams.stdin)) {
          const codes = chunk.map((line) => parseCode(line, model.info.latent));
          const lines: string[] = [];
          for await (const { text, finished } of model.decodeEach(codes, { ...options, first })) {
            lines.push(json ? JSON.stringify({ text, finished }) : oneLine(text));
          }
          await writeLines(streams.stdout, lines);
          first += chunk.length;
        }
      });
    },
  );
}

/** A list of numbers, or an object that holds one as `code`, as `encode --json` gives it. */
function parseCode({ line, text }: InputLine, latent: number): number[] {
  const given = parsed(text);
  const code = typeof given === "object" && given !== null && "code" in given ? given.code : given;
  const numbers = Array.isArray(code) && code.every(isFloat);
  if (numbers && code.length === latent) return code;
  const found = numbers
    ? `a list of ${code.length} numbers`
    : JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  throw new InputError(
    `Line ${line} is ${found}; expected a JSON list of ${latent} numbers, as \`latentext encode\` gives it.`,
  );
}

/** Beyond 3.4e38 a number is infinite as an element of a code. */
function isFloat(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(Math.fround(value));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
