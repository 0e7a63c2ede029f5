// Arithmetic on codes.
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { arithmeticCodes } from "../../src/latent/arithmetic.ts";

const of = (...values: number[]): Float32Array => Float32Array.from(values);

describe("arithmeticCodes", () => {
  test("adds the difference of the means, as far as each strength says", () => {
    const plus = [of(2, 0, 1), of(4, 2, 1)];
    const minus = [of(1, 1, 1), of(0, 1, 1), of(2, 1, 1)];
    // The means are (3, 1, 1) and (1, 1, 1).
    expect(arithmeticCodes(of(10, 20, 30), plus, minus, [0, 0.5, 1, -2])).toEqual([
      of(10, 20, 30),
      of(11, 20, 30),
      of(12, 20, 30),
      of(6, 20, 30),
    ]);
  });

  test("changes nothing where both sides are the same, in whatever order", () => {
    const [a, b] = [of(0.1, -0.7), of(1.3, 2.2)];
    expect(arithmeticCodes(of(1, 2), [a, b], [b, a], [3])).toEqual([of(1, 2)]);
  });

  test("gives copies: no strength gives the argument away", () => {
    const code = of(1, 2);
    arithmeticCodes(code, [code], [code], [0])[0]?.fill(9);
    expect(code).toEqual(of(1, 2));
  });

  test("refuses an empty side, other lengths, and numbers that are not finite", () => {
    const code = of(1, 2);
    expect(() => arithmeticCodes(code, [], [code], [1])).toThrow(InputError);
    expect(() => arithmeticCodes(code, [], [code], [1])).toThrow(
      "There is no example on the plus side; expected at least one.",
    );
    expect(() => arithmeticCodes(code, [code], [], [1])).toThrow("There is no example on the minus side");
    expect(() => arithmeticCodes(code, [of(1)], [code], [1])).toThrow("The codes have 2, 1 and 2 numbers");
    expect(() => arithmeticCodes(code, [of(1, Number.POSITIVE_INFINITY)], [code], [1])).toThrow("not finite");
    expect(() => arithmeticCodes(code, [code], [code], [1, Number.NaN])).toThrow(
      "A strength is NaN; expected a finite number.",
    );
  });
});
