// Numbers for tokens as they are written, so that figures which know no vocabulary compare numbers and not strings.

export class TokenNumbers {
  readonly #numbers = new Map<string, number>();

  /** The same numbers for the same tokens, from 0 in order of appearance. */
  of(tokens: readonly string[]): number[] {
    return tokens.map((token) => {
      const known = this.#numbers.get(token);
      if (known !== undefined) return known;
      const fresh = this.#numbers.size;
      this.#numbers.set(token, fresh);
      return fresh;
    });
  }
}
