/** Transposed convolution. */

import { inTorchOrder, isSymmetric } from "./padding.ts";
import { module, named, nn, placed, size, type TorchEmitters } from "./construction.ts";
import { rankOf } from "./conv.ts";

export const convTranspose: TorchEmitters<"conv_transpose"> = {
  conv_transpose({ attributes }, { inputShape, helper }) {
    const { filters, kernel, stride, padding, outputPadding, dilation, groups, bias } = attributes;
    const symmetric = isSymmetric(padding);
    const rank = rankOf(kernel);
    return module(
      symmetric ? nn(`ConvTranspose${rank}d`) : helper(`CroppedConvTranspose${rank}d`),
      placed("in_channels", inputShape.channels),
      placed("out_channels", filters),
      named("kernel_size", size(kernel)),
      named("stride", size(stride), 1),
      symmetric ? named("padding", size(padding.map(([before]) => before)), 0) : named("crop", inTorchOrder(padding)),
      named("output_padding", size(outputPadding), 0),
      named("groups", groups, 1),
      named("bias", bias, true),
      named("dilation", size(dilation), 1),
    );
  },
};
