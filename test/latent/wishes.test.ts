// What is asked of the wording of texts, on models that have learnt nothing and would say anything.
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createEngine } from "../../src/engine/select.ts";
import { InputError } from "../../src/errors.ts";
import { load, type Model, type WriteOptions } from "../../src/latent/model.ts";
import { constraintOf, type VerseForm, type Wishes } from "../../src/latent/wishes.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";
import { temporaryFolder } from "../run/temporary-folder.ts";
import { writeTinyRun } from "../support/tiny-run.ts";

const models: Model[] = [];
afterEach(async () => {
  for (const model of models.splice(0)) await model.dispose();
});

async function tinyModel(texts?: readonly string[], maxLength = 8): Promise<Model> {
  const path = join(temporaryFolder(), "run");
  const given = texts ? ({ texts, tokenizer: "char" } as const) : {};
  await writeTinyRun(path, { ...given, config: { maxLength }, endBias: -1 });
  const engine = await createEngine({ engine: "compiled" }).catch(() => createEngine({ engine: "cpu" }));
  const model = await load(path, { engine });
  models.push(model);
  return model;
}

const WAYS: [string, WriteOptions][] = [
  ["greedily", {}],
  ["drawn", { temperature: 1.5 }],
  ["by beam search", { beam: 3, lengthPenalty: 0.8 }],
];

const POEMS = ["秦川雄帝宅，函谷壮皇居。绮殿千寻起，离宫百雉余。", "塞外悲风切，交河冰已结。瀚海百重波，阴山千里雪。"];

describe.each(WAYS)("texts that are written %s", (_, way) => {
  test("hold what is required, lack what is banned and repeat nothing", async () => {
    const model = await tinyModel();
    const free = await model.sample(40, way);
    const wishes = { ban: ["a", "old boat"], require: ["storm", "home"], noRepeat: 1 };
    const texts = await model.sample(40, { ...way, ...wishes });
    expect(free.filter((text) => fulfils(text)).length).toBeLessThan(20);
    expect(texts.filter((text) => !fulfils(text))).toEqual([]);

    function fulfils(text: string): boolean {
      const words = text.split(" ");
      const unbanned = !words.includes("a") && !text.includes("old boat");
      const required = words.includes("storm") && words.includes("home");
      return unbanned && required && new Set(words).size === words.length;
    }
  });

  test("hold required phrases, which go before the repetition guard", async () => {
    const model = await tinyModel();
    const require = ["storm", "sails home", "the old boat"];
    for (const text of await model.sample(40, { ...way, require, noRepeat: 1 })) {
      expect(require.filter((phrase) => !text.includes(phrase))).toEqual([]);
    }
  });

  test("have the form that is asked for", async () => {
    const model = await tinyModel(POEMS, 40);
    const texts = await model.sample(30, { ...way, form: { clauses: 4, length: 7 }, require: ["千里", "风"] });
    for (const text of texts) expect(text).toMatch(/^\p{Lo}{7}，\p{Lo}{7}。\p{Lo}{7}，\p{Lo}{7}。$/u);
    for (const text of texts) expect(text).toMatch(/千里.*风|风.*千里/);
    const [own] = await model.sample(1, { ...way, form: { clauses: 2, length: 1, marks: ["。"] } });
    expect(own).toMatch(/^\p{Lo}。\p{Lo}。$/u);
  });

  test("have clauses of the lengths that are asked for", async () => {
    const model = await tinyModel(POEMS, 40);
    const texts = await model.sample(30, { ...way, form: { clauses: 3, length: [2, 6] }, require: ["千里", "风"] });
    for (const text of texts) expect(text).toMatch(/^\p{Lo}{2,6}，\p{Lo}{2,6}。\p{Lo}{2,6}，$/u);
    for (const text of texts) expect(text).toMatch(/千里.*风|风.*千里/);
    const lengths = texts.flatMap((text) => text.split(/[，。]/).slice(0, 3));
    expect(new Set(lengths.map(({ length }) => length)).size).toBeGreaterThan(2);
    const alike = (form: VerseForm) => model.sample(5, { ...way, form });
    expect(await alike({ clauses: 2, length: [5, 5] })).toEqual(await alike({ clauses: 2, length: 5 }));
    const [seventh] = await model.sample(1, {
      ...way,
      form: { clauses: 3, length: [2, 6] },
      require: ["千里", "风"],
      first: 7,
    });
    expect(seventh).toBe(texts[7]);
  });

  test("are what they were, where a wish is already fulfilled", async () => {
    const model = await tinyModel();
    expect(await model.sample(20, { ...way, ban: ["xyz"] })).toEqual(await model.sample(20, way));
    expect(await model.sample(20, { ...way, noRepeat: 9 })).toEqual(await model.sample(20, way));
  });

  test("are alike alone and among others", async () => {
    const model = await tinyModel();
    const options = { ...way, noRepeat: 2, require: ["calm"] };
    const [many, other] = await Promise.all([model.sample(20, options), model.sample(20, { ...way, ban: ["the"] })]);
    expect(await model.sample(1, { ...options, first: 7 })).toEqual([many[7]]);
    expect(await model.sample(20, { ...way, ban: ["the"] })).toEqual(other);
  });
});

