// Which texts are told to be written without spaces between words.
import { describe, expect, it } from "vitest";
import { isWithoutSpaces } from "../../src/text/spacing.ts";

describe("isWithoutSpaces", () => {
  it.each([
    ["Chinese verse", ["床前明月光，疑是地上霜。", "舉頭望明月，低頭思故鄉。"]],
    ["Chinese verse with a space after each clause", ["床前明月光， 疑是地上霜。", "人之初 性本善 性相近 習相遠"]],
    ["Japanese", ["古池や蛙飛びこむ水の音", "カタカナとひらがなの文です。"]],
    ["Thai, with spaces between sentences", ["ฉันชอบกินข้าว เขาไปโรงเรียนทุกวัน"]],
    ["Lao", ["ຂ້ອຍມັກກິນເຂົ້າ"]],
    ["Khmer", ["ខ្ញុំចូលចិត្តញ៉ាំបាយ"]],
    ["Burmese", ["ကျွန်တော်ထမင်းစားချင်တယ်"]],
    ["Tibetan, whose syllables points set apart", ["བཀྲ་ཤིས་བདེ་ལེགས།"]],
    ["mostly Chinese, with some English words", ["我昨天用 Python 寫了一個程式，今天還要繼續寫下去"]],
  ])("is true of %s", async (_, texts) => {
    expect(await isWithoutSpaces(texts)).toBe(true);
  });

  it.each([
    ["English", ["the sea is calm", "a storm is near"]],
    ["Korean", ["나는 오늘 학교에 갔다", "바다는 고요하다"]],
    ["Russian and Arabic", ["море спокойно", "البحر هادئ"]],
    ["mostly English, with some Chinese words", ["the word 月 is the moon, and 日 is the sun"]],
    ["Chinese whose words were set apart", ["床 前 明月 光 ， 疑 是 地上 霜 。", "我 喜欢 读 书"]],
    ["half and half", ["abc 春夏秋"]],
    ["figures and marks", ["1,000 + 2,000 = 3,000", "…"]],
    ["nothing", []],
  ])("is false of %s", async (_, texts) => {
    expect(await isWithoutSpaces(texts)).toBe(false);
  });

  it("looks at the whole of a long corpus, and not at its beginning alone", async () => {
    const [english, chinese] = ["the sea is calm", "床前明月光，疑是地上霜，春眠不覺曉。"];
    const sorted = async function* (first: string, count: number, second: string, rest: number) {
      for (let i = 0; i < count; i++) yield first;
      for (let i = 0; i < rest; i++) yield second;
    };
    expect(await isWithoutSpaces(sorted(english, 3_000, chinese, 9_001))).toBe(true);
    expect(await isWithoutSpaces(sorted(chinese, 3_000, english, 9_001))).toBe(false);
  });

  it("takes an even share of the texts, at most 2,000 of them", async () => {
    let looked = 0;
    const text = { match: () => void looked++ } as unknown as string;
    await isWithoutSpaces(Array.from({ length: 8_500 }, () => text));
    // Every text of the first 2,000, every second to 4,000, every fourth to 8,000, every eighth from there; three looks each.
    expect(looked / 3).toBe(2_000 + 1_000 + 1_000 + 63);
  });
});
