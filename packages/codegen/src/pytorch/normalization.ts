/** Norms. PyTorch's batch norm is of the map's number of axes; a frozen one never leaves its stored statistics. */

import { module, named, nn, placed, type TorchEmitters } from "./construction.ts";

export const normalization: TorchEmitters<"batchnorm" | "layernorm" | "groupnorm" | "instancenorm" | "localresponsenorm"> = {
  batchnorm({ attributes: { eps, momentum, affine }, frozen }, { inputShape, helper }) {
    const rank = ([1, 1, 2, 3] as const)[inputShape.axes.length] ?? 3;
    return module(
      frozen ? helper(`FrozenBatchNorm${rank}d`) : nn(`BatchNorm${rank}d`),
      placed("num_features", inputShape.channels),
      named("eps", eps, 1e-5),
      named("momentum", momentum, 0.1),
      named("affine", affine, true),
    );
  },
  layernorm({ attributes: { eps, over, affine } }, { inputShape: { channels, axes }, helper }) {
    const isMap = axes.length > 0;
    return module(
      isMap && over === "channels" ? helper("ChannelLayerNorm") : nn("LayerNorm"),
      placed("normalized_shape", isMap && over === "all" ? [channels, ...axes] : channels),
      named("eps", eps, 1e-5),
      named("elementwise_affine", affine, true),
    );
  },
  groupnorm: ({ attributes: { groups, eps, affine } }, { inputShape }) =>
    module(nn("GroupNorm"), placed("num_groups", groups), placed("num_channels", inputShape.channels), named("eps", eps, 1e-5), named("affine", affine, true)),
  instancenorm: ({ attributes: { eps, affine } }, { inputShape: { channels, axes } }) =>
    module(nn(`InstanceNorm${axes.length}d`), placed("num_features", channels), named("eps", eps, 1e-5), named("affine", affine, false)),
  localresponsenorm: ({ attributes: { size, alpha, beta, k } }) =>
    module(nn("LocalResponseNorm"), placed("size", size), named("alpha", alpha, 1e-4), named("beta", beta, 0.75), named("k", k, 1)),
};
