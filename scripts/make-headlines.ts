// Makes corpora/headlines.tsv: labelled news headlines from the grammar in scripts/headlines.

import { RandomStream } from "../src/random.ts";
import { Dealer, expand } from "./grammar.ts";
import { names } from "./headlines/names.ts";
import { business, health, local, politics } from "./headlines/public-life.ts";
import { shared, templates } from "./headlines/templates.ts";
import type { Topic } from "./headlines/topic.ts";
import { culture, science, sport, weather } from "./headlines/wide-world.ts";
import { selectLines, wordsOf } from "./select-lines.ts";

export const topics: Readonly<Record<string, Topic>> = {
  politics,
  business,
  science,
  sport,
  culture,
  weather,
  health,
  local,
};

const POOL_PER_TOPIC = 4_000;
const COUNT = 9_600;
const FLOOR = 10;
const MIN_WORDS = 5;
const MAX_WORDS = 14;

// The first letter, and one that follows a question mark.
function capitalise(text: string): string {
  return text.replace(/(?:^|\? )[a-z]/g, (start) => start.toUpperCase());
}

/** The lines of the headline corpus, `label<TAB>text`, distinct texts of 5 to 14 words; the same for the same seed. */
export function makeHeadlines(seed = 1): string[] {
  const random = RandomStream.named(seed, "headlines");
  const dealer = new Dealer(random);
  const pool: string[] = [];
  for (const [label, topic] of Object.entries(topics)) {
    const grammar = {
      ...names,
      ...shared,
      line: templates,
      actor: topic.actors,
      event: topic.events,
      trouble: topic.troubles,
      source: topic.sources,
      quote: topic.quotes,
    };
    for (let made = 0; made < POOL_PER_TOPIC; ) {
      const text = capitalise(expand(grammar, "line", dealer));
      const words = wordsOf(text).length;
      if (words < MIN_WORDS || words > MAX_WORDS) continue;
      pool.push(`${label}\t${text}`);
      made++;
    }
  }
  return selectLines(pool, { count: COUNT, floor: FLOOR, random });
}
