/** The same values in another arrangement: flatten, reshape, permute. */

import { shapeProblems } from "../codes/shapes.ts";
import { axisNames, countElements, printShape, vector, type Shape } from "../shapes/shape.ts";
import type { NoAttributes } from "./activations.ts";
import { layer, refuse, type Facts } from "./operator.ts";
import { needsMap } from "./sliding.ts";

export interface ReshapeAttributes {
  readonly shape: Shape;
}
export interface PermuteAttributes {
  /** For each axis of the result, channels first, the input's axis it is; 0 is the input's channels. */
  readonly order: readonly number[];
}

/** Values change their place, so that windows before it say nothing about windows after it. */
const moved = <A>(attributes: A, outputShape: Shape): Facts<A> => ({
  attributes,
  outputShape,
  weights: [],
  macs: 0,
  window: "global",
  keeps: "nothing",
});

export const reshape = {
  flatten: layer({
    doc: "All values as one vector, in the order channel, row, column (torch.nn.Flatten).",
    signature: {},
    infer: (_, input): Facts<NoAttributes> => moved({}, vector(countElements(input))),
  }),

  reshape: layer({
    doc: "The same values, in the order channel, row, column, in another shape: reshape 16@4x4 (torch.reshape).",
    signature: { shape: { kind: "shape", doc: "The new shape; it holds as many values." } },
    infer({ shape }, input) {
      const [inputCount, shapeCount] = [countElements(input), countElements(shape)];
      const facts = moved<ReshapeAttributes>({ shape }, shape);
      if (inputCount === shapeCount) return facts;
      const finding = shapeProblems.countsDiffer({
        input: printShape(input),
        inputCount: explainCount(input),
        shape: printShape(shape),
        shapeCount: explainCount(shape),
      });
      const channels = inputCount / countElements({ ...shape, channels: 1 });
      const text = printShape({ ...shape, channels });
      const fixes = Number.isInteger(channels) ? [{ title: `make the counts agree: ${text}`, set: "shape", text }] : [];
      return refuse({ finding, at: "shape", fixes }, facts);
    },
  }),

  permute: layer({
    doc: `The axes in another order; the first becomes the channels: permute [height, width, channels] makes 3@32x40 a
32@40x3 (torch.permute).`,
    signature: {
      order: {
        kind: "words",
        words: ["channels", "height", "width", "depth", "length"],
        doc: "The result's axes in order, by the input's names for them.",
      },
    },
    infer({ order }, input) {
      if (input.axes.length === 0) return refuse<PermuteAttributes>(needsMap("permute", input));
      const names: readonly string[] = ["channels", ...(axisNames[input.axes.length] ?? [])];
      const indices = order.map((name) => names.indexOf(name));
      if (indices.length === names.length && new Set(indices).size === names.length && !indices.includes(-1)) {
        const sizes = indices.map((index) => [input.channels, ...input.axes][index] ?? 0);
        return moved<PermuteAttributes>({ order: indices }, { channels: sizes[0] ?? 0, axes: sizes.slice(1) });
      }
      const kept: readonly string[] = order.filter((name) => names.includes(name));
      const text = `[${[...new Set([...kept, ...names])].join(", ")}]`;
      const finding = shapeProblems.wrongOrder({ order: `[${order.join(", ")}]`, input: printShape(input), axes: names.join(", ") });
      return refuse<PermuteAttributes>({ finding, at: "order", fixes: [{ title: `name each axis once: ${text}`, set: "order", text }] });
    },
  }),
};

/** "16·4·4 = 256"; the number alone for a vector. */
function explainCount(shape: Shape): string {
  const factors = [shape.channels, ...shape.axes];
  return factors.length === 1 ? `${shape.channels}` : `${factors.join("·")} = ${countElements(shape)}`;
}