describe("wishes that cannot be fulfilled", () => {
  const words = createTokenizer("word", ["the sea, the old boat"]);
  const characters = createTokenizer("char", POEMS);
  const cases: [string, Wishes, RegExp][] = [
    ["an empty ban", { ban: [" "] }, /The banned text " " holds no word/],
    ["an empty requirement", { require: [""] }, /The required text "" holds no word/],
    ["an unknown word", { require: ["the zebra"] }, /The required "the zebra" is not in the model's vocabulary/],
    ["a word both banned and required", { ban: ["sea"], require: ["the sea"] }, /"the sea" is banned as well/],
    ["more than fits", { require: ["the old boat", "sea", "boat"] }, /do not fit into the 4 tokens of a text/],
    ["a run of no tokens", { noRepeat: 0 }, /not repeated is 0; expected an integer from 1 to 1000/],
    ["marks of another script", { form: { clauses: 1, length: 2 } }, /needs the mark "，", which is not a token/],
    ["an empty list of marks", { form: { clauses: 1, length: 2, marks: [] } }, /empty list of marks/],
    ["half a clause", { form: { clauses: 1, length: 0.5 } }, /The length of a clause is 0.5/],
    ["no clauses", { form: { clauses: 0, length: 5 } }, /The number of clauses is 0/],
    ["the longer length first", { form: { clauses: 1, length: [3, 2] } }, /clause is 3 to 2; expected the shorter/],
    [
      "a range from nothing",
      { form: { clauses: 1, length: [0, 2] } },
      /The length of a clause is 0; expected an integer/,
    ],
    ["an endless range", { form: { clauses: 1, length: [1, 1e9] } }, /The length of a clause is 1000000000/],
    [
      "a form too long",
      { form: { clauses: 2, length: 2, marks: [","] } },
      /takes 6 tokens with its marks; expected at most 4/,
    ],
    [
      "a form whose longest texts are too long",
      { form: { clauses: 1, length: [2, 4], marks: [","] } },
      /The form of 1 clauses of 2 to 4 takes up to 5 tokens with its marks; expected at most 4, the maximal length/,
    ],
    [
      "a banned mark",
      { ban: [","], form: { clauses: 1, length: 2, marks: [","] } },
      /The mark "," of the form is banned/,
    ],
    ["a required mark", { require: [","], form: { clauses: 1, length: 2, marks: [","] } }, /holds a mark/],
  ];

  test.each(cases)("%s", (_, wishes, message) => {
    expect(() => constraintOf(wishes, words, 4)).toThrow(InputError);
    expect(() => constraintOf(wishes, words, 4)).toThrow(message);
  });

  test("a phrase longer than every clause", () => {
    const wishes = { form: { clauses: 4, length: 2 }, require: ["交河冰"] };
    expect(() => constraintOf(wishes, characters, 40)).toThrow(/"交河冰" do not fit into the clauses of 2 tokens/);
    const ranged: Wishes = { ...wishes, form: { clauses: 4, length: [1, 2] } };
    expect(() => constraintOf(ranged, characters, 40)).toThrow(/"交河冰" do not fit into the clauses of 1 to 2 tokens/);
  });

  test("a length penalty below 0, or without a beam", async () => {
    const model = await tinyModel();
    await expect(model.sample(1, { lengthPenalty: 1 })).rejects.toThrow(/length penalty was given without a beam/);
    await expect(model.sample(1, { beam: 2, lengthPenalty: -1 })).rejects.toThrow(/length penalty is -1; expected/);
  });
});

describe("a constraint", () => {
  test("is none where nothing is wished", () => {
    expect(constraintOf({ ban: [], require: [] }, createTokenizer("char", POEMS), 9)).toBeUndefined();
  });

  test("counts words and clitics of a clause, and begins none with a clitic, in a range of lengths", () => {
    const tokenizer = createTokenizer("word", ["it's the sea's, the sea"]);
    const constraint = constraintOf({ form: { clauses: 2, length: [2, 3], marks: [","] } }, tokenizer, 9);
    const after = (text: string): string[] => {
      const scores = new Float32Array(tokenizer.vocabulary.size);
      constraint?.apply(scores, tokenizer.encode(text));
      const ids = [...scores.keys()].filter(
        (id) => scores[id] === 0 && !Object.values(tokenizer.vocabulary.special).includes(id),
      );
      return ids.map((id) => tokenizer.vocabulary.tokenOf(id)).sort();
    };
    expect(after("")).toEqual(["it", "sea", "the"]);
    expect(after("it")).toEqual(["'s", "it", "sea", "the"]);
    expect(after("it's")).toEqual(["'s", ", ", "it", "sea", "the"]);
    expect(after("it's the")).toEqual([", "]);
    expect(after("it's the, ")).toEqual(["it", "sea", "the"]);
  });

  test("bans a mark in all its spacings", () => {
    const tokenizer = createTokenizer("word", ["one, two", 'one," two', "one ,two"]);
    const scores = new Float32Array(tokenizer.vocabulary.size);
    constraintOf({ ban: [","] }, tokenizer, 9)?.apply(scores, []);
    const banned = [...scores.keys()].filter((id) => scores[id] !== 0).map((id) => tokenizer.vocabulary.tokenOf(id));
    expect(banned.map((token) => token.trim())).toEqual(banned.map(() => ","));
    expect(banned.length).toBe(3);
  });
});
