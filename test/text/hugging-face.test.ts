// The saved files, read by Hugging Face's own code: same ids, same text.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { SchemeKind } from "../../src/text/token-scheme.ts";
import type { Tokenizer } from "../../src/text/tokenizer.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";

const library = await import("@huggingface/transformers").catch(() => undefined);

const folder = mkdtempSync(join(tmpdir(), "latentext-hugging-face-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TEXTS: Record<SchemeKind, string[]> = {
  word: [
    "\"Don't\", she said (twice): it's $1,000.50 -- or 10:30 a.m. in the U.S. of A...",
    "  white \t space\u00a0here \u3000 and at the ends ",
    "'protests' placards 'were' used; Rock 'n' Roll?! ❤️ I 😀😀 l'été, naïve_1 e\u0301t\u0301e",
    "it 's already tokenised , did n't i say ?",
    "漢字かな交じり文。",
    "...",
    "a",
  ],
  whitespace: ["it 's already tokenised , did n't i say ?", "  a\tb\u00a0c \u3000d ", "漢字 。", "a"],
  char: ["碧原开雾隰，绮岭峻霞城。", " Ends  are cut ", "e\u0301 👨‍👩‍👧🇫🇷 हिन्दी ভাষা தமிழ் 한국어 ไทย မြန်မာ", "a"],
};

async function loadBack(tokenizer: Tokenizer, name: string) {
  if (library === undefined) throw new Error("unreachable: the tests are skipped");
  mkdirSync(join(folder, name));
  for (const [file, content] of Object.entries(tokenizer.files())) writeFileSync(join(folder, name, file), content);
  library.env.allowRemoteModels = false;
  library.env.localModelPath = folder;
  return library.AutoTokenizer.from_pretrained(name, { local_files_only: true });
}

describe.skipIf(library === undefined)("the files of a tokenizer, loaded by AutoTokenizer", () => {
  it.each(["word", "whitespace", "char"] as const)("give the ids and the text of %s", async (kind) => {
    // Every other text is left out of the vocabulary, so that there are unknown words.
    const tokenizer = createTokenizer(
      kind,
      TEXTS[kind].filter((_, i) => i % 2 === 0),
    );
    const foreign = await loadBack(tokenizer, kind);
    for (const text of TEXTS[kind]) {
      const ids = tokenizer.encode(text);
      expect(foreign.encode(text)).toEqual(ids);
      const known = ids.filter((id) => id !== tokenizer.vocabulary.special.unknown);
      if (known.length > 0) {
        expect(foreign.decode([1, ...known, 2, 0], { skip_special_tokens: true })).toBe(tokenizer.decode(known));
      }
    }
    expect(foreign.pad_token_id).toBe(0);
    expect(foreign.bos_token_id).toBe(1);
    expect(foreign.eos_token_id).toBe(2);
    expect(foreign.unk_token_id).toBe(3);
  });

  it("split any text of words as we do", async () => {
    const tokenizer = createTokenizer("word", ["a"]);
    const foreign = await loadBack(tokenizer, "any-words");
    const awkward = fc.string({
      unit: fc.constantFrom(...Array.from("aAstSLv01.,:'’\"-() $_é\u0301 \t!…😀漢")),
      maxLength: 40,
    });
    for (const texts of [awkward, fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" })]) {
      fc.assert(
        fc.property(texts, (text) => {
          expect(foreign.tokenize(text)).toEqual(tokenizer.tokenize(text));
        }),
        { numRuns: 300 },
      );
    }
  });

  it("split any text of whole characters as we do", async () => {
    const tokenizer = createTokenizer("char", ["a"]);
    const foreign = await loadBack(tokenizer, "any-chars");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (text) => {
        expect(foreign.tokenize(text)).toEqual(tokenizer.tokenize(text));
      }),
      { numRuns: 500 },
    );
  });
});
