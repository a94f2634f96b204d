/** Dense layers: each output is a weighted sum of all inputs. */

import { shapeProblems } from "../codes/shapes.ts";
import { countElements, printShape, vector } from "../shapes/shape.ts";
import { layer, refuse, type Facts } from "./operator.ts";
import { filterWeights, product } from "./weights.ts";

export interface DenseAttributes {
  readonly units: number;
  readonly bias: boolean;
  /** `all`: of the whole vector; `channels`: of the channels at every position of a map, with the same weights. */
  readonly over: "all" | "channels";
}

export const dense = {
  dense: layer({
    doc: `Dense (fully connected) layer: y = W·x + b over the whole vector, or with over=channels over the channels at every
position of a map (torch.nn.Linear; as ConvNeXt, Liu et al. 2022, uses it).`,
    signature: {
      units: { kind: "count", minimum: 1, unit: "units", doc: "How many numbers come out." },
      bias: { kind: "boolean", default: true, doc: "Whether each unit adds a number of its own." },
      over: { kind: "word", words: ["all", "channels"], default: "all", doc: "`channels`: at every position of a map." },
    },
    infer({ units, bias, over }, input) {
      const perPosition = over === "channels";
      const facts = (inputs: number, axes: readonly number[]): Facts<DenseAttributes> => ({
        attributes: { units, bias, over },
        outputShape: { channels: units, axes },
        weights: filterWeights([units, inputs], units, bias),
        macs: units * inputs * product(axes),
        window: perPosition ? "pointwise" : "global",
        keeps: "input",
      });
      if (perPosition || input.axes.length === 0) return facts(input.channels, perPosition ? input.axes : []);
      const count = countElements(input);
      const finding = shapeProblems.denseOnMap({ input: printShape(input), count, channels: input.channels });
      const fixes = [
        { title: `flatten ${printShape(input)} to ${count}`, before: "flatten" },
        { title: `average ${printShape(input)} to ${input.channels}`, before: "globalavgpool" },
      ];
      return refuse({ finding, at: 0, fixes }, facts(vector(count).channels, []));
    },
  }),
};
