// Makes corpora/verse.txt: lines of English verse from the grammar in scripts/verse.

import { RandomStream } from "../src/random.ts";
import { expand } from "./grammar.ts";
import { selectLines, wordsOf } from "./select-lines.ts";
import { clocks, house, kitchen, letters } from "./verse/home.ts";
import { garden, music, orchard, roads } from "./verse/land.ts";
import { birds, night, snow } from "./verse/sky.ts";
import { shared, templates } from "./verse/templates.ts";
import { city, market, rails, school } from "./verse/town.ts";
import { harbour, river, sea } from "./verse/water.ts";
import type { World } from "./verse/world.ts";

export const worlds: Readonly<Record<string, World>> = {
  sea,
  river,
  harbour,
  night,
  birds,
  snow,
  city,
  rails,
  market,
  school,
  kitchen,
  house,
  letters,
  clocks,
  orchard,
  garden,
  roads,
  music,
};

const POOL = 30_000;
const COUNT = 9_000;
const FLOOR = 15;
const MIN_WORDS = 4;
const MAX_WORDS = 11;

/** The lines of the verse corpus, distinct, 4 to 11 words each; the same for the same seed. */
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
  const pool: string[] = [];
  while (pool.length < POOL) {
    for (const grammar of grammars) {
      const line = expand(grammar, "line", random);
      const words = wordsOf(line).length;
      if (words >= MIN_WORDS && words <= MAX_WORDS) pool.push(line);
    }
  }
  return selectLines(pool, { count: COUNT, floor: FLOOR, random });
}
