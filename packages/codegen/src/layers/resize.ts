/** Larger maps without weights. The stock layer interpolates between other positions than PyTorch. */

import { apply, type LayersEmitters } from "./layer.ts";

export const resize: LayersEmitters<"upsample" | "pixel_shuffle"> = {
  upsample({ attributes: { size, mode, alignCorners } }, here) {
    if (mode !== "nearest") return apply(here.custom("UpsampleLinear", { size, alignCorners }), here.input);
    const factors = size.map((n, axis) => n / (here.inputShape.axes[axis] ?? n));
    const isStock = size.length === 2 && factors.every(Number.isInteger);
    return apply(isStock ? here.stock("upSampling2d", { size: factors }) : here.custom("UpsampleNearest", { size }), here.input);
  },
  pixel_shuffle: ({ attributes: { factor } }, here) => apply(here.custom("PixelShuffle", { factor }), here.input),
};
