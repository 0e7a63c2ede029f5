// What is told of one text.
import { describe, expect, it } from "vitest";
import { describeInput } from "../../src/text/describe-input.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";

const tokenizer = createTokenizer("word", ["The moon is bright."]);
const idsOf = (text: string) => tokenizer.encode(text);

describe("describeInput", () => {
  it("tells that all is well", () => {
    const ids = idsOf("The moon is bright.");
    expect(describeInput(tokenizer, "The moon is bright.", 5)).toEqual({
      ids,
      unknown: [],
      tokens: 5,
      truncated: false,
    });
  });

  it("names each unknown word once, without its spaces, and cuts at the length", () => {
    expect(describeInput(tokenizer, "The sun (the sun) is bright!", 3)).toEqual({
      ids: idsOf("The sun ("),
      unknown: ["sun", "(", "the", ")", "!"],
      tokens: 9,
      truncated: true,
    });
  });

  it("describes an empty text", () => {
    expect(describeInput(tokenizer, " ", 3)).toEqual({ ids: [], unknown: [], tokens: 0, truncated: false });
  });
});
