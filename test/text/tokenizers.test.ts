// Making, saving and loading tokenizers of our own.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import type { SchemeKind } from "../../src/text/token-scheme.ts";
import { countTokens, createTokenizer, loadTokenizer } from "../../src/text/tokenizers.ts";

const folder = mkdtempSync(join(tmpdir(), "latentext-tokenizers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TEXTS = ["The moon is bright.", "The sun isn't.", "the moon, the moon"];
const KINDS: SchemeKind[] = ["word", "whitespace", "char"];

describe("createTokenizer", () => {
  it("encodes with the ids of the most frequent tokens, and unknown for others", () => {
    const tokenizer = createTokenizer("whitespace", ["b a a", "a b c"], { minimumCount: 2 });
    expect(tokenizer.vocabulary.size).toBe(7);
    expect(tokenizer.encode(" a  b c\ta ")).toEqual([5, 6, 3, 5]);
    expect(tokenizer.encode("")).toEqual([]);
  });

  it("gives from counts what it gives from texts", async () => {
    for (const kind of KINDS) {
      const counts = await countTokens(kind, TEXTS);
      expect(createTokenizer(kind, counts).files()).toEqual(createTokenizer(kind, TEXTS).files());
    }
  });

  it("never lets a text say a special token", () => {
    const tokenizer = createTokenizer("whitespace", ["<pad> <eos> <unk> a"]);
    expect(tokenizer.encode("<pad> <bos> <eos> <unk> <blank> a")).toEqual([3, 3, 3, 3, 3, 5]);
  });

  it("refuses other kinds", async () => {
    expect(() => createTokenizer("bpe" as SchemeKind, [])).toThrow(/"bpe"; expected word, whitespace, char/);
    await expect(countTokens("pretrained" as SchemeKind, [])).rejects.toThrow(InputError);
  });
});

describe("decode", () => {
  it("leaves out pad, begin, end and blank, and shows unknown", () => {
    const tokenizer = createTokenizer("word", TEXTS);
    const [the = -1, moon = -1] = tokenizer.encode("The moon");
    expect(tokenizer.decode([1, the, 3, moon, 4, 2, 0, 0])).toBe("The <unk> moon");
    expect(tokenizer.decode(new Uint16Array([the, moon]))).toBe("The moon");
    expect(tokenizer.decode([])).toBe("");
  });

  it("refuses ids outside the vocabulary", () => {
    expect(() => createTokenizer("char", ["a"]).decode([5, 6])).toThrow("The token id is 6; expected 0 to 5.");
  });

  it("brings back every text whose words the vocabulary holds", () => {
    for (const kind of KINDS) {
      const tokenizer = createTokenizer(kind, TEXTS);
      expect(TEXTS.map((text) => tokenizer.decode(tokenizer.encode(text)))).toEqual(TEXTS);
    }
  });
});

describe("loadTokenizer", () => {
  it("restores the same tokenizer from files and from a folder", async () => {
    for (const kind of KINDS) {
      const tokenizer = createTokenizer(kind, [...TEXTS, "__proto__ constructor \u2028 \ud800"]);
      const files = tokenizer.files();
      const loaded = await loadTokenizer(files);
      expect(loaded.kind).toBe(kind);
      expect(loaded.files()).toEqual(files);
      for (const text of [...TEXTS, "a new __proto__"]) expect(loaded.encode(text)).toEqual(tokenizer.encode(text));
      for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
      expect((await loadTokenizer(folder)).files()).toEqual(files);
    }
  });

  it("restores vocabularies of any words", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "binary" })), async (texts) => {
        const tokenizer = createTokenizer("word", texts);
        const loaded = await loadTokenizer(tokenizer.files());
        for (const text of texts) expect(loaded.encode(text)).toEqual(tokenizer.encode(text));
      }),
      { numRuns: 50 },
    );
  });

  it("says what is wrong with damaged files", async () => {
    const files = createTokenizer("word", TEXTS).files();
    const load = (name: keyof typeof files, change: (json: string) => string) =>
      loadTokenizer({ ...files, [name]: change(files[name]) });
    await expect(load("tokenizer.json", (json) => json.slice(0, -20))).rejects.toThrow(
      /tokenizer.json is no valid JSON/,
    );
    await expect(load("tokenizer.json", () => "[]")).rejects.toThrow(/is no object/);
    await expect(load("tokenizer.json", () => "{}")).rejects.toThrow(/model in tokenizer.json is missing/);
    await expect(load("tokenizer_config.json", (json) => json.replace('"version": 1', '"version": 2'))).rejects.toThrow(
      "is of version 2; this latentext reads version 1",
    );
    await expect(load("tokenizer_config.json", (json) => json.replace('"word"', '"toString"'))).rejects.toThrow(
      /"toString"; expected word/,
    );
    await expect(load("tokenizer_config.json", (json) => json.replace(/\{\s*"kind".*\}/s, "7}"))).rejects.toThrow(
      InputError,
    );
  });

  it("says which file a folder lacks", async () => {
    await expect(loadTokenizer(join(folder, "nowhere"))).rejects.toThrow(/has no readable tokenizer.json/);
  });
});
