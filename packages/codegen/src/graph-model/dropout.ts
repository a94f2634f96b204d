/** Dropout: nothing, outside of training. */

import type { GraphEmitters } from "./emitter.ts";

export const dropout: GraphEmitters<"dropout" | "spatial_dropout" | "droppath"> = {
  dropout: (_, { input }) => input,
  spatial_dropout: (_, { input }) => input,
  droppath: (_, { input }) => input,
};
