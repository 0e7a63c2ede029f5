// `npm run bench -- language-model`: how long the n-gram model that judges texts takes to learn many lines, and how much memory.
import { Command } from "commander";
import { languageVocabularyOf, trainLanguageModel } from "../../src/evaluation/kneser-ney.ts";
import { RandomStream } from "../../src/random.ts";
import { noisy } from "../../src/text/noise.ts";
import type { Vocabulary } from "../../src/text/tokenizer.ts";
import { createTokenizer } from "../../src/text/tokenizers.ts";
import { readLines } from "./file-report.ts";

/** Of texts that are made up: words, and most of them in a line. */
const WORDS = 10_000;
const MOST_TOKENS = 19;

interface Flags {
  readonly lines: number;
  readonly corpus?: string;
  readonly substitute: number;
  readonly order: number;
  readonly seed: number;
}

/** As an evaluation holds texts: an array of ids each. */
interface Texts {
  readonly sentences: number[][];
  readonly vocabulary: Pick<Vocabulary, "size" | "special">;
}

export function languageModelCommand(): Command {
  return new Command("language-model")
    .description("seconds and memory of a Kneser-Ney model of many lines")
    .option("--lines <n>", "lines to learn from", Number, 1_000_000)
    .option("--corpus <file>", "tokenised lines, over and over where they are fewer (default: lines made up)")
    .option(
      "--substitute <p>",
      "share of the words that are others in each repeat, so that it is new text",
      Number,
      0.1,
    )
    .option("--order <n>", "tokens of the longest n-gram", Number, 5)
    .option("--seed <n>", "of all draws", Number, 1)
    .action(async (flags: Flags) => {
      const { sentences, vocabulary } = flags.corpus === undefined ? madeUp(flags) : repeated(flags.corpus, flags);
      const before = process.resourceUsage().maxRSS;
      const [start, startOfWork] = [performance.now(), processorSeconds()];
      const model = await trainLanguageModel(sentences, languageVocabularyOf(vocabulary), { order: flags.order });
      const [seconds, work] = [(performance.now() - start) / 1_000, processorSeconds() - startOfWork];
      const tokens = sentences.reduce((sum, { length }) => sum + length + 1, 0);
      const megabytes = (kibibytes: number): string => `${count(kibibytes / 1_024)} MiB`;
      const rows = [
        ["lines", count(sentences.length)],
        ["tokens, ends included", count(tokens)],
        [`n-grams of 1 to ${flags.order} tokens`, count(model.size)],
        ["seconds", seconds.toFixed(1)],
        ["processor seconds, collection included", work.toFixed(1)],
        ["lines a second", count(sentences.length / seconds)],
        ["peak memory before, with the lines", megabytes(before)],
        ["peak memory", megabytes(process.resourceUsage().maxRSS)],
      ];
      console.log(rows.map(([label = "", value = ""]) => `${label.padEnd(42)}${value.padStart(14)}`).join("\n"));
    });
}

/** The lines of a file, and then the same with words put in for others. */
function repeated(path: string, { lines, substitute, seed }: Flags): Texts {
  const texts = readLines(path);
  const tokenizer = createTokenizer("whitespace", texts);
  const { vocabulary } = tokenizer;
  const ids = texts.map((text) => tokenizer.encode(text)).filter(({ length }) => length > 0);
  const random = RandomStream.named(seed, "repeats");
  const sentences = Array.from({ length: lines }, (_, i) => {
    const sentence = ids[i % ids.length] as number[];
    return i < ids.length ? sentence : noisy(sentence, { substitute }, vocabulary, random);
  });
  return { sentences, vocabulary };
}

/** Words as frequent as Zipf has it, two thirds of them by the word before. */
function madeUp({ lines, seed }: Flags): Texts {
  const vocabulary = { size: WORDS + 5, special: { pad: 0, begin: 1, end: 2, unknown: 3, blank: 4 } };
  const random = RandomStream.named(seed, "made up");
  const sentences = Array.from({ length: lines }, () => {
    let before = 0;
    return Array.from({ length: 1 + random.integer(MOST_TOKENS) }, () => {
      const rank = Math.floor(WORDS ** random.uniform());
      before = random.integer(3) === 0 ? rank : (rank + 7_919 * before) % WORDS;
      return 5 + before;
    });
  });
  return { sentences, vocabulary };
}

/** Of this process so far: other work on the machine adds little to it. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
