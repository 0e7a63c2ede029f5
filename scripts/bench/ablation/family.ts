// Every regularizer with every encoder and every decoder: variants that show what trains, rather than what a default is worth.
import { configSchema } from "../../../src/model/config-schema.ts";
import type { Variant } from "./variants.ts";

const { regularizer, encoder, decoder } = configSchema.shape;

/** Named "mmd-conv-gru": regularizer, encoder, decoder. */
export const FAMILY: readonly Variant[] = regularizer.unwrap().options.flatMap((reg) =>
  encoder
    .unwrap()
    .unwrap()
    .options.flatMap((enc) =>
      decoder
        .unwrap()
        .unwrap()
        .options.map((dec) => ({
          name: `${reg}-${enc}-${dec}`,
          why: `${enc} to ${dec}`,
          settings: { regularizer: reg, encoder: enc, decoder: dec },
        })),
    ),
);
