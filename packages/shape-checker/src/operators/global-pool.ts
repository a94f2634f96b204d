/** Pools without a sliding window: of the whole map to a vector, or of a grid of regions to a map of a wanted size. */

import { vector, type Shape } from "../shapes/shape.ts";
import type { NoAttributes } from "./activations.ts";
import { layer, refuse, type Facts } from "./operator.ts";
import { needsMap } from "./sliding.ts";

export interface AdaptivePoolAttributes {
  /** The output's size. Region i of n over `input` positions is floor(i·input / n) up to ceil((i + 1)·input / n). */
  readonly size: readonly number[];
}

const pooled = <A>(attributes: A, outputShape: Shape, keeps: "input" | "nothing"): Facts<A> => ({
  attributes,
  outputShape,
  weights: [],
  macs: 0,
  window: "global",
  keeps,
});

const global = (operator: string, doc: string, keeps: "input" | "nothing") =>
  layer({
    doc,
    signature: {},
    infer: (_, input) =>
      input.axes.length === 0
        ? refuse<NoAttributes>(needsMap(operator, input))
        : pooled<NoAttributes>({}, vector(input.channels), keeps),
  });

const adaptive = (operator: string, doc: string, keeps: "input" | "nothing") =>
  layer({
    doc,
    signature: { size: { kind: "size", minimum: 1, doc: "The output's height and width (or length, or all three)." } },
    infer: ({ size }, input) =>
      input.axes.length === 0
        ? refuse<AdaptivePoolAttributes>(needsMap(operator, input))
        : pooled<AdaptivePoolAttributes>({ size }, { channels: input.channels, axes: size }, keeps),
  });

export const globalPool = {
  globalavgpool: global("globalavgpool", "The mean of each channel's map: C@HxW becomes the vector C (Lin et al. 2014, Network in Network).", "nothing"),
  globalmaxpool: global("globalmaxpool", "The largest value of each channel's map: C@HxW becomes the vector C.", "input"),
  adaptiveavgpool: adaptive(
    "adaptiveavgpool",
    `The mean of each region of a grid of the wanted size; region i of n reaches from floor(i·in/n) to ceil((i + 1)·in/n), so
sizes need not divide. Keeps the map: adaptiveavgpool 1 gives C@1x1 (torch.nn.AdaptiveAvgPool2d).`,
    "nothing",
  ),
  adaptivemaxpool: adaptive(
    "adaptivemaxpool",
    "The largest value of each region of a grid of the wanted size, the regions as in adaptiveavgpool (torch.nn.AdaptiveMaxPool2d).",
    "input",
  ),
};
