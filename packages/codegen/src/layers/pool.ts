/** Pools that slide a window. Stock without a border; with `same`'s only the maximum, whose gradient TensorFlow.js gets right. */

import { isOne, size } from "../emit/arguments.ts";
import { apply, type LayersEmitters } from "./layer.ts";
import { paddingWord, sliding } from "./padding.ts";

export const pool: LayersEmitters<"maxpool" | "avgpool"> = {
  maxpool({ attributes }, here) {
    const { kernel, stride, overhang, dilation } = attributes;
    const word = paddingWord(attributes, here.inputShape.axes);
    if (word !== undefined && isOne(dilation) && overhang.every((n) => n === 0)) {
      return apply(here.stock(`maxPooling${kernel.length}d`, { poolSize: size(kernel), strides: size(stride), padding: sliding(stride, word).padding }), here.input);
    }
    // A maximum counts no padding, so a last window that hangs over the end is only more of it.
    const padding = attributes.padding.map(([before, after], axis): readonly [number, number] => [before, after + (overhang[axis] ?? 0)]);
    return apply(here.custom("MaxPool", { kernel, strides: stride, padding, dilations: dilation }), here.input);
  },
  avgpool({ attributes }, here) {
    const { kernel, stride, padding, overhang, countPadding } = attributes;
    if (paddingWord(attributes, here.inputShape.axes) === "valid" && overhang.every((n) => n === 0)) {
      return apply(here.stock(`averagePooling${kernel.length}d`, { poolSize: size(kernel), strides: size(stride) }), here.input);
    }
    return apply(here.custom("AvgPool", { kernel, strides: stride, padding, overhang, countPadding }), here.input);
  },
};
