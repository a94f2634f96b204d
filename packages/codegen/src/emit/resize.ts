/** Larger maps without weights. */

import { code } from "../code.ts";
import type { Emitters } from "./emitter.ts";

export const resize: Emitters<"upsample" | "pixel_shuffle"> = {
  upsample: {
    core: ({ attributes: { size, mode, alignCorners } }, { input, primitive }) =>
      mode === "nearest"
        ? code`${primitive("upsampleNearest")}(${input}, ${size})`
        : code`${primitive("upsampleLinear")}(${input}, ${size}, ${alignCorners})`,
  },
  pixel_shuffle: {
    core: ({ attributes: { factor } }, { input, primitive }) => code`${primitive("pixelShuffle")}(${input}, ${factor})`,
  },
};
