/** Borders added or cut off. */

import { code } from "../code.ts";
import type { Emitters } from "./emitter.ts";

export const border: Emitters<"pad" | "crop"> = {
  pad: {
    core: ({ attributes: { channels, amount, mode } }, { input, primitive }) =>
      mode === "zeros"
        ? code`tf.pad(${input}, ${[[0, 0], ...amount, channels]})`
        : code`${primitive("pad")}(${input}, ${amount}, ${mode})`,
  },
  crop: {
    core: ({ attributes: { at, size } }, { input }) => code`tf.slice(${input}, ${[0, ...at, 0]}, ${[-1, ...size, -1]})`,
  },
};
