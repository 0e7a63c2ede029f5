// Which words of a line are new against the line before, and where unknown words stand in a text.

export interface Segment {
  readonly text: string;
  readonly marked: boolean;
}

/**
 * `line` in segments, those marked that are not in `before` (by a longest common subsequence of words). Spaces go with the word
 * that follows them; joined, the segments are `line` again.
 */
export function changedWords(before: string, line: string): Segment[] {
  const old = pieces(before).map((piece) => piece.trim());
  const now = pieces(line);
  const words = now.map((piece) => piece.trim());
  // longest[i][j]: length of the longest common subsequence of old from i and words from j
  const longest = Array.from({ length: old.length + 1 }, () => new Array<number>(words.length + 1).fill(0));
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = words.length - 1; j >= 0; j--) {
      const row = longest[i] as number[];
      row[j] = old[i] === words[j] ? 1 + at(i + 1, j + 1) : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const segments: Segment[] = [];
  let i = 0;
  for (let j = 0; j < now.length; j++) {
    while (i < old.length && old[i] !== words[j] && at(i + 1, j) >= at(i, j + 1)) i++;
    const kept = i < old.length && old[i] === words[j];
    if (kept) i++;
    append(segments, now[j] as string, !kept);
  }
  return segments;
}

/**
 * `text` in segments, those marked that are one of `words`. A word is sought between characters that are no letters or digits, and
 * anywhere where it does not stand so (a model may read single characters). Joined, the segments are `text` again.
 */
export function markWords(text: string, words: readonly string[]): Segment[] {
  const marks = new Uint8Array(text.length);
  for (const word of words) {
    if (word === "") continue;
    const places = placesOf(text, word);
    const whole = places.filter((place) => standsAlone(text, place, word.length));
    for (const place of whole.length > 0 ? whole : places) marks.fill(1, place, place + word.length);
  }
  const segments: Segment[] = [];
  for (let start = 0; start < text.length; ) {
    let end = start + 1;
    while (end < text.length && marks[end] === marks[start]) end++;
    segments.push({ text: text.slice(start, end), marked: marks[start] === 1 });
    start = end;
  }
  return segments;
}

/** Words with the spaces before them; Chinese and other text without spaces falls into characters. */
function pieces(line: string): string[] {
  if (/\s/.test(line.trim())) return line.match(/\s*\S+|\s+$/g) ?? [];
  return line.match(/[\p{L}\p{N}'’-]*[\p{Script=Latin}\p{N}'’-]+|./gsu) ?? [];
}

function append(segments: Segment[], text: string, marked: boolean): void {
  const last = segments.at(-1);
  if (last?.marked === marked) segments[segments.length - 1] = { text: last.text + text, marked };
  else segments.push({ text, marked });
}

function placesOf(text: string, word: string): number[] {
  const places: number[] = [];
  for (let place = text.indexOf(word); place >= 0; place = text.indexOf(word, place + 1)) places.push(place);
  return places;
}

function standsAlone(text: string, place: number, length: number): boolean {
  const joins = (a: string | undefined, b: string | undefined) => isWordy(a) && isWordy(b);
  return !joins(text[place - 1], text[place]) && !joins(text[place + length - 1], text[place + length]);
}

function isWordy(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}
