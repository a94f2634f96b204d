/** What happens to channels alone: split, channel_shuffle, scale. */

import { shapeProblems } from "../codes/shapes.ts";
import { printShape } from "../shapes/shape.ts";
import { groupProblem } from "./groups.ts";
import { layer, refuse, type Facts, type FixRequest, type Refusal } from "./operator.ts";
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
    infer({ parts }, input): readonly Facts<SplitAttributes>[] | Refusal<SplitAttributes> {
      const misfit = explainMisfit(parts, input.channels);
      if (misfit !== undefined) {
        const finding = shapeProblems.partsDoNotFit({ input: printShape(input), arithmetic: misfit });
        return refuse<SplitAttributes>({ finding, at: "parts", about: "channels", fixes: fittingParts(parts, input.channels) });
      }
      const sizes = typeof parts === "number" ? Array.from({ length: parts }, () => input.channels / parts) : parts;
      return sizes.map((size, index) => ({
        ...pointwise,
        attributes: { from: sum(sizes.slice(0, index)), channels: size },
        outputShape: { channels: size, axes: input.axes },
        weights: [],
        keeps: "nothing",
      }));
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

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

/** The most parts, as the most items of a list. */
const mostParts = 10_000;

/** Why the parts do not make up the channels: "64 / 3 = 21.33 is not whole". */
function explainMisfit(parts: number | readonly number[], channels: number): string | undefined {
  if (typeof parts !== "number") return sum(parts) === channels ? undefined : `${parts.join(" + ")} = ${sum(parts)}, not ${channels}`;
  if (channels % parts !== 0) return `${channels} / ${parts} = ${Number(channels < parts ? (channels / parts).toPrecision(2) : (channels / parts).toFixed(2))} is not whole`;
  return parts > mostParts ? `${parts} parts are more than ${mostParts}` : undefined;
}

/** More parts than this are no list that one would write. */
const mostListed = 8;

/** Where only the last part is off, offers the list with what is left for it. */
function fittingParts(parts: number | readonly number[], channels: number): readonly FixRequest[] {
  if (typeof parts === "number") {
    const equal = Math.floor(channels / parts);
    if (equal < 1 || parts > mostListed) return [];
    const text = `[${[...Array.from({ length: parts - 1 }, () => equal), channels - (parts - 1) * equal].join(", ")}]`;
    return [{ title: `give the last part what is left: ${text}`, set: "parts", text }];
  }
  const others = parts.slice(0, -1);
  const text = `[${[...others, channels - sum(others)].join(", ")}]`;
  return channels > sum(others) ? [{ title: `give the last part what is left: ${text}`, set: "parts", text }] : [];
}
