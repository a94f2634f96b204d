/** Larger maps without weights. */

import type { GraphEmitters } from "./emitter.ts";
import { alongAxis, gather } from "./operations.ts";
import { text } from "./graph.ts";

export const resize: GraphEmitters<"upsample" | "pixel_shuffle"> = {
  upsample({ attributes: { size, mode, alignCorners } }, { graph, input, inputShape }) {
    if (mode === "nearest") {
      return size.reduce((value, n, axis) => gather(graph, value, axis + 1, Array.from({ length: n }, (_, i) => Math.floor((i * (inputShape.axes[axis] ?? 1)) / n))), input);
    }
    // Linear on each axis: a product with the matrix of the two neighbours' shares.
    return size.reduce(
      ({ value, shape }, n, axis) => {
        const from = shape.axes[axis] ?? 1;
        const place = (i: number): number => (alignCorners ? (n > 1 ? (i * (from - 1)) / (n - 1) : 0) : Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / n - 0.5)));
        return alongAxis(graph, value, shape, axis, n, (position, i) => Math.max(0, 1 - Math.abs(place(i) - position)));
      },
      { value: input, shape: inputShape },
    ).value;
  },
  pixel_shuffle({ attributes: { factor }, outputShape: { channels } }, { graph, input, inputShape }) {
    // Ours has a square's channels together, TensorFlow's the channels of each pixel of the square.
    const area = factor * factor;
    const sorted = gather(graph, input, inputShape.axes.length + 1, Array.from({ length: channels * area }, (_, k) => (k % channels) * area + Math.floor(k / channels)));
    return graph.node("DepthToSpace", [sorted], { block_size: { i: factor }, data_format: text("NHWC") });
  },
};
