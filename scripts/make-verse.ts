// Makes corpora/verse.txt: lines of English verse from the grammar in scripts/verse.

import { RandomStream } from "../src/random.ts";
import { Dealer, expand } from "./grammar.ts";
import { selectLines, wordsOf } from "./select-lines.ts";
import { clocks, house, kitchen, letters } from "./verse/home.ts";
import { garden, music, orchard, roads } from "./verse/land.ts";
import { birds, night, snow } from "./verse/sky.ts";
import { shared, templates } from "./verse/templates.ts";
import { city, rails } from "./verse/town.ts";
import { river, sea } from "./verse/water.ts";
import type { World } from "./verse/world.ts";

export const worlds: Readonly<Record<string, World>> = {
  sea,
  river,
  night,
  birds,
  snow,
  city,
  rails,
  kitchen,
  house,
  letters,
  clocks,
  orchard,
  garden,
  roads,
  music,
};

// A larger pool keeps more of the rarer words, a smaller one keeps the vocabulary small: this one has about 1,500.
const POOL = 56_000;
const COUNT = 16_000;
const FLOOR = 15;
const MIN_WORDS = 4;
const MAX_WORDS = 12;

/** The lines of the verse corpus, distinct, 4 to 12 words each; the same for the same seed. */
export function makeVerse(seed = 1): string[] {
  const random = RandomStream.named(seed, "verse");
  const grammars = Object.values(worlds).map((world) => ({
    ...shared,
    line: templates,
    thing: world.things,
    deed: world.deeds,
    place: world.places,
    good: world.goods,
    truth: world.truths,
  }));
  const dealer = new Dealer(random);
  const pool: string[] = [];
  while (pool.length < POOL) {
    for (const grammar of grammars) {
      const line = expand(grammar, "line", dealer);
      const words = wordsOf(line).length;
      if (words >= MIN_WORDS && words <= MAX_WORDS) pool.push(line);
    }
  }
  return selectLines(pool, { count: COUNT, floor: FLOOR, random });
}
