// Whether texts are written without spaces between their words, as their script tells.

const SCRIPTS = ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan"];

const SPACELESS = `[${SCRIPTS.map((script) => `\\p{Script=${script}}`).join("")}]`;
const LETTERS = /\p{L}/gu;
const SPACELESS_LETTERS = new RegExp(`(?=\\p{L})${SPACELESS}`, "gu");
const GAPS = new RegExp(`(?<=${SPACELESS})\\s+(?=${SPACELESS})`, "gu");

/** Letters from one space to the next, at most, in such a script where someone has set its words apart. A clause has more. */
const LETTERS_OF_A_WORD = 3;

/** Texts looked at, at most; even. */
const LOOKED_AT = 2_000;

type Counts = { readonly letters: number; readonly spaceless: number; readonly gaps: number };

/**
 * Whether most letters are of scripts whose words stand side by side (Han, Kana, Thai, Lao, Khmer, Burmese, Tibetan), and no spaces have
 * been put between their words. Looks at every n-th text, for the power of two n that gives 1,000 to 2,000 of them (all, where there are
 * fewer): the same texts are told the same, and the beginning of a sorted corpus is not taken for all of it.
 */
export async function isWithoutSpaces(texts: Iterable<string> | AsyncIterable<string>): Promise<boolean> {
  let sample: Counts[] = [];
  let every = 1;
  let place = 0;
  for await (const text of texts) {
    if (place++ % every !== 0) continue;
    if (sample.length === LOOKED_AT) {
      sample = sample.filter((_, i) => i % 2 === 0);
      every *= 2;
    }
    sample.push(countsOf(text));
  }
  const sum = (key: keyof Counts): number => sample.reduce((total, counts) => total + counts[key], 0);
  const [letters, spaceless, gaps] = [sum("letters"), sum("spaceless"), sum("gaps")];
  return 2 * spaceless > letters && spaceless > LETTERS_OF_A_WORD * gaps;
}

function countsOf(text: string): Counts {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  return { letters: count(LETTERS), spaceless: count(SPACELESS_LETTERS), gaps: count(GAPS) };
}
