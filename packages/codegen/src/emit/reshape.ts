/** The same values in another arrangement, which is told in PyTorch's order: channel, row, column. */

import type { Shape } from "@cnn-lang/shape-checker";
import { code, type Code } from "../code.ts";
import { tensorShape, toChannelsFirst, toChannelsLast } from "../layout.ts";
import type { Emitters } from "./emitter.ts";

export const reshape: Emitters<"flatten" | "reshape" | "permute"> = {
  flatten: {
    core: ({ outputShape }, { input, inputShape }) =>
      inputShape.axes.length === 0 ? input : code`tf.reshape(${channelsFirst(input, inputShape)}, ${[-1, outputShape.channels]})`,
  },
  reshape: {
    core({ outputShape }, { input, inputShape }) {
      const values = channelsFirst(input, inputShape);
      if (isOrderFree(outputShape)) return code`tf.reshape(${values}, ${[-1, ...tensorShape(outputShape)]})`;
      const { channels, axes } = outputShape;
      return code`tf.transpose(tf.reshape(${values}, ${[-1, channels, ...axes]}), ${toChannelsLast(axes.length + 2)})`;
    },
  },
  permute: {
    core({ attributes: { order } }, { input }) {
      const stored = order.map((axis) => (axis === 0 ? order.length : axis));
      return code`tf.transpose(${input}, ${[0, ...stored.slice(1), stored[0]]})`;
    },
  },
};

/** Whether channels-first and channels-last put the values in one order. */
const isOrderFree = ({ channels, axes }: Shape): boolean => channels === 1 || axes.every((n) => n === 1);

const channelsFirst = (input: Code, shape: Shape): Code =>
  isOrderFree(shape) ? input : code`tf.transpose(${input}, ${toChannelsFirst(shape.axes.length + 2)})`;
