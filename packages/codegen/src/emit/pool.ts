/** Pools that slide a window. */

import { code } from "../code.ts";
import { isOne, isZero, size, sliding, stockPadding } from "./arguments.ts";
import type { Emitters } from "./emitter.ts";

export const pool: Emitters<"maxpool" | "avgpool"> = {
  maxpool: {
    core({ attributes }, { input, inputShape, primitive }) {
      const { kernel, stride, dilation } = attributes;
      // A maximum counts no padding, so a last window that hangs over the end is only more of it.
      const padding = attributes.padding.map(([before, after], axis): readonly [number, number] => [before, after + (attributes.overhang[axis] ?? 0)]);
      return inputShape.axes.length === 2 && isOne(dilation)
        ? code`tf.maxPool(${input}, ${size(kernel)}, ${size(stride)}, ${stockPadding(padding)})`
        : code`${primitive("maxPool")}(${input}, ${{ size: kernel, ...sliding(stride, padding, dilation) }})`;
    },
  },
  avgpool: {
    // tfjs divides by the cells inside the map forward, by the whole window backward: right only without a border.
    core({ attributes }, { input, inputShape, primitive }) {
      const { kernel, stride, padding, overhang, countPadding } = attributes;
      const hangs = overhang.some((n) => n > 0);
      if (inputShape.axes.length === 2 && isZero(padding) && !hangs) {
        return code`tf.avgPool(${input}, ${size(kernel)}, ${size(stride)}, ${"valid"})`;
      }
      const options = {
        size: kernel,
        strides: stride,
        padding: isZero(padding) ? undefined : padding,
        overhang: hangs ? overhang : undefined,
        countPadding: countPadding ? undefined : false,
      };
      return code`${primitive("avgPool")}(${input}, ${options})`;
    },
  },
};
