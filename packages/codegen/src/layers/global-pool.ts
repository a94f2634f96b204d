/** Pools of the whole map, and of a grid of regions. */

import type { LayerOf } from "@cnn-lang/shape-checker";
import type { Code } from "../code.ts";
import { size } from "../emit/arguments.ts";
import { apply, type Context, type LayersEmitters } from "./layer.ts";

const global = (kind: "Average" | "Max") => (_: LayerOf<"globalavgpool" | "globalmaxpool">, here: Context): Code => {
  const rank = here.inputShape.axes.length;
  return apply(rank === 3 ? here.custom(kind === "Max" ? "GlobalMaxPool" : "GlobalAvgPool") : here.stock(`global${kind}Pooling${rank}d`), here.input);
};

/** A grid whose regions are all of one size is a pool. */
const adaptive = (kind: "average" | "max") => ({ attributes }: LayerOf<"adaptiveavgpool" | "adaptivemaxpool">, here: Context): Code => {
  const window = here.inputShape.axes.map((n, axis) => n / (attributes.size[axis] ?? n));
  const layer = window.every(Number.isInteger)
    ? here.stock(`${kind}Pooling${window.length}d`, { poolSize: size(window), strides: size(window) })
    : here.custom(kind === "max" ? "AdaptiveMaxPool" : "AdaptiveAvgPool", { size: attributes.size });
  return apply(layer, here.input);
};

export const globalPool: LayersEmitters<"globalavgpool" | "globalmaxpool" | "adaptiveavgpool" | "adaptivemaxpool"> = {
  globalavgpool: global("Average"),
  globalmaxpool: global("Max"),
  adaptiveavgpool: adaptive("average"),
  adaptivemaxpool: adaptive("max"),
};
