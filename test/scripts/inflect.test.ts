// Verb forms, predicates and articles against forms written out by hand.
import { describe, expect, it } from "vitest";
import { chooseArticles, inflectPredicate, inflectVerb } from "../../scripts/inflect.ts";

describe("inflectVerb", () => {
  it.each([
    // base, third person, past, participle, progressive
    ["keep", "keeps", "kept", "kept", "keeping"],
    ["carry", "carries", "carried", "carried", "carrying"],
    ["play", "plays", "played", "played", "playing"],
    ["lie", "lies", "lay", "lain", "lying"],
    ["stop", "stops", "stopped", "stopped", "stopping"],
    ["row", "rows", "rowed", "rowed", "rowing"],
    ["fix", "fixes", "fixed", "fixed", "fixing"],
    ["wait", "waits", "waited", "waited", "waiting"],
    ["forget", "forgets", "forgot", "forgotten", "forgetting"],
    ["open", "opens", "opened", "opened", "opening"],
    ["shovel", "shovels", "shovelled", "shovelled", "shovelling"],
    ["agree", "agrees", "agreed", "agreed", "agreeing"],
    ["judge", "judges", "judged", "judged", "judging"],
    ["wash", "washes", "washed", "washed", "washing"],
    ["go", "goes", "went", "gone", "going"],
    ["have", "has", "had", "had", "having"],
    ["be", "is", "was", "been", "being"],
    ["write", "writes", "wrote", "written", "writing"],
  ])("conjugates %s", (verb, third, past, participle, progressive) => {
    expect(inflectVerb(verb, "base")).toBe(verb);
    expect(inflectVerb(verb, "s")).toBe(third);
    expect(inflectVerb(verb, "past")).toBe(past);
    expect(inflectVerb(verb, "done")).toBe(participle);
    expect(inflectVerb(verb, "ing")).toBe(progressive);
  });

  it("agrees with a plural subject", () => {
    expect(inflectVerb("keep", "now", true)).toBe("keep");
    expect(inflectVerb("be", "now", true)).toBe("are");
    expect(inflectVerb("be", "past", true)).toBe("were");
  });
});

describe("inflectPredicate", () => {
  it("gives the verbs marked * the same form as the first", () => {
    expect(inflectPredicate("turn its head and *look away", "past")).toBe("turned its head and looked away");
    expect(inflectPredicate("turn its head and *look away", "ing")).toBe("turning its head and looking away");
  });

  it("lets a subordinate verb follow the tense alone", () => {
    expect(inflectPredicate("keep what it ~take", "base")).toBe("keep what it takes");
    expect(inflectPredicate("keep what it ~take", "done")).toBe("kept what it took");
    expect(inflectPredicate("keep what we +throw,", "now")).toBe("keeps what we throw,");
    expect(inflectPredicate("hide so that they +be forgotten", "past", true)).toBe("hid so that they were forgotten");
  });

  it("leaves every other word alone", () => {
    expect(inflectPredicate("sign Ada Quillfeather for 40 million", "now")).toBe(
      "signs Ada Quillfeather for 40 million",
    );
  });
});

describe("chooseArticles", () => {
  it.each([
    ["a(n) apple and a(n) pear", "an apple and a pear"],
    ["a(n) 8% rise, a(n) 18% cut, a(n) 11-year low", "an 8% rise, an 18% cut, an 11-year low"],
    ["a(n) 12% rise", "a 12% rise"],
    ["a(n) hour, a(n) house", "an hour, a house"],
    ["a(n) unusually wet, a(n) useful, a(n) unsettled spring", "an unusually wet, a useful, an unsettled spring"],
    ["a(n) uninvited uncle, a(n) unit, a(n) usher", "an uninvited uncle, a unit, an usher"],
    ["A(n) old union", "An old union"],
    ["a(n) union of a(n) one-eyed man", "a union of a one-eyed man"],
  ])("turns %s into %s", (text, expected) => {
    expect(chooseArticles(text)).toBe(expected);
  });
});
