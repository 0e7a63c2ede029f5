// Tokenizers of others, from small folders made here.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { InputError } from "../../src/errors.ts";
import { loadTokenizer } from "../../src/text/tokenizers.ts";

const installed = await import("@huggingface/transformers").then(
  () => true,
  () => false,
);

const folder = mkdtempSync(join(tmpdir(), "latentext-pretrained-"));
afterAll(() => rmSync(folder, { recursive: true }));

const vocab = (tokens: string[]) => Object.fromEntries(tokens.map((token, id) => [token, id]));
const special = (tokens: string[], all: string[]) =>
  tokens.map((content) => ({ id: all.indexOf(content), content, special: true, normalized: false }));

/** WordPiece as BERT has it: special tokens of its own for all but begin and end, which are [CLS] and [SEP]. */
const PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "moon", "##light", "."];
const BERT = {
  "tokenizer.json": JSON.stringify({
    added_tokens: special(PIECES.slice(0, 5), PIECES),
    normalizer: { type: "BertNormalizer", lowercase: true },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", vocab: vocab(PIECES) },
  }),
  "tokenizer_config.json": JSON.stringify({
    tokenizer_class: "BertTokenizerFast",
    unk_token: "[UNK]",
    pad_token: { __type: "AddedToken", content: "[PAD]" },
    cls_token: "[CLS]",
    sep_token: "[SEP]",
    mask_token: "[MASK]",
  }),
};

/** Byte-level BPE as GPT-2 has it: one token is begin, end and unknown at once, and there is no pad. Ġ is a space. */
const UNITS = ["t", "h", "e", "Ġ", "m", "o", "n", "th", "the", "<|endoftext|>"];
const GPT = {
  "tokenizer.json": JSON.stringify({
    added_tokens: special(["<|endoftext|>"], UNITS),
    normalizer: null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: false },
    post_processor: null,
    decoder: { type: "ByteLevel" },
    model: { type: "BPE", vocab: vocab(UNITS), merges: ["t h", "th e"] },
  }),
  "tokenizer_config.json": JSON.stringify({
    tokenizer_class: "GPT2Tokenizer",
    bos_token: "<|endoftext|>",
    eos_token: "<|endoftext|>",
    unk_token: "<|endoftext|>",
  }),
};

/** Unigram without an unknown token, as SentencePiece makes it for text that it has seen all characters of. */
const UNIGRAM = {
  "tokenizer.json": JSON.stringify({
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always" },
    post_processor: null,
    decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "always" },
    model: {
      type: "Unigram",
      unk_id: null,
      vocab: [
        ["a", -1],
        ["▁", -1],
        ["b", -2],
        ["ab", -1],
      ],
    },
  }),
  "tokenizer_config.json": JSON.stringify({ tokenizer_class: "T5Tokenizer" }),
};

describe.skipIf(!installed)("a pretrained tokenizer", () => {
  it("uses the special tokens that it has and appends those that it lacks", async () => {
    const bert = (await loadTokenizer(BERT)).vocabulary;
    expect(bert.special).toEqual({ pad: 0, begin: 2, end: 3, unknown: 1, blank: 4 });
    expect(bert.size).toBe(PIECES.length);
    const gpt = (await loadTokenizer(GPT)).vocabulary;
    expect(gpt.special).toEqual({ end: 9, begin: 10, unknown: 11, blank: 12, pad: 13 });
    expect(gpt.size).toBe(14);
    expect(gpt.tokenOf(10)).toBe("<bos>");
    expect(gpt.idOf("<pad>")).toBe(13);
    expect(() => gpt.tokenOf(14)).toThrow(RangeError);
  });

  it("encodes and decodes as its own code does, without begin and end", async () => {
    const bert = await loadTokenizer(BERT);
    expect(bert.kind).toBe("pretrained");
    expect(bert.tokenize("The moonlight.")).toEqual(["the", "moon", "##light", "."]);
    expect(bert.encode("The moonlight.")).toEqual([5, 6, 7, 8]);
    expect(bert.decode([2, 5, 6, 7, 8, 3, 0, 0])).toBe("the moonlight.");
    const gpt = await loadTokenizer(GPT);
    expect(gpt.encode("the moon")).toEqual([8, 3, 4, 5, 5, 6]);
    expect(gpt.decode([10, 8, 3, 4, 5, 5, 6, 9, 13])).toBe("the moon");
    expect(gpt.decode([])).toBe("");
  });

  it("shows unknown, and lets no text say a special token", async () => {
    const bert = await loadTokenizer(BERT);
    expect(bert.encode("the sun")).toEqual([5, 1]);
    expect(bert.decode([5, 1, 8])).toBe("the <unk> .");
    expect(bert.encode("moon [SEP] the [PAD]")).toEqual([6, 1, 5, 1]);
    const gpt = await loadTokenizer(GPT);
    expect(gpt.encode("the<|endoftext|>")).toEqual([8, 11]);
    expect(gpt.decode([8, 11])).toBe("the <unk>");
  });

  it("reads as unknown what a tokenizer without an unknown token has no id for", async () => {
    const unigram = await loadTokenizer(UNIGRAM);
    const { unknown } = unigram.vocabulary.special;
    expect(unigram.encode("ab z a")).toEqual([1, 3, 1, unknown, 1, 0]);
    expect(unigram.decode(unigram.encode("ab z a"))).toBe("ab <unk> a");
  });

  it("comes back the same from the files that it gives and from a folder", async () => {
    for (const source of [BERT, GPT]) {
      const first = await loadTokenizer(source);
      const again = await loadTokenizer(first.files());
      expect(again.vocabulary.special).toEqual(first.vocabulary.special);
      expect(again.vocabulary.size).toBe(first.vocabulary.size);
      expect(again.files()).toEqual(first.files());
      for (const [name, content] of Object.entries(source)) writeFileSync(join(folder, name), content);
      expect((await loadTokenizer(folder)).encode("the moon")).toEqual(first.encode("the moon"));
    }
  });

  it("takes the base class where the named one is no tokenizer", async () => {
    for (const name of ["pipeline", "Tensor", "constructor", "NoSuchTokenizer"]) {
      const config = BERT["tokenizer_config.json"].replace("BertTokenizerFast", name);
      expect((await loadTokenizer({ ...BERT, "tokenizer_config.json": config })).encode("The moon")).toEqual([5, 6]);
    }
  });

  it("says what is wrong with files that it cannot read", async () => {
    const broken = (tokenizer: string) => loadTokenizer({ ...BERT, "tokenizer.json": tokenizer });
    await expect(broken("{")).rejects.toThrow(/pretrained tokenizer cannot be read/);
    await expect(broken("{}")).rejects.toThrow(InputError);
    await expect(broken(BERT["tokenizer.json"].replace('"moon":6', '"moon":6e99'))).rejects.toThrow(InputError);
    await expect(broken(BERT["tokenizer.json"].replace('"moon":6', '"moon":-6'))).rejects.toThrow(/"moon" the id -6;/);
    await expect(broken(BERT["tokenizer.json"].replace('"id":4', '"id":4.5'))).rejects.toThrow(
      /"\[MASK\]" the id 4.5;/,
    );
  });
});

describe("a pretrained tokenizer without its package", () => {
  it("says which package is missing", async () => {
    vi.doMock("@huggingface/transformers", () => {
      throw new Error("not here");
    });
    try {
      await expect(loadTokenizer(BERT)).rejects.toThrow(/needs the optional package @huggingface\/transformers/);
    } finally {
      vi.doUnmock("@huggingface/transformers");
    }
  });
});
