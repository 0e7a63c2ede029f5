// The verbs that read texts, given tables: a text comes for each row, or a sentence says which row cannot be used.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { load, type Model } from "../../src/latent/model.ts";
import { TINY_TEXTS, writeTinyRun } from "../support/tiny-run.ts";
import { type CliResult, runCli } from "./run-cli.ts";

const home = mkdtempSync(join(tmpdir(), "latentext-tables-"));
const [plain, labelled, last] = ["plain", "labelled", "last"].map((name) => join(home, name)) as [
  string,
  string,
  string,
];
const LABELS = ["calm", "storm"];
const [a, b, c, d] = TINY_TEXTS;
let model: Model;

beforeAll(async () => {
  await writeTinyRun(plain);
  await writeTinyRun(labelled, { labels: LABELS, config: { labelColumn: 1 } });
  await writeTinyRun(last, { labels: LABELS, config: { labelColumn: 2 } });
  model = await load(labelled, { engine: "cpu" });
});
afterAll(async () => {
  await model.dispose();
  rmSync(home, { recursive: true, force: true });
});

function ask(verb: string, run: string, args: readonly string[], input = ""): Promise<CliResult> {
  return runCli([verb, run, "--engine", "cpu", "--quiet", ...args], input);
}

function fileOf(name: string, content: string | Buffer): string {
  const path = join(home, name);
  writeFileSync(path, content);
  return path;
}

const text = (rows: readonly (readonly string[])[], between: string): string =>
  rows.map((row) => `${row.join(between)}\n`).join("");
const ROWS = [
  ["calm", a],
  ["storm", b],
  ["storm", c],
] as const;
const TSV = text(ROWS, "\t");

describe("a table without a header", () => {
  test("has the columns of the first table that was trained on", async () => {
    const run = join(home, "headed");
    await writeTinyRun(run, { labels: LABELS, config: { columns: { count: 2, text: 1, label: 2 } } });
    const path = fileOf(
      "turned.csv",
      text(
        ROWS.map(([label, line]) => [line, label]),
        ",",
      ),
    );
    const labels = ["calm", "storm", "storm"];
    expect((await ask("reconstruct", run, [path])).lines).toEqual(await model.reconstruct([a, b, c], { labels }));
  });

  test("has its text where --text-column says", async () => {
    const path = fileOf(
      "wide.csv",
      text(
        ROWS.map(([label, line], i) => [line, label, String(i)]),
        ",",
      ),
    );
    const { lines } = await ask("reconstruct", plain, [path, "--text-column", "1"]);
    expect(lines).toEqual((await ask("reconstruct", plain, ["-"], text([[a], [b], [c]], ""))).lines);
    const named = fileOf(
      "named.csv",
      text(
        [
          ["id", "line"],
          ["1", a],
          ["2", b],
        ],
        ",",
      ),
    );
    expect((await ask("reconstruct", plain, [named, "--text-column", "line"])).lines).toEqual(lines.slice(0, 2));
    const lone = await ask("reconstruct", plain, [fileOf("lone.txt", `${a}\n`), "--text-column", "1"]);
    expect([lone.status, lone.stderr]).toEqual([2, expect.stringContaining("is plain text, a text a line")]);
    const missing = await ask("reconstruct", plain, [named, "--text-column", "sentences"]);
    expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('The text column is "sentences"')]);
  });
});

