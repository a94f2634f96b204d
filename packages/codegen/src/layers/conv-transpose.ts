/** Transposed convolution. The stock layer knows no cropped borders but `same`, and no kernel smaller than its stride. */

import { isOne, isZero, size } from "../emit/arguments.ts";
import { apply, type LayersEmitters } from "./layer.ts";

export const convTranspose: LayersEmitters<"conv_transpose"> = {
  conv_transpose({ attributes }, here) {
    const { filters, kernel, stride, padding, outputPadding, dilation, groups, bias } = attributes;
    const isStock = kernel.length === 2 && isZero(padding) && outputPadding.every((n) => n === 0) && isOne(dilation) && groups === 1 && kernel.every((k, axis) => k >= (stride[axis] ?? 1));
    const layer = isStock
      ? here.stock("conv2dTranspose", { filters, kernelSize: size(kernel), strides: isOne(stride) ? undefined : size(stride), useBias: bias ? undefined : false })
      : here.custom("ConvTranspose", { filters, kernel, strides: stride, padding, outputPadding, dilations: dilation, groups, bias });
    return apply(layer, here.input);
  },
};
