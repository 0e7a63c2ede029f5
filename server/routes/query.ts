// Numbers in query strings.
import { z } from "@hono/zod-openapi";

export interface IntegerOptions {
  readonly least: number;
  readonly most: number;
  readonly default: number;
  readonly description: string;
}

/** A whole number in digits; `Number` alone would take "", "0x10" and "1e3" as well. */
export function integerQuery(name: string, { least, most, default: usual, description }: IntegerOptions) {
  const expected = `expected an integer from ${least} to ${most}`;
  return z
    .string(expected)
    .regex(/^\d{1,15}$/, expected)
    .transform(Number)
    .refine((value) => value >= least && value <= most, expected)
    .default(usual)
    .openapi({
      param: { name, in: "query", required: false },
      type: "integer",
      minimum: least,
      maximum: most,
      default: usual,
      description,
    });
}
