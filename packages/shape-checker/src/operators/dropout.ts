/** Dropout: while training, some values are zeroed at random and the rest scaled by 1/(1 − p). Nothing happens afterwards. */

import type { Shape } from "../shapes/shape.ts";
import { layer, refuse, type Facts } from "./operator.ts";
import { needsMap } from "./sliding.ts";

export interface DropoutAttributes {
  /** The share that is dropped. */
  readonly p: number;
}

const signature = {
  p: { kind: "real", minimum: 0, maximum: 1, exclusive: "maximum", default: 0.5, doc: "The share that is dropped: 0 ≤ p < 1." },
} as const;

const dropped = (p: number, input: Shape, keeps: "output" | "nothing"): Facts<DropoutAttributes> => ({
  attributes: { p },
  outputShape: input,
  weights: [],
  macs: 0,
  window: "pointwise",
  keeps,
});

export const dropout = {
  dropout: layer({
    doc: "Zeroes each value with probability p while training (Srivastava et al. 2014; torch.nn.Dropout).",
    signature,
    infer: ({ p }, input) => dropped(p, input, "output"),
  }),
  spatial_dropout: layer({
    doc: "Zeroes whole channels of a map with probability p while training (Tompson et al. 2015; torch.nn.Dropout2d).",
    signature,
    infer: ({ p }, input) =>
      input.axes.length > 0
        ? dropped(p, input, "nothing")
        : refuse(
            { ...needsMap("spatial_dropout", input), fixes: [{ title: "drop single values", instead: `dropout ${p}` }] },
            dropped(p, input, "nothing"),
          ),
  }),
  droppath: layer({
    doc: `Stochastic depth: zeroes a whole sample with probability p while training, so that only a skip connection is left of
its block (Huang et al. 2016; torchvision.ops.StochasticDepth(mode="row")).`,
    signature,
    infer: ({ p }, input) => dropped(p, input, "nothing"),
  }),
};