describe("a table", () => {
  const tables: [string, string | Buffer][] = [
    [".tsv", TSV],
    [".tsv.gz", gzipSync(TSV)],
    [".csv", text([["label", "text"], ...ROWS], ",")],
    [".CSV.GZ", gzipSync(text(ROWS, ","))],
    [".jsonl", ROWS.map(([label, text]) => `${JSON.stringify({ text, label })}\n`).join("")],
    [".jsonl.gz", gzipSync(ROWS.map(([label, text]) => JSON.stringify({ label, text })).join("\n"))],
  ];

  test.each(tables)(
    "that ends in %s gives its texts, and its labels to a model that knows labels",
    async (end, content) => {
      const path = fileOf(`rows${end}`, content);
      const labels = ["calm", "storm", "storm"];
      expect((await ask("reconstruct", labelled, [path])).lines).toEqual(
        await model.reconstruct([a, b, c], { labels }),
      );
      const codes = (await ask("encode", labelled, [path])).lines.map((line) => Float32Array.from(JSON.parse(line)));
      expect(codes).toEqual(await model.encode([a, b, c]));
      expect((await ask("transfer", labelled, [path, "--to", "calm"])).lines).toEqual(
        await model.transfer([a, b, c], { to: "calm" }),
      );
      const lines = (await ask("reconstruct", plain, [], `${a}\n${b}\n${c}\n`)).lines;
      expect((await ask("reconstruct", plain, [path])).lines).toEqual(lines);
    },
  );

  test("is written with the label that is given for all, in place of its own", async () => {
    const path = fileOf("all.tsv", TSV);
    expect((await ask("reconstruct", labelled, [path, "--label", "calm"])).lines).toEqual(
      await model.reconstruct([a, b, c], { label: "calm" }),
    );
  });

  test("tells the labels that its rows were written with in --json", async () => {
    const { lines } = await ask("reconstruct", labelled, [fileOf("some.tsv", `storm\t${a}\n\t${b}\n`), "--json"]);
    const written = await model.reconstruct([a, b], { labels: ["storm", undefined] });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { input: a, label: "storm", text: written[0], finished: expect.any(String) },
      { input: b, text: written[1], finished: expect.any(String) },
    ]);
  });

  test("is read in the columns of the run, unless a flag or a header names others", async () => {
    const labels = ["calm", "storm"];
    const expected = await model.reconstruct([a, b], { labels });
    const turned = fileOf("turned.tsv", `${a}\tcalm\n${b}\tstorm\n`);
    expect((await ask("reconstruct", last, [turned])).lines).toEqual(expected);
    expect((await ask("reconstruct", labelled, [turned, "--label-column", "2"])).lines).toEqual(expected);
    const headed = fileOf("headed.tsv", `text\tlabel\n${a}\tcalm\n${b}\tstorm\n`);
    expect((await ask("reconstruct", labelled, [headed])).lines).toEqual(expected);
    const alone = fileOf("alone.tsv", `${a}\n${b}\n`);
    expect((await ask("reconstruct", labelled, [alone])).lines).toEqual(await model.reconstruct([a, b]));
    const encoded = await ask("encode", labelled, [turned, "--label-column", "2"]);
    expect(encoded.lines).toEqual((await ask("encode", labelled, [], `${a}\n${b}\n`)).lines);
  });

  test("gives an empty line for an empty text, so that rows and lines keep step", async () => {
    const path = fileOf("empty.tsv", `calm\t${a}\nstorm\t\n\nstorm\t${d}\n`);
    const { lines, status } = await ask("reconstruct", labelled, [path]);
    const [first, fourth] = await model.reconstruct([a, d], { labels: ["calm", "storm"] });
    expect([lines, status]).toEqual([[first, "", "", fourth], 0]);
    expect((await ask("encode", labelled, [path])).lines).toHaveLength(4);
  });

  test("keeps count and order over several chunks, and draws a row as a line of the same place", async () => {
    const texts = Array.from({ length: 2_100 }, (_, i) => TINY_TEXTS[i % 4] as string);
    const draw = ["--temperature", "2", "--seed", "4"];
    const { lines } = await ask("reconstruct", plain, [
      fileOf(
        "long.tsv",
        text(
          texts.map((t) => ["x", t]),
          "\t",
        ),
      ),
      ...draw,
    ]);
    expect(lines).toEqual(
      (
        await ask(
          "reconstruct",
          plain,
          draw,
          text(
            texts.map((t) => [t]),
            "",
          ),
        )
      ).lines,
    );
    expect(lines).toHaveLength(2_100);
  });

  test("is told of by its lines where words are not known", async () => {
    const path = fileOf("unknown.csv", 'label,text\ncalm,"the\nsea"\nstorm,a whale\n');
    const { stderr, lines } = await runCli(["reconstruct", labelled, path, "--engine", "cpu"]);
    expect(stderr).toBe("Line 4 has a word that the model does not know: whale\n");
    expect(lines).toHaveLength(2);
  });
});

describe("plain text", () => {
  test("is a text a line, tabs and all, from standard input and from a file of another name", async () => {
    const expected = (await ask("reconstruct", plain, [], TSV)).lines;
    expect(expected).toEqual((await ask("reconstruct", plain, [fileOf("rows.txt", TSV)])).lines);
    expect(expected).toEqual((await ask("reconstruct", plain, [fileOf("rows.text", TSV)])).lines);
    expect(expected).toEqual((await ask("reconstruct", plain, [fileOf("rows.txt.gz", gzipSync(TSV))])).lines);
  });

  test("is refused where it is said to be gzipped and is not", async () => {
    const { status, stderr } = await ask("reconstruct", plain, [fileOf("no.txt.gz", TSV)]);
    expect(stderr).toMatch(/^latentext: .*no\.txt\.gz cannot be read: incorrect header check\.\n$/);
    expect(status).toBe(2);
  });
});

describe("ends with 2 and a sentence for", () => {
  test.each<[string, () => Promise<CliResult>, RegExp]>([
    [
      "a row of another number of columns",
      () => ask("reconstruct", labelled, [fileOf("more.tsv", `${TSV}calm\tx\ty\n`)]),
      /^latentext: Line 4 of .*more\.tsv cannot be used: wrong number of columns\.\n$/,
    ],
    [
      "a line that is no JSON",
      () => ask("encode", labelled, [fileOf("no.jsonl", '"the sea"\nthe sea\n')]),
      /^latentext: Line 2 of .*no\.jsonl cannot be used: not valid JSON\.\n$/,
    ],
    [
      "a label that the model does not know",
      () => ask("reconstruct", labelled, [fileOf("fog.tsv", `calm\t${a}\nfog\t${b}\n`)]),
      /^latentext: Line 2 of .*fog\.tsv has the label "fog", which the model does not know: expected .*--label-column, or a --label for all\.\n$/,
    ],
    [
      "a column that is not there",
      () => ask("transfer", labelled, [fileOf("two.tsv", TSV), "--to", "calm", "--label-column", "3"]),
      /The label column is 3, but .*two\.tsv has 2 columns; expected 1 to 2\./,
    ],
    [
      "a label column of plain text",
      () => ask("reconstruct", labelled, [fileOf("lines.txt", TSV), "--label-column", "1"]),
      /The label column is 1, but .*lines\.txt is plain text, a text a line: expected a \.tsv or \.csv file\./,
    ],
    [
      "a label column of standard input",
      () => ask("transfer", labelled, ["--to", "calm", "--label-column", "1"], TSV),
      /The label column is 1, but standard input is plain text/,
    ],
    [
      "a label column of JSON lines",
      () => ask("encode", labelled, [fileOf("keys.jsonl", '"the sea"\n'), "--label-column", "1"]),
      /keys\.jsonl has no columns: JSON lines have their labels under the key "label"\./,
    ],
    [
      "a table that is not there",
      () => ask("encode", labelled, [join(home, "none.tsv")]),
      /There is no file .*none\.tsv/,
    ],
  ])("%s", async (_, call, message) => {
    const { status, stdout, stderr } = await call();
    expect(stderr).toMatch(message);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});
