/** Transposed convolution. */

import { code } from "../code.ts";
import { sliding } from "./arguments.ts";
import type { Emitters } from "./emitter.ts";

export const convTranspose: Emitters<"conv_transpose"> = {
  conv_transpose: {
    core({ attributes, outputShape }, { input, weight, primitive }) {
      const { stride, padding, dilation, groups, bias } = attributes;
      const options = {
        bias: bias ? weight("bias") : undefined,
        ...sliding(stride, padding, dilation),
        groups: groups === 1 ? undefined : groups,
        size: outputShape.axes,
      };
      return code`${primitive("convTranspose")}(${input}, ${weight("weight")}, ${options})`;
    },
  },
};
