/** Convolutions. Stock layers without dilation and groups, which they lack or have no gradients of; else ours. */

import { isOne, size } from "../emit/arguments.ts";
import { apply, type LayersEmitters } from "./layer.ts";
import { bordered, padded, sliding } from "./padding.ts";

export const conv: LayersEmitters<"conv" | "depthwise" | "separable"> = {
  conv({ attributes }, here) {
    const { filters, kernel, stride, padding, dilation, groups, bias, mode } = attributes;
    if (!isOne(dilation) || groups > 1) {
      return apply(here.custom("Conv", { filters, kernel, strides: stride, dilations: dilation, groups, bias }), bordered(padding, here, mode));
    }
    const { input, padding: word } = padded(attributes, here, mode);
    return apply(here.stock(`conv${kernel.length}d`, { filters, kernelSize: size(kernel), ...sliding(stride, word), ...biased(bias) }), input);
  },

  depthwise({ attributes }, here) {
    const { filters, kernel, stride, padding, dilation, groups, bias } = attributes;
    const multiplier = filters / groups;
    if (kernel.length !== 2 || !isOne(dilation)) {
      return apply(here.custom("DepthwiseConv", { multiplier, kernel, strides: stride, dilations: dilation, bias }), bordered(padding, here));
    }
    const { input, padding: word } = padded(attributes, here);
    const depthMultiplier = multiplier === 1 ? undefined : multiplier;
    return apply(here.stock("depthwiseConv2d", { kernelSize: size(kernel), ...sliding(stride, word), depthMultiplier, ...biased(bias) }), input);
  },

  separable({ attributes }, here) {
    const { filters, kernel, stride, padding, dilation, bias } = attributes;
    if (kernel.length !== 2 || !isOne(dilation)) {
      return apply(here.custom("SeparableConv", { filters, kernel, strides: stride, dilations: dilation, bias }), bordered(padding, here));
    }
    const { input, padding: word } = padded(attributes, here);
    return apply(here.stock("separableConv2d", { filters, kernelSize: size(kernel), ...sliding(stride, word), ...biased(bias) }), input);
  },
};

const biased = (bias: boolean): { readonly useBias?: false } => (bias ? {} : { useBias: false });
