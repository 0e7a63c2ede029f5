// What is made of corpora before training: which tokenizer, which dev sentences, which labels.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { readInfo } from "../../src/latent/info.ts";
import { parseConfig, parseKeptConfig } from "../../src/model/config.ts";
import type { ConfigInput } from "../../src/model/config-schema.ts";
import { loadData } from "../../src/training/data.ts";
import { train } from "../../src/training/train.ts";

const folder = mkdtempSync(join(tmpdir(), "latentext-data-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const read = async (settings: ConfigInput, stdin?: string) => {
  const notes: string[] = [];
  const data = await loadData(parseConfig(settings), {
    log: (line) => notes.push(line),
    ...(stdin !== undefined && { stdin: Readable.from([Buffer.from(stdin)]) }),
  });
  return { ...data, notes };
};

const CHINESE = [..."春夏秋冬"].flatMap((season) =>
  [..."山水月花雲"].map((thing) => `${season}來看見${thing}，日暮不知歸。`),
);
const ENGLISH = ["sea", "sky", "road", "hill"].flatMap((a) =>
  ["calm", "old", "far", "near"].map((b) => `the ${a} is ${b}`),
);
const lines = (texts: readonly string[]): string => `${texts.join("\n")}\n`;
const chinese = written("chinese.txt", lines(CHINESE));
const english = written("english.txt", lines(ENGLISH));
const NOTE = "The text is written without spaces: read by characters (--tokenizer char).";

describe("the tokenizer of a corpus", () => {
  it("is of words where the text has spaces, and nothing is said of it", async () => {
    const { tokenizer, notes } = await read({ corpora: [english] });
    expect([tokenizer.kind, notes]).toEqual(["word", []]);
    expect(tokenizer.vocabulary.has("calm")).toBe(true);
  });

  it("is of characters where it has none, which is told", async () => {
    const { tokenizer, notes } = await read({ corpora: [chinese] });
    expect([tokenizer.kind, notes]).toEqual(["char", [NOTE]]);
    expect(tokenizer.vocabulary.has("暮")).toBe(true);
  });

  it("is what most letters of all corpora together ask for, whichever comes first", async () => {
    const much = written("much.txt", lines(CHINESE.flatMap((text) => [text, text, text])));
    expect((await read({ corpora: [english, much] })).tokenizer.kind).toBe("char");
    expect((await read({ corpora: [chinese, english, english] })).tokenizer.kind).toBe("word");
  });

  it("is chosen for standard input as for a file, and for the texts of a table alone", async () => {
    expect((await read({ corpora: ["-"] }, lines(CHINESE))).tokenizer.kind).toBe("char");
    expect((await read({ corpora: ["-"] }, lines(ENGLISH))).tokenizer.kind).toBe("word");
    const path = written("table.tsv", lines(CHINESE.map((text) => `a label that is longer than its text\t${text}`)));
    expect((await read({ corpora: [path] })).tokenizer.kind).toBe("char");
  });

  it("is the one that was asked for, whatever the text", async () => {
    const words = await read({ corpora: [chinese], tokenizer: "word" });
    expect([words.tokenizer.kind, words.notes]).toEqual(["word", []]);
    expect((await read({ corpora: [english], tokenizer: "char" })).tokenizer.kind).toBe("char");
  });

  it("stays the same when a run goes on; its settings keep what was asked for, and its tokenizer what came of it", async () => {
    const out = join(folder, "run");
    const config: ConfigInput = { corpora: [chinese], hidden: 8, embedding: 8, latent: 4, discriminatorHidden: 4 };
    const notes: string[] = [];
    const on = (event: { kind: string; text?: string }): void => void (event.text && notes.push(event.text));
    await train({ out, config: { ...config, maxSteps: 2 }, on });
    const before = readFileSync(join(out, "tokenizer.json"), "utf8");
    expect(await readInfo(out)).toMatchObject({ tokenizer: "char", config: { tokenizer: "auto" } });
    expect(await train({ out, resume: true, config: { maxSteps: 3 }, on })).toMatchObject({ step: 3 });
    expect(await train({ out, resume: true, config: { maxSteps: 4, tokenizer: "auto" }, on })).toMatchObject({
      step: 4,
    });
    await expect(train({ out, resume: true, config: { tokenizer: "word" } })).rejects.toThrow(/tokenizer is "auto"/);
    expect(readFileSync(join(out, "tokenizer.json"), "utf8")).toBe(before);
    expect(await readInfo(out)).toMatchObject({ tokenizer: "char" });
    expect(notes.filter((note) => note === NOTE)).toHaveLength(1);
    // The settings of the run make the same tokenizer again.
    const again = await read(parseKeptConfig(JSON.parse(readFileSync(join(out, "config.json"), "utf8"))));
    expect(again.tokenizer.files()["tokenizer.json"]).toBe(before);
  });
});

describe("dev sentences", () => {
  const held = async (sentences: number, settings: ConfigInput = {}): Promise<number> => {
    const path = written("many.txt", lines(Array.from({ length: sentences }, (_, i) => `line ${i}`)));
    const { train, dev } = await read({ corpora: [path], ...settings });
    expect(train.size + dev.size).toBe(sentences);
    return dev.size;
  };

  it("are 32 at least, or a tenth of a small corpus, and one of the smallest", async () => {
    expect(await held(2)).toBe(1);
    expect(await held(59)).toBe(6);
    expect(await held(300)).toBe(30);
    expect(await held(320)).toBe(32);
    expect(await held(1_000)).toBe(32);
  });

  it("are the share that was asked for where that is more, and 2,000 at most", async () => {
    expect(await held(1_600)).toBe(32);
    expect(await held(2_000)).toBe(40);
    expect(await held(100, { devShare: 0.25 })).toBe(25);
    expect(await held(5_000, { devShare: 0.5 })).toBe(2_000);
  });
});

describe("dev sentences that are learnt from", () => {
  const many = (count: number, copies: number): string =>
    written(`many-${count}.txt`, lines(Array.from({ length: count * copies }, (_, i) => `line ${i % count}`)));

  it("are none: copies of what is held out leave training, which is told", async () => {
    const path = many(400, 3);
    const { train, dev, notes } = await read({ corpora: [path] });
    expect([train.size, dev.size]).toEqual([3 * 368, 32]);
    expect(notes).toEqual(["64 sentences are copies of dev sentences, and left out of training."]);
  });

  it("are told of where a corpus consists of the same few texts, which can be trained on all the same", async () => {
    const { train, dev, notes } = await read({ corpora: [many(1, 300)] });
    expect([train.size, dev.size]).toEqual([270, 30]);
    expect(notes).toEqual([
      "Of the dev sentences, 100.0 % stand in training as well: dev reconstruction measures memory of them, and says less of new text.",
    ]);
  });

  it("stay in a dev file, and are told of from a tenth of them on", async () => {
    const corpus = many(40, 1);
    const dev = (known: number): string =>
      written("dev.txt", lines(Array.from({ length: 20 }, (_, i) => (i < known ? `line ${i}` : `other line ${i}`))));
    expect((await read({ corpora: [corpus], dev: dev(2) })).notes).toEqual([]);
    const { train, dev: judged, notes } = await read({ corpora: [corpus], dev: dev(3) });
    expect([train.size, judged.size]).toEqual([40, 20]);
    expect(notes).toEqual([expect.stringMatching(/^Of the dev sentences, 15\.0 % stand in training as well: /)]);
  });

  it("are those that were where a run is older, to the very sentences", async () => {
    const path = written("thirty.txt", lines(Array.from({ length: 90 }, (_, i) => `line ${i % 30}`)));
    const { fingerprint, train, dev } = await loadData(parseConfig({ corpora: [path] }), { split: "lines" });
    expect([train.size, dev.size]).toEqual([81, 9]);
    // As the version before held them out.
    expect(fingerprint).toBe("6f50ae8a97ef28760a3f2a1d035c40adeaeee0805fd9fa9b9f1bb6e1c640ce63");
    expect((await read({ corpora: [path] })).fingerprint).not.toBe(fingerprint);
  });
});

describe("corpora without labels beside a table", () => {
  const table = written("labelled.tsv", "a\ta1 a2\nb\tb1 b2\na\ta2 a1\nb\tb2 b1\n");
  const plain = written("plain.txt", "x1 x2\nx2 x1\nx1 x1\n");
  const settings: ConfigInput = { conditional: true, labelColumn: 1, tokenizer: "whitespace" };

  it("are learnt from without labels", async () => {
    const { labels, train, notes } = await read({ ...settings, corpora: [plain, table], dev: table });
    expect([labels.names, train.size]).toEqual([["a", "b"], 7]);
    expect(Array.from({ length: 7 }, (_, i) => train.label(i))).toEqual([
      undefined,
      undefined,
      undefined,
      "a",
      "b",
      "a",
      "b",
    ]);
    expect(notes).toContain("2 labels to learn from; 3 sentences without.");
  });

  it("may be standard input, and a dev file may be plain text", async () => {
    const { train, dev, notes } = await read({ ...settings, corpora: [table, "-"], dev: plain }, "x3\nx4 x1\n");
    expect([train.size, dev.size]).toEqual([6, 3]);
    expect(notes.at(-1)).toBe("2 labels to learn from; 2 sentences without.");
  });

  it("may be JSON lines, which have labels of their own", async () => {
    const json = written("more.jsonl", '{"text":"c1 c2","label":"c"}\n"x5"\n');
    const { labels, train } = await read({ ...settings, corpora: [table, json], dev: table });
    expect([labels.names, train.size]).toEqual([["a", "b", "c"], 6]);
  });

  it.each<[string, ConfigInput]>([
    ["no corpus has columns", { corpora: [plain] }],
    ["only the dev file has columns", { corpora: [plain, "-"], dev: table }],
  ])("are refused a label column where %s", async (_, given) => {
    const reading = read({ ...settings, ...given }, "");
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(
      /The label column is 1, but .*plain\.txt.* no columns: expected a \.tsv or \.csv/,
    );
  });

  it("are refused where standard input is named twice", async () => {
    await expect(read({ corpora: ["-", "-"] }, "a\n")).rejects.toThrow(/named twice .*: expected it once/);
  });
});

describe("a label column", () => {
  const rows = (count: number, labelOf: (i: number) => string): string =>
    written("rows.tsv", lines(Array.from({ length: count }, (_, i) => `${labelOf(i)}\tline ${i}`)));
  const settings: ConfigInput = { conditional: true, labelColumn: 1 };

  it("that holds texts is refused in one sentence", async () => {
    const path = rows(59, (i) => (i % 2 ? "news" : "clickbait"));
    const reading = read({ ...settings, corpora: [path], labelColumn: 2 });
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(
      `Column 2 of ${path} gives 59 different labels to 59 sentences, such as "line 0": expected few classes, each of many sentences, in the column that --label-column names.`,
    );
    expect((await read({ ...settings, corpora: [path] })).labels.names).toEqual(["clickbait", "news"]);
  });

  it("may have a label for every second row, and as many as rows where these are fewer than 20", async () => {
    expect((await read({ ...settings, corpora: [rows(40, (i) => `c${i % 20}`)] })).labels.names.length).toBe(20);
    await expect(read({ ...settings, corpora: [rows(40, (i) => `c${i % 21}`)] })).rejects.toThrow(
      /21 different labels/,
    );
    await expect(read({ ...settings, corpora: [rows(20, (i) => `c${i}`)] })).rejects.toThrow(/20 different labels/);
    expect((await read({ ...settings, corpora: [rows(19, (i) => `c${i}`)] })).labels.names.length).toBe(17);
  });

  it("is judged by the rows that have a label, and only where labels are learnt from", async () => {
    const path = rows(100, (i) => (i < 20 ? `c${i}` : ""));
    await expect(read({ ...settings, corpora: [path] })).rejects.toThrow(
      /20 different labels to 20 sentences, such as "c0"/,
    );
    expect((await read({ ...settings, corpora: [path], conditional: false })).labels.names).toEqual([]);
  });
});

describe("columns of a table", () => {
  const reviews = (rows: readonly string[]): string => lines(["id,review,rating", ...rows]);
  const ROWS = ["1,so good,5", "2,so bad,1", "3,as good,5", "4,as bad,1", "5,not good,1"];

  it("are told, so that one sees what is learnt from", async () => {
    const path = written("told.csv", reviews(ROWS));
    const { notes } = await read({ corpora: [path] });
    expect(notes[0]).toBe(
      `${path}: texts in column 3 ("rating") of 3, labels in none; its first row is one of them (--text-column and --label-column say otherwise).`,
    );
  });

  it("may be asked for by their names, which the first row then is", async () => {
    const path = written("named.csv", reviews(ROWS));
    const settings: ConfigInput = { textColumn: "review", labelColumn: "rating", conditional: true };
    const { train, dev, labels, columns, notes } = await read({ corpora: [path], ...settings });
    expect(train.size + dev.size).toBe(5);
    expect([...labels.names].sort()).toEqual(["1", "5"]);
    expect(columns).toEqual({ count: 3, text: 2, label: 3 });
    expect(notes[0]).toBe(
      `${path}: texts in column 2 ("review") of 3, labels in column 3 ("rating"); its first row names them.`,
    );
  });

  it("of the first table hold for those without a header, the dev file among them", async () => {
    const first = written("first.csv", lines(["text,label", "so good,pos", "so bad,neg", "as good,pos"]));
    const second = written("second.csv", lines(["not good,neg", "not bad,pos"]));
    const dev = written("dev.csv", lines(["quite good,pos"]));
    const data = await read({ corpora: [first, second], dev, conditional: true, tokenizer: "whitespace" });
    expect(data.labels.names).toEqual(["pos", "neg"]);
    expect(data.tokenizer.encode("pos")).toEqual([data.tokenizer.vocabulary.special.unknown]);
    expect([data.train.size, data.dev.size, data.dev.label(0)]).toEqual([5, 1, "pos"]);
  });

  it("must be there, in one of the corpora", async () => {
    const path = written("plain.txt", lines(["so good", "so bad"]));
    await expect(read({ corpora: [path], textColumn: 2 })).rejects.toThrow(
      /The text column is 2, but .* has no columns/,
    );
    await expect(read({ corpora: ["-"], dev: "-" }, "so good")).rejects.toThrow(/named as corpus and as dev file/);
  });
});
