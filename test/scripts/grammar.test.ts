// The grammar engine: slots, shared draws, agreement, weights, and what it says of a faulty grammar.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Dealer, expand, type Grammar, items } from "../../scripts/grammar.ts";
import { InputError } from "../../src/errors.ts";
import { RandomStream } from "../../src/random.ts";

const dealerOf = (seed = 1) => new Dealer(RandomStream.named(seed, "grammar"));

function all(grammar: Grammar, times = 300): Set<string> {
  const dealer = dealerOf();
  return new Set(Array.from({ length: times }, () => expand(grammar, "line", dealer)));
}

const tide = { np: ["the tide"], does: ["keep what it ~take"] };
const gulls = { np: ["the gulls"], does: ["argue"], number: ["many"] };
const widow = { np: ["the widow"], does: ["wait"], pronoun: ["she"] };

describe("expand", () => {
  it("fills slots all the way down", () => {
    expect(all({ line: ["{a}!"], a: ["x{b}", "y{b}"], b: ["1", "2"] })).toEqual(new Set(["x1!", "x2!", "y1!", "y2!"]));
  });

  it("draws once for one key and never the same for two", () => {
    expect(all({ line: ["{a/1}{a/1}{a/2}"], a: ["x", "y"] })).toEqual(new Set(["xxy", "yyx"]));
  });

  it("settles what is random inside a keyed draw", () => {
    expect(all({ line: ["{a/1}-{a/1}"], a: ["{b}"], b: ["1", "2"] })).toEqual(new Set(["1-1", "2-2"]));
  });

  it("keeps subject, verb and agreement words together", () => {
    const line = ["{thing/a.np} {thing/a.does|now}", "{thing/a|do} {thing/a.np} {thing/a.does|base}?"];
    expect(all({ line, thing: [tide, gulls] })).toEqual(
      new Set([
        "the tide keeps what it takes",
        "the gulls argue",
        "does the tide keep what it takes?",
        "do the gulls argue?",
      ]),
    );
  });

  it("speaks of an entry by its pronoun", () => {
    const line = ["{t/a|it} {t/a|have} {t/a|its} lamp; {t/a|be}, {t/a|were}; with {t/a|them}"];
    expect(all({ line, t: [tide] })).toEqual(new Set(["it has its lamp; is, was; with it"]));
    expect(all({ line, t: [gulls] })).toEqual(new Set(["they have their lamp; are, were; with them"]));
    expect(all({ line, t: [widow] })).toEqual(new Set(["she has her lamp; is, was; with her"]));
  });

  it("chooses a or an after everything is filled in", () => {
    expect(all({ line: ["a(n) {a}"], a: ["owl", "wren"] })).toEqual(new Set(["an owl", "a wren"]));
  });

  it("draws in proportion to the weights", () => {
    const dealer = dealerOf();
    const grammar: Grammar = { line: [[3, "x"], "y"] };
    const drawn = Array.from({ length: 4000 }, () => expand(grammar, "line", dealer));
    expect(drawn.filter((each) => each === "x").length).toBeCloseTo(3000, -1);
  });

  it("says the same for the same seed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.array(fc.stringMatching(/^[a-z ]+$/), { minLength: 1 }),
        (seed, a) => {
          const grammar = { line: ["{a} {a}"], a };
          expect(expand(grammar, "line", dealerOf(seed))).toBe(expand(grammar, "line", dealerOf(seed)));
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each<[string, Grammar, RegExp]>([
    ["an unknown symbol", { line: ["{nothing}"] }, /no alternative left for \{nothing\}/],
    ["more keys than alternatives", { line: ["{a/1}{a/2}"], a: ["x"] }, /no alternative left for \{a\}/],
    ["a field that is not there", { line: ["{t/a.is}"], t: [tide] }, /field it lacks: "is"/],
    ["an entry asked for plain text", { line: ["{t}"], t: [tide] }, /field it lacks: "text"/],
    ["a form that is none", { line: ["{a|soon}"], a: ["go"] }, /"soon", which is no verb form/],
  ])("refuses %s", (_, grammar, message) => {
    expect(() => expand(grammar, "line", dealerOf())).toThrow(InputError);
    expect(() => expand(grammar, "line", dealerOf())).toThrow(message);
  });
});

describe("Dealer", () => {
  it("deals evenly, in an order that is not the table's", () => {
    const list = ["a", "b", "c", "d", "e"];
    const dealer = dealerOf();
    const packs = Array.from({ length: 40 }, () => list.map(() => dealer.deal(list)));
    for (const pack of packs) expect(pack.toSorted()).toEqual(list);
    expect(new Set(packs.map((pack) => pack.join(""))).size).toBeGreaterThan(20);
  });

  it("passes over what is taken, and has nothing left when all is", () => {
    const dealer = dealerOf();
    expect(dealer.deal(["a", "b"], () => 1, ["a"])).toBe("b");
    expect(dealer.deal(["a"], () => 1, ["a"])).toBeUndefined();
  });
});

describe("items", () => {
  it("splits at slashes between spaces and at line breaks", () => {
    expect(items("one / two\n   three / and/or\n")).toEqual(["one", "two", "three", "and/or"]);
  });
});
