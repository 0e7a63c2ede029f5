// The command `npm run corpus --`: lists corpora, makes the shipped ones, fetches public ones.
import { fileURLToPath } from "node:url";
import { SingleBar } from "cli-progress";
import { Command, CommanderError } from "commander";
import { InputError, LatentextError, messageOf } from "../src/errors.ts";
import { writeFileAtomic } from "../src/run/atomic-file.ts";
import { findEntry, readCatalogue } from "./corpus/catalogue.ts";
import { fetchCorpus } from "./corpus/fetch.ts";
import { makeHeadlines } from "./make-headlines.ts";
import { makeVerse } from "./make-verse.ts";

/** The corpora that the project ships, each with its maker. */
const SHIPPED = [
  { name: "verse", file: "verse.txt", title: "Lines of English verse, made here", make: makeVerse },
  {
    name: "headlines",
    file: "headlines.tsv",
    title: "Invented news headlines with topics, made here",
    make: makeHeadlines,
  },
];

const corpora = new URL("../corpora/", import.meta.url);

async function list({ json }: { json?: true }): Promise<void> {
  const entries = await readCatalogue();
  if (json) {
    const shipped = SHIPPED.map(({ name, file, title }) => ({ name, title, file: `corpora/${file}` }));
    process.stdout.write(`${JSON.stringify({ shipped, public: entries }, null, 2)}\n`);
    return;
  }
  const rows = [
    ...SHIPPED.map(({ name, title }) => [name, "en", title, "MIT"]),
    ...entries.map(({ name, language, title, licence }) => [name, language, title, licence]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    process.stdout.write(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}\n`);
  }
}

async function make(name: string | undefined): Promise<void> {
  const chosen = SHIPPED.filter((each) => name === undefined || each.name === name);
  if (chosen.length === 0) {
    throw new InputError(
      `There is no shipped corpus "${name}"; there are ${SHIPPED.map((each) => each.name).join(", ")}.`,
    );
  }
  for (const { file, make } of chosen) {
    const lines = make();
    await writeFileAtomic(fileURLToPath(new URL(file, corpora)), `${lines.join("\n")}\n`);
    process.stderr.write(`corpora/${file}: ${lines.length} lines\n`);
  }
}

interface FetchFlags {
  readonly out: string;
  readonly baseUrl?: string;
  readonly timeout: string;
}

async function fetchOne(name: string, { out, baseUrl, timeout }: FetchFlags): Promise<void> {
  const shipped = SHIPPED.find((each) => each.name === name);
  if (shipped) throw new InputError(`${name} is shipped, and needs no fetching: it is corpora/${shipped.file}.`);
  const entry = findEntry(await readCatalogue(), name);
  const seconds = Number(timeout);
  if (!(seconds > 0)) throw new InputError(`--timeout must be a number of seconds above 0, not "${timeout}".`);
  if (baseUrl !== undefined && !URL.canParse(baseUrl))
    throw new InputError(`--base-url must be a URL, not "${baseUrl}".`);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  // Silent where stderr is no terminal; the line a file is printed in any case.
  const bar = new SingleBar({ format: "{file} [{bar}] {value} of {total} bytes", clearOnComplete: true });
  let current = "";
  try {
    const { folder, manifest, alreadyThere } = await fetchCorpus(entry, {
      out,
      timeout: seconds * 1000,
      signal: stop.signal,
      ...(baseUrl === undefined ? {} : { baseUrl: baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/` }),
      onProgress: (file, done, total) => {
        if (file !== current) bar.start(total ?? done, 0, { file });
        current = file;
        bar.setTotal(Math.max(total ?? done, done));
        bar.update(done);
      },
      onFile: (file, { bytes, sha256, verified }) => {
        bar.stop();
        const standing = verified
          ? "as the catalogue expects"
          : "not verified: the catalogue does not know this sum yet";
        process.stderr.write(`${file}: ${bytes} bytes, SHA-256 ${sha256} (${standing})\n`);
      },
    });
    process.stderr.write(alreadyThere ? `${folder} is already there; its files are as they were fetched.\n` : "");
    for (const file of manifest.files) process.stdout.write(`${folder}/${file.name}\t${file.lines} lines\n`);
    process.stderr.write(`Licence: ${entry.licence}\n`);
  } catch (cause) {
    if (stop.signal.aborted) process.exitCode = 130;
    throw cause;
  } finally {
    bar.stop();
  }
}

const program = new Command("corpus").description("List, make and fetch corpora.").exitOverride().showHelpAfterError();
program.command("list").description("what is shipped and what can be fetched").option("--json").action(list);
program.command("make").description("write the shipped corpora anew").argument("[name]").action(make);
program
  .command("fetch")
  .description("download a public corpus and turn it into text files")
  .argument("<name>")
  .option("--out <folder>", "the folder that gets a folder NAME", "data")
  .option("--base-url <url>", "a mirror to take the files from")
  .option("--timeout <seconds>", "the longest silence of a server", "30")
  .action(fetchOne);
for (const command of program.commands) command.exitOverride();

try {
  await program.parseAsync();
} catch (cause) {
  if (cause instanceof CommanderError) {
    process.exitCode = cause.exitCode === 0 ? 0 : 2;
  } else {
    process.stderr.write(`${messageOf(cause)}\n`);
    process.exitCode ??= cause instanceof LatentextError ? cause.exitCode : 1;
  }
}
