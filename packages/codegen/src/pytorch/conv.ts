/** Convolutions. A border that is not the same before and after is padded first. */

import type { LayerOf } from "@cnn-lang/shape-checker";
import { inTorchOrder, isSymmetric } from "./padding.ts";
import { construct, module, named, nn, placed, size, type Construction, type Context, type TorchEmitters } from "./construction.ts";

export const conv: TorchEmitters<"conv" | "depthwise" | "separable"> = {
  conv: ({ attributes }, here) => ({ kind: "module", construction: convolution(attributes, here) }),
  depthwise: ({ attributes }, here) => ({ kind: "module", construction: convolution(attributes, here) }),
  separable({ attributes: { filters, kernel, stride, padding, dilation, bias } }, here) {
    const { channels } = here.inputShape;
    const depthwise = { filters: channels, kernel, stride, padding, dilation, groups: channels, bias: false, mode: "zeros" } as const;
    const pointwise = construct(
      nn(`Conv${kernel.length}d`),
      placed("in_channels", channels),
      placed("out_channels", filters),
      named("kernel_size", 1),
      named("bias", bias, true),
    );
    return module(here.helper("SeparableConv"), placed("depthwise", convolution(depthwise, here)), placed("pointwise", pointwise));
  },
};

function convolution(attributes: LayerOf<"conv">["attributes"], { inputShape, varies, helper }: Context): Construction {
  const { filters, kernel, stride, padding, dilation, groups, bias, mode } = attributes;
  // Only `same` gives maps of other sizes another border.
  const symmetric = isSymmetric(padding) && !varies;
  const rank = rankOf(kernel);
  return construct(
    varies ? helper(`SameConv${rank}d`) : symmetric ? nn(`Conv${rank}d`) : helper(`PaddedConv${rank}d`),
    placed("in_channels", inputShape.channels),
    placed("out_channels", filters),
    named("kernel_size", size(kernel)),
    named("stride", size(stride), 1),
    ...(symmetric ? [named("padding", size(padding.map(([before]) => before)), 0)] : varies ? [] : [named("border", inTorchOrder(padding))]),
    named("dilation", size(dilation), 1),
    named("groups", groups, 1),
    named("bias", bias, true),
    ...(symmetric ? [named("padding_mode", mode, "zeros")] : [named("border_mode", mode === "zeros" ? "constant" : mode, "constant")]),
  );
}

/** How many axes a window has; the checker lets no more than three through. */
export const rankOf = ({ length }: readonly number[]): 1 | 2 | 3 => (length === 1 ? 1 : length === 2 ? 2 : 3);
