/**
 * Norms. The stock batch norm has no volumes, crashes in training without scale and offset, and moves its statistics even
 * where it is frozen: there ours stands.
 */

import { apply, type LayersEmitters } from "./layer.ts";

export const normalization: LayersEmitters<"batchnorm" | "layernorm" | "groupnorm" | "instancenorm" | "localresponsenorm"> = {
  batchnorm({ attributes: { eps, momentum, affine }, frozen }, here) {
    const isStock = affine && !frozen && here.inputShape.axes.length < 3;
    const layer = isStock
      ? here.stock("batchNormalization", { epsilon: eps, momentum: 1 - momentum })
      : here.custom("BatchNorm", { eps, momentum, affine, frozen });
    return apply(layer, here.input);
  },
  layernorm({ attributes: { eps, over, affine } }, here) {
    const { axes } = here.inputShape;
    const axis = over === "all" && axes.length > 0 ? [...axes, 0].map((_, index) => index + 1) : undefined;
    const isStock = affine && axes.length < 3;
    return apply(isStock ? here.stock("layerNormalization", { axis, epsilon: eps }) : here.custom("LayerNorm", { over, eps, affine }), here.input);
  },
  groupnorm: ({ attributes: { groups, eps, affine } }, here) => apply(here.custom("GroupNorm", { groups, eps, affine }), here.input),
  instancenorm: ({ attributes: { eps, affine } }, here) => apply(here.custom("GroupNorm", { groups: here.inputShape.channels, eps, affine }), here.input),
  localresponsenorm: ({ attributes: { size, alpha, beta, k } }, here) => apply(here.custom("LocalResponseNorm", { size, alpha, beta, k }), here.input),
};
