import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { examplePairs, presetsOf } from "../../server/web/src/pure/presets.ts";
import { alarmsOf, chartsOf } from "../../server/web/src/pure/reports.ts";
import { curlOf, typescriptOf } from "../../server/web/src/pure/snippets.ts";
import { changedWords, markWords } from "../../server/web/src/pure/words.ts";

const marked = (segments: readonly { text: string; marked: boolean }[]) =>
  segments.map(({ text, marked }) => (marked ? `[${text}]` : text)).join("");

describe("changedWords", () => {
  it.each([
    ["the sea is calm", "the sea is calm", "the sea is calm"],
    ["the sea is calm", "the old sea is near", "the[ old] sea is[ near]"],
    ["", "all is new", "[all is new]"],
    ["one two three", "three", "three"],
    ["明月几时有", "明月何时有", "明月[何]时有"],
  ])("from %j to %j: %j", (before, line, expected) => {
    expect(marked(changedWords(before, line))).toBe(expected);
  });

  it("loses no character, and marks nothing against the line itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (before, line) => {
        expect(
          changedWords(before, line)
            .map(({ text }) => text)
            .join(""),
        ).toBe(line);
        expect(changedWords(line, line).some((segment) => segment.marked)).toBe(false);
      }),
    );
  });
});

describe("markWords", () => {
  it("marks whole words, each place of them", () => {
    expect(marked(markWords("at the cat, at last", ["at"]))).toBe("[at] the cat, [at] last");
  });

  it("marks parts where a word stands nowhere by itself, as with single characters", () => {
    expect(marked(markWords("床前明月光", ["明"]))).toBe("床前[明]月光");
  });

  it("marks nothing for words that are not there, or are empty", () => {
    expect(marked(markWords("the sea", ["boat", ""]))).toBe("the sea");
  });

  it("loses no character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.array(fc.string({ maxLength: 3 })), (text, words) => {
        expect(
          markWords(text, words)
            .map((segment) => segment.text)
            .join(""),
        ).toBe(text);
      }),
    );
  });
});

describe("snippets", () => {
  const target = { base: "http://127.0.0.1:8080", model: "verse", secured: true };

  it("quote for the shell what the text holds, and never tell the token", () => {
    const curl = curlOf([{ operation: "similar", request: { text: 'it\'s $HOME `ls` \\ "x"' } }], target);
    const [, body = ""] = /-d ('.*')$/s.exec(curl) ?? [];
    // A shell joins 'a'\''b' to a'b.
    const unquoted = body.replaceAll("'\\''", "\u0000").replaceAll("'", "").replaceAll("\u0000", "'");
    expect(JSON.parse(unquoted)).toEqual({ text: 'it\'s $HOME `ls` \\ "x"' });
    expect(curl).toContain('authorization: Bearer $LATENTEXT_TOKEN"');
    expect(curlOf([{ operation: "similar", request: {} }], { ...target, secured: false })).not.toContain(
      "authorization",
    );
  });

  it("name the client's functions with what was asked", () => {
    const code = typescriptOf([{ operation: "interpolate", request: { from: "a", to: "b" } }], target);
    expect(code).toContain('client("http://127.0.0.1:8080", { token: process.env.LATENTEXT_TOKEN }).model("verse")');
    expect(code).toContain('model.interpolate({ from: "a", to: "b" })');
  });
});

describe("presetsOf", () => {
  const lines = (label: string | undefined, ...texts: string[]) => texts.map((text) => ({ text, label }));

  it("sets one label against the others", () => {
    const points = [
      ...lines("calm", "the sea is calm", "the lake is calm", "the sky is calm", "the boat is calm"),
      ...lines("storm", "the sea is wild", "the lake is wild", "the sky is wild", "the boat is wild"),
    ];
    const [calm, storm] = presetsOf(points);
    expect(calm).toEqual({
      name: "calm",
      plus: points.slice(0, 4).map(({ text }) => text),
      minus: points.slice(4).map(({ text }) => text),
    });
    expect(storm?.plus).toEqual(calm?.minus);
  });

  it("finds contrasts where a corpus has lines of both kinds, and none where it has not", () => {
    const asked = lines(undefined, "is it far ?", "are you there now ?", "who was that man ?", "is this the end ?");
    const told = lines(undefined, "it is far .", "you are there now .", "that was the man .", "this is the end .");
    const question = presetsOf([...asked, ...told]).find(({ name }) => name === "a question");
    expect(question?.plus).toEqual(asked.map(({ text }) => text));
    expect(question?.minus).toEqual(told.map(({ text }) => text));
    expect(presetsOf(told)).toEqual([]);
  });
});

describe("examplePairs", () => {
  it("prefers sentences of a length that reads well, and takes what there is otherwise", () => {
    expect(examplePairs(["no !", "the sea is calm", "a storm is near"])).toEqual([
      ["the sea is calm", "a storm is near"],
    ]);
    expect(examplePairs(["no", "yes", "odd"])).toEqual([["no", "yes"]]);
    expect(examplePairs([])).toEqual([]);
  });
});

describe("alarmsOf", () => {
  it("names those of the newest dev report alone", () => {
    const before = { kind: "dev", step: 10, "alarms.0": "divergence" };
    const last = { kind: "dev", step: 20, "alarms.0": "ignored-codes", "alarms.1": "inactive-units" };
    expect(alarmsOf([before, last, { kind: "train", step: 20 }])).toEqual(["ignored-codes", "inactive-units"]);
    expect(alarmsOf([before, { kind: "dev", step: 20 }])).toEqual([]);
    expect(alarmsOf([])).toEqual([]);
  });
});

describe("chartsOf", () => {
  it("sorts reports into curves over their steps, with gaps where a step has none", () => {
    const [reconstruction, codes] = chartsOf([
      { kind: "train", step: 10, reconstruction: 3 },
      { kind: "dev", step: 20, reconstruction: 2.5, codeMean: 0.1, "codeVariance.0": 0.9, "codeVariance.1": 1.1 },
      { kind: "train", step: 20, reconstruction: 2 },
    ]);
    expect(reconstruction).toMatchObject({
      title: "Reconstruction",
      steps: [10, 20],
      curves: [
        { label: "train", values: [3, 2] },
        { label: "dev", values: [null, 2.5] },
      ],
    });
    expect(codes?.curves.map(({ values }) => values)).toEqual([[0.1], [0.9], [1.1]]);
  });

  it("draws nothing of reports without numbers", () => {
    expect(
      chartsOf([
        { kind: "train", step: "x", reconstruction: 1 },
        { kind: "dev", step: 1, reconstruction: null },
      ]),
    ).toEqual([]);
  });
});
