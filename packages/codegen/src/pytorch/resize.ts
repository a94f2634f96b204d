/** Larger maps without weights. */

import { module, named, nn, placed, size, type TorchEmitters } from "./construction.ts";

export const resize: TorchEmitters<"upsample" | "pixel_shuffle"> = {
  upsample({ attributes: { size: wanted, mode, alignCorners } }, { inputShape: { axes } }) {
    const factors = wanted.map((n, axis) => n / (axes[axis] ?? n));
    return module(
      nn("Upsample"),
      factors.every(Number.isInteger) ? named("scale_factor", size(factors)) : named("size", size(wanted)),
      named("mode", mode, "nearest"),
      ...(alignCorners ? [named("align_corners", true)] : []),
    );
  },
  pixel_shuffle: ({ attributes: { factor } }) => module(nn("PixelShuffle"), placed("upscale_factor", factor)),
};
