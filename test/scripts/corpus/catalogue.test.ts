// The catalogue that is shipped, and what is said of faulty ones and of names that are not in it.
import { describe, expect, it } from "vitest";
import { findEntry, parseCatalogue, readCatalogue } from "../../../scripts/corpus/catalogue.ts";
import { InputError } from "../../../src/errors.ts";

const file = { path: "a.txt", sha256: null, bytes: null, to: "train.txt", format: { kind: "lines" } };
const entry = {
  name: "small",
  title: "Small",
  description: "A small corpus.",
  language: "en",
  licence: "MIT",
  homepage: "https://example.org/",
  base: "https://example.org/data/",
  files: [file],
};
const catalogueOf = (...corpora: unknown[]) => JSON.stringify({ version: 1, corpora });

describe("readCatalogue", () => {
  it("reads the shipped catalogue, every entry with a licence and either files or a way to get them by hand", async () => {
    const entries = await readCatalogue();
    expect(entries.length).toBeGreaterThanOrEqual(8);
    expect(entries.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "yelp-sentences",
        "gutenberg-poetry",
        "tang-quatrains",
        "clickbait-headlines",
        "coco-captions",
      ]),
    );
    for (const { files, manual, base } of entries) {
      expect(files.length > 0 ? base : manual).toBeTruthy();
      for (const { path } of files) expect(URL.canParse(path, base)).toBe(true);
    }
  });

  it("says in one sentence that there is no such file", async () => {
    await expect(readCatalogue("/nowhere/catalogue.json")).rejects.toThrow(InputError);
    await expect(readCatalogue("/nowhere/catalogue.json")).rejects.toThrow(/cannot be read: ENOENT/);
  });
});

describe("parseCatalogue", () => {
  it("takes a valid entry as it is", () => {
    expect(parseCatalogue(catalogueOf(entry))).toEqual([entry]);
  });

  it.each<[string, string, RegExp]>([
    ["text that is no JSON", "{", /is no JSON/],
    ["an unknown key", catalogueOf({ ...entry, license: "MIT" }), /license/],
    ["a sum that is none", catalogueOf({ ...entry, files: [{ ...file, sha256: "abc" }] }), /sha256/],
    ["a base without its slash", catalogueOf({ ...entry, base: "https://example.org/data" }), /base/],
    ["an output outside the folder", catalogueOf({ ...entry, files: [{ ...file, to: "../train.txt" }] }), /to/],
    ["an unknown format", catalogueOf({ ...entry, files: [{ ...file, format: { kind: "xml" } }] }), /format/],
    ["labels in a .txt", catalogueOf({ ...entry, files: [{ ...file, label: "pos" }] }), /\.tsv if they have labels/],
    ["files without a base", catalogueOf({ ...entry, base: undefined }), /needs `base`/],
    ["neither files nor a way", catalogueOf({ ...entry, files: [] }), /or else `manual`/],
    ["two entries of one name", catalogueOf(entry, entry), /same name/],
  ])("refuses %s", (_, text, message) => {
    expect(() => parseCatalogue(text)).toThrow(InputError);
    expect(() => parseCatalogue(text)).toThrow(message);
  });
});

describe("findEntry", () => {
  const entries = parseCatalogue(catalogueOf({ ...entry, name: "tang-poems" }, { ...entry, name: "news" }));

  it("finds an entry by its name", () => {
    expect(findEntry(entries, "news").name).toBe("news");
  });

  it.each([
    ["tang-poem", "tang-poems"],
    ["tang", "tang-poems"],
    ["nwes", "news"],
  ])("asks whether %s was meant to be %s", (wrong, right) => {
    expect(() => findEntry(entries, wrong)).toThrow(`Did you mean "${right}"? Known are: tang-poems, news.`);
  });

  it("names all there are when nothing is near", () => {
    expect(() => findEntry(entries, "xylophone")).toThrow(
      'There is no public corpus "xylophone". Known are: tang-poems, news.',
    );
    expect(() => findEntry(entries, "xylophone")).toThrow(InputError);
  });
});
