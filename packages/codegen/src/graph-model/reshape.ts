/** The same values in another arrangement, which is told in PyTorch's order: channel, row, column. */

import type { Shape } from "@cnn-lang/shape-checker";
import { toChannelsFirst, toChannelsLast } from "../layout.ts";
import type { GraphEmitters } from "./emitter.ts";
import type { Graph, Node } from "./graph.ts";
import { asShape, reshape as arrange, transpose } from "./operations.ts";

export const reshape: GraphEmitters<"flatten" | "reshape" | "permute"> = {
  flatten: ({ outputShape }, { graph, input, inputShape }) =>
    inputShape.axes.length === 0 ? input : arrange(graph, channelsFirst(graph, input, inputShape), [-1, outputShape.channels]),
  reshape({ outputShape }, { graph, input, inputShape }) {
    const values = channelsFirst(graph, input, inputShape);
    const { channels, axes } = outputShape;
    if (isOrderFree(outputShape)) return asShape(graph, values, outputShape);
    return transpose(graph, arrange(graph, values, [-1, channels, ...axes]), toChannelsLast(axes.length + 2));
  },
  permute({ attributes: { order } }, { graph, input }) {
    const stored = order.map((axis) => (axis === 0 ? order.length : axis));
    return transpose(graph, input, [0, ...stored.slice(1), stored[0] ?? 1]);
  },
};

/** Whether channels-first and channels-last put the values in one order. */
const isOrderFree = ({ channels, axes }: Shape): boolean => channels === 1 || axes.every((n) => n === 1);

const channelsFirst = (graph: Graph, x: Node, shape: Shape): Node => (isOrderFree(shape) ? x : transpose(graph, x, toChannelsFirst(shape.axes.length + 2)));
