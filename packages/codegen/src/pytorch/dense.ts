/** Dense layers. */

import { module, named, nn, placed, type TorchEmitters } from "./construction.ts";

export const dense: TorchEmitters<"dense"> = {
  dense: ({ attributes: { units, bias } }, { inputShape, helper }) =>
    module(
      inputShape.axes.length === 0 ? nn("Linear") : helper("PointwiseLinear"),
      placed("in_features", inputShape.channels),
      placed("out_features", units),
      named("bias", bias, true),
    ),
};
