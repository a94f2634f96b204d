/** Pools of the whole map, and of a grid of regions. */

import { code } from "../code.ts";
import { size } from "./arguments.ts";
import type { Emitters } from "./emitter.ts";

export const globalPool: Emitters<"globalavgpool" | "globalmaxpool" | "adaptiveavgpool" | "adaptivemaxpool"> = {
  globalavgpool: { core: (_, { input, inputShape }) => code`tf.mean(${input}, ${inputShape.axes.map((_, axis) => axis + 1)})` },
  // tfjs's tf.max gives the gradient to every one of equal values.
  globalmaxpool: { core: (_, { input, primitive }) => code`${primitive("globalMaxPool")}(${input})` },
  adaptiveavgpool: {
    core({ attributes }, { input, inputShape: { axes }, primitive }) {
      const window = axes.map((n, axis) => n / (attributes.size[axis] ?? n));
      return axes.length === 2 && window.every(Number.isInteger)
        ? code`tf.avgPool(${input}, ${size(window)}, ${size(window)}, ${"valid"})`
        : code`${primitive("adaptiveAvgPool")}(${input}, ${attributes.size})`;
    },
  },
  adaptivemaxpool: {
    core({ attributes }, { input, inputShape: { axes }, primitive }) {
      const window = axes.map((n, axis) => n / (attributes.size[axis] ?? n));
      return axes.length === 2 && window.every(Number.isInteger)
        ? code`tf.maxPool(${input}, ${size(window)}, ${size(window)}, ${"valid"})`
        : code`${primitive("adaptiveMaxPool")}(${input}, ${attributes.size})`;
    },
  },
};
