import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesIn } from "../../server/web/src/pure/lines.ts";
import { clearFirst, clipped, isOf } from "../../server/web/src/pure/models.ts";
import { clearPreset, examplePairs, presetFor, presetsOf } from "../../server/web/src/pure/presets.ts";
import { alarmsOf, chartsOf } from "../../server/web/src/pure/reports.ts";
import { curlOf, typescriptOf } from "../../server/web/src/pure/snippets.ts";
import { isCopy, linesOf, verdictOf } from "../../server/web/src/pure/verdict.ts";
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

describe("linesIn", () => {
  it("gives the sentences of a box as a request has them", () => {
    expect(linesIn(" one \n\n  two words\t\nthree")).toEqual(["one", "two words", "three"]);
    expect(linesIn(" \n ")).toEqual([]);
    expect(linesIn("line\n".repeat(40))).toHaveLength(16);
    expect(linesIn("a\nb\nc", 2)).toEqual(["a", "b"]);
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
    expect(calm).toMatchObject({
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

  it("sets labels against each other where texts have no spaces between words", () => {
    const five = [
      "床前明月光，疑是地上霜。举头望明月，低头思故乡。",
      "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。",
    ];
    const seven = [
      "月落乌啼霜满天，江枫渔火对愁眠。姑苏城外寒山寺，夜半钟声到客船。",
      "故人西辞黄鹤楼，烟花三月下扬州。孤帆远影碧空尽，唯见长江天际流。",
    ];
    const points = [...lines("five", ...five, ...five), ...lines("seven", ...seven, ...seven)];
    expect(presetsOf(points).map(({ name, plus }) => [name, plus])).toEqual([
      ["five", [...five, ...five]],
      ["seven", [...seven, ...seven]],
    ]);
  });

  it("has a preset for each of a few labels", () => {
    const labels = ["a", "b", "c", "d"];
    const points = labels.flatMap((label) =>
      lines(label, ...["sea", "lake", "sky", "boat"].map((it) => `the ${it} is ${label}`)),
    );
    expect(presetsOf(points).map(({ name }) => name)).toEqual(labels);
  });
});

describe("presetFor", () => {
  const points = ["news", "clickbait"].flatMap((label) =>
    [
      "is it far ?",
      "is it near ?",
      "who goes there ?",
      "are you here ?",
      "it is far .",
      "it is near .",
      "he goes there .",
      "i am here .",
    ].map((text) => ({ text: `${label} ${text}`, label })),
  );
  const presets = presetsOf(points);

  it("goes away from what the sentence is: from its own label, or from what it says", () => {
    expect(presets.map(({ name }) => name)).toEqual(["news", "clickbait", "a question"]);
    expect(presetFor(presets, { text: "a war begins .", label: "news" })?.name).toBe("clickbait");
    expect(presetFor(presets, { text: "a war begins .", label: "clickbait" })?.name).toBe("news");
    expect(presetFor(presets, { text: "a war begins ." })?.name).toBe("a question");
  });

  it("takes the first where the sentence is on no side, and none of none", () => {
    expect(presetFor(presets, { text: "well" })?.name).toBe("news");
    expect(presetFor([], { text: "well" })).toBeUndefined();
  });
});

describe("clearPreset", () => {
  const texts = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  const preset = { name: "a", plus: texts, minus: texts.slice(0, 9), leaves: () => false };

  it("has eight lines on either side, and unclear ones only where there are no others", () => {
    const { plus, minus } = clearPreset(preset, new Set(texts.filter((_, i) => i % 2 === 0)));
    expect(plus).toEqual(["line 1", "line 3", "line 5", "line 7", "line 11", "line 13", "line 15", "line 17"]);
    expect(minus).toEqual(["line 1", "line 3", "line 5", "line 7", "line 0", "line 2", "line 4", "line 6"]);
  });
});

describe("what is known of a model", () => {
  const summary = { id: "verse", status: "ready", corpus: ["verse.txt"], trained_at: "2026-11-26T07:00:00Z" };
  const details = { ...summary, labels: ["calm"] };

  it("holds while the list says the same of it, and no longer once it was trained again", () => {
    expect(isOf<object>(details, { ...summary, corpus: ["verse.txt"] })).toBe(true);
    expect(isOf<object>(details, { ...summary, trained_at: "2026-11-26T08:00:00Z" })).toBe(false);
    expect(isOf<object>(details, { ...summary, corpus: ["news.txt"] })).toBe(false);
  });

  it("begins with the examples that hold no unknown words, each in its order", () => {
    expect(clearFirst(["a", "b", "c", "d"], new Set(["a", "c"]))).toEqual(["b", "d", "a", "c"]);
  });

  it("is named in a sentence by no more of a link's name than fits there", () => {
    expect(clipped("nosuch")).toBe("nosuch");
    expect(clipped("n".repeat(500))).toBe(`${"n".repeat(40)}…`);
  });
});

describe("the verdict on variations", () => {
  const search = { of: 20_000, neighbours: [{ text: "the sea " }] };

  it("names the lines that were searched", () => {
    expect(verdictOf(0, 6, search)).toBe("none is among the 20,000 corpus lines");
    expect(verdictOf(1, 6, { ...search, complete: true })).toBe(
      "1 of 6 is among the 20,000 corpus lines, word for word",
    );
    expect(verdictOf(2, 6, undefined)).toBe("2 of 6 are among the corpus lines, word for word");
  });

  it("says so where they are a sample of the corpus", () => {
    const sample = { ...search, complete: false };
    expect(verdictOf(0, 6, sample)).toBe("none is among a sample of 20,000 corpus lines");
    expect([linesOf(search), linesOf(sample)]).toEqual(["20,000 lines", "a sample of 20,000 lines"]);
  });

  it("takes for a copy what differs in spaces at the ends alone", () => {
    expect(isCopy("the sea", search)).toBe(true);
    expect(isCopy("the seas", search)).toBe(false);
    expect(isCopy("", { of: 1, neighbours: [{ text: "" }] })).toBe(false);
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

  it.each([
    [{ divergence: 12 }, ["Divergence from the prior"]],
    [{ discriminator: -3, adversarial: 2 }, ["Adversary"]],
    [{ squaredDistance: 0.4 }, ["Squared distance"]],
    [{ reconstruction: 1, codeClassifier: 0.6, certainty: 0.1 }, ["Reconstruction", "Labels in codes"]],
  ])("has a chart for all that training tells: %j", (figures, titles) => {
    const charts = chartsOf([{ kind: "train", step: 5, ...figures }]);
    expect(charts.map(({ title }) => title)).toEqual(titles);
    const values = charts.flatMap(({ curves }) => curves.flatMap((curve) => curve.values));
    expect(values).toEqual(Object.values(figures));
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
