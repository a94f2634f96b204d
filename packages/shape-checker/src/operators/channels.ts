/** What happens to channels alone: split, channel_shuffle, scale. */

import { shapeProblems } from "../codes/shapes.ts";
import { printShape, type Shape } from "../shapes/shape.ts";
import { groupProblem } from "./groups.ts";
import { layer, refuse, type Facts, type FixRequest } from "./operator.ts";
import { constant, parameter } from "./weights.ts";

export interface SplitAttributes {
  /** The first channel of this part, from 0. */
  readonly from: number;
  /** How many channels it has. */
  readonly channels: number;
}
export interface ChannelShuffleAttributes {
  readonly groups: number;
}
export interface ScaleAttributes {
  readonly init: number;
}

const pointwise = { macs: 0, window: "pointwise" } as const;

export const channels = {
  split: layer({
    doc: "Parts the channels: into equal parts (split 2 as a, b), or into parts of given sizes (split [24, 40] as a, b; torch.split).",
    signature: { parts: { kind: "counts", minimum: 1, single: true, doc: "How many equal parts, or a list of their channels." } },
    infer({ parts }, input): readonly Facts<SplitAttributes>[] | ReturnType<typeof refuse<SplitAttributes>> {
      const sizes = typeof parts === "number" ? Array.from({ length: parts }, () => input.channels / parts) : parts;
      const total = sizes.reduce((sum, size) => sum + size, 0);
      if (sizes.every(Number.isInteger) && total === input.channels) {
        return sizes.map((size, index) => ({
          ...pointwise,
          attributes: { from: sizes.slice(0, index).reduce((sum, n) => sum + n, 0), channels: size },
          outputShape: { channels: size, axes: input.axes },
          weights: [],
          keeps: "nothing",
        }));
      }
      const arithmetic =
        typeof parts === "number"
          ? `${input.channels} / ${parts} = ${Number((input.channels / parts).toFixed(2))} is not whole`
          : `${parts.join(" + ")} = ${total}, not ${input.channels}`;
      const finding = shapeProblems.partsDoNotFit({ input: printShape(input), arithmetic });
      return refuse<SplitAttributes>({ finding, at: "parts", fixes: fittingParts(parts, total, input) });
    },
  }),

  channel_shuffle: layer({
    doc: `Mixes groups: channel g·n + i of G groups of n becomes channel i·G + g, so that the next grouped layer sees all of them
(Zhang et al. 2018, ShuffleNet; torch.nn.ChannelShuffle).`,
    signature: { groups: { kind: "count", minimum: 1, unit: "groups", doc: "How many groups are mixed." } },
    infer({ groups }, input) {
      const problem = groupProblem(groups, input.channels, "channels");
      const facts: Facts<ChannelShuffleAttributes> = { ...pointwise, attributes: { groups }, outputShape: input, weights: [], keeps: "nothing" };
      return problem ? refuse(problem, facts) : facts;
    },
  }),

  scale: layer({
    doc: `Multiplies each channel by a learned factor (layer scale: Touvron et al. 2021, CaiT; Liu et al. 2022, ConvNeXt). The
tensor is called by the path alone.`,
    signature: { init: { kind: "real", default: 1, doc: "The factors at the start; ConvNeXt takes 1e-6." } },
    infer: ({ init }, input): Facts<ScaleAttributes> => ({
      ...pointwise,
      attributes: { init },
      outputShape: input,
      weights: [parameter("", [input.channels, ...input.axes.map(() => 1)], constant(init))],
      keeps: "input",
    }),
  }),
};

/** Where only the last part is off, offers the list with what is left for it. */
function fittingParts(parts: number | readonly number[], total: number, input: Shape): readonly FixRequest[] {
  if (typeof parts === "number") return [];
  const last = (parts.at(-1) ?? 0) + input.channels - total;
  const text = `[${[...parts.slice(0, -1), last].join(", ")}]`;
  return last >= 1 ? [{ title: `give the last part what is left: ${text}`, set: "parts", text }] : [];
}
