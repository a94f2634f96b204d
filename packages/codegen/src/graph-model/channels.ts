/** What happens to channels alone. */

import type { GraphEmitters } from "./emitter.ts";
import { gather, multiply, slice } from "./operations.ts";

export const channels: GraphEmitters<"split" | "channel_shuffle" | "scale"> = {
  split: ({ attributes }, { graph, input, inputShape: { axes } }) =>
    slice(graph, input, [0, ...axes.map(() => 0), attributes.from], [-1, ...axes.map(() => -1), attributes.channels]),
  // Channel g · n + i of G groups of n becomes i · G + g.
  channel_shuffle({ attributes: { groups } }, { graph, input, inputShape: { channels: count, axes } }) {
    const size = count / groups;
    return gather(graph, input, axes.length + 1, Array.from({ length: count }, (_, k) => (k % groups) * size + Math.floor(k / groups)));
  },
  scale: (_, { graph, input, weight }) => multiply(graph, input, weight("")),
};
