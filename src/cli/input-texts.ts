// The texts that a verb is given: the lines of plain text, or the rows of a table, which are read as training reads them.
import { type Command, Option } from "commander";
import type { Model } from "../latent/model.ts";
import { checkColumn, formatOf, isTable } from "../text/formats.ts";
import { addFileArgument, column } from "./options.ts";
import { CHUNK_LINES, type InputLine, readChunks, type Streams } from "./streams.ts";

/** What {@link addTextsArgument} adds. */
export interface TextsFlags {
  readonly textColumn?: number | string;
  readonly labelColumn?: number | string;
}

/** A text of the input. */
export interface InputText extends InputLine {
  /** Of a table alone. */
  readonly label?: string;
}

/** The file argument of verbs that read texts, and which of its columns are not the text. */
export function addTextsArgument(command: Command): Command {
  return addFileArgument(command, "a text a line, or a .tsv, .csv or .jsonl table, each also .gz")
    .addOption(
      new Option(
        "--text-column <n|name>",
        "in a table: column of the text, from 1 or by its name (default: as in training)",
      ).argParser(column),
    )
    .addOption(
      new Option(
        "--label-column <n|name>",
        "in a table: column of the label, from 1 or by its name (default: as in training)",
      ).argParser(column),
    );
}

/** @throws InputError when a column is asked for of a file without columns; to be called before a model is loaded */
export function checkTexts(file: string, { textColumn, labelColumn }: TextsFlags): void {
  checkColumn("text", textColumn, file);
  checkColumn("label", labelColumn, file);
}

/**
 * The texts of a file in chunks, of a table in the columns that `flags` or else the run say: a text for each line of plain text, and for
 * each row below a table's header. Empty ones are given as they are.
 * @throws InputError when the file cannot be read, or a line or row of it cannot be used
 */
export async function* readTextChunks(
  file: string,
  { textColumn, labelColumn }: TextsFlags,
  { model, stdin }: { readonly model: Model; readonly stdin: Streams["stdin"] },
): AsyncGenerator<InputText[]> {
  if (!isTable(file)) return yield* readChunks(file, stdin, { gzipped: formatOf(file)?.gzipped });
  const { readTexts } = await import("../text/readers.ts");
  const columns = { textColumn, labelColumn, usual: model.info.config };
  let chunk: InputText[] = [];
  for await (const row of readTexts(file, { everyRow: true, ...columns })) {
    chunk.push(row);
    if (chunk.length < CHUNK_LINES) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
