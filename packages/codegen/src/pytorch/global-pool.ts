/** Pools of the whole map, and of a grid of regions. */

import type { LayerOf } from "@cnn-lang/shape-checker";
import { construct, module, nn, placed, size, type Context, type TorchEmitters, type TorchLayer } from "./construction.ts";

const global = (name: "AdaptiveAvgPool" | "AdaptiveMaxPool") => (_: LayerOf<"globalavgpool" | "globalmaxpool">, { inputShape }: Context): TorchLayer =>
  module(
    nn("Sequential"),
    placed("pool", construct(nn(`${name}${inputShape.axes.length}d`), placed("output_size", 1))),
    placed("flatten", construct(nn("Flatten"))),
  );

const adaptive = (name: "AdaptiveAvgPool" | "AdaptiveMaxPool") => ({ attributes }: LayerOf<"adaptiveavgpool" | "adaptivemaxpool">): TorchLayer =>
  module(nn(`${name}${attributes.size.length}d`), placed("output_size", size(attributes.size)));

export const globalPool: TorchEmitters<"globalavgpool" | "globalmaxpool" | "adaptiveavgpool" | "adaptivemaxpool"> = {
  globalavgpool: global("AdaptiveAvgPool"),
  globalmaxpool: global("AdaptiveMaxPool"),
  adaptiveavgpool: adaptive("AdaptiveAvgPool"),
  adaptivemaxpool: adaptive("AdaptiveMaxPool"),
};
