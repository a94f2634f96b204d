/** Pools of the whole map, and of a grid of regions. */

import type { Shape } from "@cnn-lang/shape-checker";
import type { GraphEmitters } from "./emitter.ts";
import type { Graph, Node } from "./graph.ts";
import { alongAxis, concat, gather, reduce } from "./operations.ts";

const positions = ({ axes }: Shape): readonly number[] => axes.map((_, axis) => axis + 1);

/** Region i of n over `from` positions reaches from ⌊i · from / n⌋ to ⌈(i + 1) · from / n⌉. */
const region = (i: number, from: number, n: number): readonly [start: number, end: number] => [Math.floor((i * from) / n), Math.ceil(((i + 1) * from) / n)];

export const globalPool: GraphEmitters<"globalavgpool" | "globalmaxpool" | "adaptiveavgpool" | "adaptivemaxpool"> = {
  globalavgpool: (_, { graph, input, inputShape }) => reduce(graph, "Mean", input, positions(inputShape), false),
  globalmaxpool: (_, { graph, input, inputShape }) => reduce(graph, "Max", input, positions(inputShape), false),
  // A mean of means along each axis, each a product with a matrix.
  adaptiveavgpool: ({ attributes: { size } }, { graph, input, inputShape }) =>
    size.reduce(
      ({ value, shape }, n, axis) => {
        const from = shape.axes[axis] ?? 1;
        return alongAxis(graph, value, shape, axis, n, (position, i) => {
          const [start, end] = region(i, from, n);
          return position >= start && position < end ? 1 / (end - start) : 0;
        });
      },
      { value: input, shape: inputShape },
    ).value,
  adaptivemaxpool: ({ attributes: { size } }, { graph, input, inputShape }) => size.reduce((value, n, axis) => largestOfRegions(graph, value, axis + 1, inputShape.axes[axis] ?? 1, n), input),
};

function largestOfRegions(graph: Graph, x: Node, axis: number, from: number, n: number): Node {
  const parts = Array.from({ length: n }, (_, i) => {
    const [start, end] = region(i, from, n);
    return reduce(graph, "Max", gather(graph, x, axis, Array.from({ length: end - start }, (_, k) => start + k)), [axis], true);
  });
  return concat(graph, parts, axis);
}
