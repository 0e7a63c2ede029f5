// Word noise: rates, limits, and a use of randomness that can be replayed.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InputError } from "../../src/errors.ts";
import { RandomStream } from "../../src/random.ts";
import { type NoiseSettings, noisy } from "../../src/text/noise.ts";

const vocabulary = { size: 100, special: { pad: 0, begin: 1, end: 2, unknown: 3, blank: 4 } };
const stream = (name = "noise") => RandomStream.named(7, name);
const count = (length: number) => Array.from({ length }, (_, i) => i + 5);

const settings = fc.record({
  drop: fc.constantFrom(0, 0.3, 1),
  blank: fc.constantFrom(0, 0.3, 1),
  substitute: fc.constantFrom(0, 0.3, 1),
  shuffle: fc.integer({ min: 0, max: 5 }),
});
const sentence = fc.array(fc.integer({ min: 3, max: 99 }), { maxLength: 20 });

/** Share of 20,000 tokens, in sentences of 20, for which `test` holds after noise. */
function rate(noise: NoiseSettings, test: (after: number[], before: number[]) => number): number {
  const random = stream();
  const before = count(20);
  let sum = 0;
  for (let i = 0; i < 1000; i++) sum += test(noisy(before, noise, vocabulary, random), before);
  return sum / 20_000;
}

describe("noisy", () => {
  it("gives a plain copy when all settings are 0", () => {
    const random = stream();
    const before = random.state;
    expect(noisy(new Uint16Array([7, 8, 9]), {}, vocabulary, random)).toEqual([7, 8, 9]);
    expect(random.state).toEqual(before);
  });

  // A share of 0.3 among 20,000 has a standard deviation of 0.0032; the bounds are five of these.
  it("drops, blanks and substitutes at the rates asked for", () => {
    const dropped = rate({ drop: 0.3 }, (after) => 20 - after.length);
    expect(Math.abs(dropped - 0.3)).toBeLessThan(0.016);
    const blanked = rate({ blank: 0.3 }, (after) => after.filter((id) => id === 4).length);
    expect(Math.abs(blanked - 0.3)).toBeLessThan(0.016);
    // One substitute in 95 is the token itself.
    const changed = rate({ substitute: 0.3 }, (after, before) => after.filter((id, i) => id !== before[i]).length);
    expect(Math.abs(changed - (0.3 * 94) / 95)).toBeLessThan(0.016);
  });

  it("substitutes every ordinary token and no special one", () => {
    const scattered = { size: 12, special: { pad: 11, begin: 0, end: 5, unknown: 6, blank: 3 } };
    const seen = new Set<number>();
    const random = stream();
    for (let i = 0; i < 100; i++) for (const id of noisy(count(6), { substitute: 1 }, scattered, random)) seen.add(id);
    expect([...seen].sort((a, b) => a - b)).toEqual([1, 2, 4, 7, 8, 9, 10]);
  });

  it("moves no token farther than the shuffle distance, and some that far", () => {
    for (const shuffle of [1, 3]) {
      const random = stream();
      let farthest = 0;
      for (let i = 0; i < 500; i++) {
        const after = noisy(count(20), { shuffle }, vocabulary, random);
        expect([...after].sort((a, b) => a - b)).toEqual(count(20));
        for (const [place, id] of after.entries()) farthest = Math.max(farthest, Math.abs(place - (id - 5)));
      }
      expect(farthest).toBe(shuffle);
    }
  });

  it("keeps one token, each as likely as any other, when all would be dropped", () => {
    const kept = [0, 0, 0, 0];
    const random = stream();
    for (let i = 0; i < 4000; i++) {
      const after = noisy([5, 6, 7, 8], { drop: 1 }, vocabulary, random);
      expect(after).toHaveLength(1);
      const place = (after[0] ?? 0) - 5;
      kept[place] = (kept[place] ?? 0) + 1;
    }
    for (const times of kept) expect(Math.abs(times - 1000)).toBeLessThan(140);
    expect(noisy([], { drop: 1, blank: 1, substitute: 1, shuffle: 3 }, vocabulary, random)).toEqual([]);
  });

  it("gives the same again from the same state, whatever the settings", () => {
    fc.assert(
      fc.property(sentence, settings, (ids, noise) => {
        const random = stream();
        const again = RandomStream.fromState(random.state);
        const result = noisy(ids, noise, vocabulary, random);
        expect(noisy(ids, noise, vocabulary, again)).toEqual(result);
        expect(result.length > 0).toBe(ids.length > 0);
      }),
    );
  });

  it("leaves the stream in a state that depends on length and settings only", () => {
    fc.assert(
      fc.property(sentence, settings, (ids, noise) => {
        const one = stream();
        const other = stream();
        noisy(ids, noise, vocabulary, one);
        noisy(
          ids.map(() => 42),
          noise,
          { ...vocabulary, size: 1000 },
          other,
        );
        expect(one.state).toEqual(other.state);
      }),
    );
  });

  it("refuses settings out of range", () => {
    const noise = (bad: NoiseSettings) => () => noisy([5], bad, vocabulary, stream());
    expect(noise({ drop: -0.1 })).toThrow("The drop probability of the noise is -0.1");
    expect(noise({ blank: 1.1 })).toThrow(InputError);
    expect(noise({ substitute: Number.NaN })).toThrow(InputError);
    expect(noise({ shuffle: 1.5 })).toThrow(/shuffle distance of the noise is 1.5/);
    expect(noise({ shuffle: -1 })).toThrow(InputError);
  });
});
