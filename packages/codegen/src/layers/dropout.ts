/** Dropout of values, of whole channels, of whole samples: the stock layer drops single values. */

import { apply, type LayersEmitters } from "./layer.ts";

export const dropout: LayersEmitters<"dropout" | "spatial_dropout" | "droppath"> = {
  dropout: ({ attributes: { p } }, here) => apply(here.stock("dropout", { rate: p }), here.input),
  spatial_dropout: ({ attributes: { p } }, here) => apply(here.custom("SpatialDropout", { p }), here.input),
  droppath: ({ attributes: { p } }, here) => apply(here.custom("DropPath", { p }), here.input),
};
