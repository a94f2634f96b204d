/** Dropout of values, of whole channels, of whole samples. */

import { module, nn, placed, type TorchEmitters } from "./construction.ts";

export const dropout: TorchEmitters<"dropout" | "spatial_dropout" | "droppath"> = {
  dropout: ({ attributes: { p } }) => module(nn("Dropout"), placed("p", p)),
  spatial_dropout: ({ attributes: { p }, outputShape: { axes } }) => module(nn(`Dropout${axes.length}d`), placed("p", p)),
  droppath: ({ attributes: { p } }, { helper }) => module(helper("DropPath"), placed("p", p)),
};
