// Named starting points: each lists only what differs from the defaults of the schema, and why.
import type { ConfigInput } from "./config-schema.ts";

export type PresetName = "tiny" | "small" | "base" | "large";

export const PRESETS: Readonly<Record<PresetName, ConfigInput>> = {
  // For tests and for looking around: learns the shape of short lines in seconds.
  // The latent space and the vocabulary shrink with it, as a code cannot hold more than the layers read, nor rare words be learnt in seconds.
  tiny: { hidden: 64, embedding: 32, latent: 16, discriminatorHidden: 32, vocabulary: 2_000 },

  // For minutes in place of an hour: half the width of base takes two fifths of its time a step, and learns nearly as much of each.
  small: { hidden: 128, embedding: 64 },

  // For 100,000 sentences and an hour on two cores: the defaults of the schema.
  base: {},

  // The size of published text autoencoders. Larger batches keep the cores at matrix products; the smaller rate keeps wide layers stable.
  // A wider code holds longer sentences, and the discriminator grows with it.
  large: { hidden: 1_024, embedding: 512, latent: 128, discriminatorHidden: 512, batchSize: 128, learningRate: 0.001 },
};
