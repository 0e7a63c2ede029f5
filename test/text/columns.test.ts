// Which column is the text, which the label, and when the first row is a header.
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { knownColumns, settleColumns } from "../../src/text/columns.ts";

const settle = (row: string[], options = {}) => settleColumns(row, options, "file.csv");

describe("settleColumns", () => {
  it("takes the last column as the text of a table without header", () => {
    expect(settle(["neg", "so bad"])).toEqual({ count: 2, text: 1, label: undefined, header: false });
    expect(settle(["only"])).toEqual({ count: 1, text: 0, label: undefined, header: false });
  });

  it("takes the last column but one when the last is the label", () => {
    expect(settle(["id", "so bad", "neg"], { labelColumn: 3 })).toMatchObject({ text: 1, label: 2 });
  });

  it("knows a header by the names text, sentence and label in any case", () => {
    expect(settle([" Text ", "id", "LABEL"])).toEqual({ count: 3, text: 0, label: 2, header: true });
    expect(settle(["sentence", "class"])).toEqual({ count: 2, text: 0, label: undefined, header: true });
    expect(settle(["label", "headline"])).toEqual({ count: 2, text: 1, label: 0, header: true });
  });

  it("knows a header by the names that are asked for", () => {
    expect(settle(["topic", "headline"], { textColumn: "headline", labelColumn: "topic" })).toEqual({
      count: 2,
      text: 1,
      label: 0,
      header: true,
    });
  });

  it("lets options overrule the header", () => {
    expect(settle(["text", "label", "title"], { textColumn: 3, labelColumn: 1 })).toMatchObject({ text: 2, label: 0 });
  });

  it("takes the usual label column where nothing else says which, and none of a table of texts alone", () => {
    const usual = { usual: { labelColumn: 1 } };
    expect(settle(["neg", "so bad"], usual)).toMatchObject({ text: 1, label: 0, header: false });
    expect(settle(["so bad", "neg"], { ...usual, labelColumn: 2 })).toMatchObject({ text: 0, label: 1 });
    expect(settle(["text", "label"], usual)).toMatchObject({ text: 0, label: 1 });
    expect(settle(["text", "topic"], usual)).toMatchObject({ text: 0, label: undefined });
    expect(settle(["topic", "text"], usual)).toMatchObject({ text: 1, label: 0 });
    expect(settle(["so bad"], usual)).toMatchObject({ text: 0, label: undefined });
    expect(() => settle(["a", "b"], { usual: { labelColumn: 3 } })).toThrow("The label column is 3");
  });

  it("takes the columns of tables that were read before, of as many columns and without a header", () => {
    const usual = { usual: { columns: { count: 3, text: 2, label: 3 } } };
    expect(settle(["7", "so bad", "neg"], usual)).toMatchObject({ text: 1, label: 2, header: false });
    expect(settle(["so bad", "neg"], usual)).toMatchObject({ text: 1, label: undefined });
    expect(settle(["label", "text", "id"], usual)).toMatchObject({ text: 1, label: 0, header: true });
    expect(settle(["7", "so bad", "neg"], { ...usual, textColumn: 1 })).toMatchObject({ text: 0, label: 2 });
    const unlabelled = { usual: { labelColumn: 1, columns: { count: 2, text: 1, label: null } } };
    expect(settle(["so bad", "7"], unlabelled)).toMatchObject({ text: 0, label: undefined });
  });

  it("knows a header by the names of a run's columns, and lets those go before text and label", () => {
    const usual = { usual: { textColumn: "review", labelColumn: "rating" } };
    const expected = { text: 1, label: 2, header: true };
    expect(settle(["text", "review", "rating"], usual)).toMatchObject(expected);
    expect(settle(["so bad", "neg"], usual)).toMatchObject({ text: 1, label: undefined, header: false });
    expect(settle(["id", "so bad", "4"], { usual: { textColumn: 2 } })).toMatchObject({ text: 1, header: false });
  });

  it("tells where columns are set apart by something else than commas", () => {
    expect(() => settle(["label;text"], {})).toThrow(
      "The columns of file.csv are set apart by semicolons; expected commas in a .csv file, or tabs in a .tsv file.",
    );
    expect(() => settle(["id\treview"], { textColumn: "review" })).toThrow(/set apart by tabs/);
    // A sentence may have a semicolon.
    expect(settle(["it was late; we slept"])).toMatchObject({ text: 0, header: false });
  });

  it("gives what tables that are read later go by", () => {
    expect(knownColumns(settle(["id", "text", "label"]))).toEqual({ count: 3, text: 2, label: 3 });
    expect(knownColumns(settle(["id", "so bad"]))).toEqual({ count: 2, text: 2, label: null });
  });

  it("refuses columns that are not there, and one column for both", () => {
    expect(() => settle(["a", "b"], { labelColumn: 3 })).toThrow("The label column is 3, but file.csv has 2 columns");
    expect(() => settle(["a", "b"], { textColumn: 0 })).toThrow(InputError);
    expect(() => settle(["a", "b"], { textColumn: 1.5 })).toThrow(InputError);
    expect(() => settle(["a", "b"], { textColumn: "title" })).toThrow('The text column is "title"');
    expect(() => settle(["a", "b"], { textColumn: 2, labelColumn: 2 })).toThrow(/the same column, 2 of 2/);
    expect(() => settle(["a"], { labelColumn: 1 })).toThrow(/the same column/);
  });
});
