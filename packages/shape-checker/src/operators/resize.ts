/** Larger maps without weights: upsample, pixel_shuffle. */

import { shapeProblems } from "../codes/shapes.ts";
import { printShape, shapeNoun, type Shape } from "../shapes/shape.ts";
import { enlargement, type Window } from "../shapes/window.ts";
import { layer, refuse, type Problem } from "./operator.ts";
import { needsMap } from "./sliding.ts";

type Mode = "nearest" | "linear" | "bilinear" | "trilinear";

export interface UpsampleAttributes {
  /** The output's size on each axis. */
  readonly size: readonly number[];
  readonly mode: Mode;
  /** Whether the corner positions of input and output coincide, instead of the corners of their squares. */
  readonly alignCorners: boolean;
}
export interface PixelShuffleAttributes {
  readonly factor: number;
}

/** How many axes each interpolation is for. */
const axesOf: Readonly<Record<Exclude<Mode, "nearest">, number>> = { linear: 1, bilinear: 2, trilinear: 3 };

export const resize = {
  upsample: layer({
    doc: `Enlarges a map by a factor, or to a size: the nearest value, or between values by linear interpolation, with the
positions (i + ½)·in/out − ½, or i·(in − 1)/(out − 1) with align_corners=true (torch.nn.Upsample).`,
    signature: {
      factor: { kind: "size", minimum: 1, optional: true, doc: "How many times larger; a number, or one an axis." },
      mode: { kind: "word", words: ["nearest", "linear", "bilinear", "trilinear"], default: "nearest", doc: "How new positions get their values." },
      align_corners: { kind: "boolean", default: false, doc: "Whether the corner positions stay where they are." },
      size: { kind: "size", minimum: 1, optional: true, doc: "The output's size, in place of a factor." },
    },
    infer(args, input) {
      if (input.axes.length === 0) return refuse<UpsampleAttributes>(needsMap("upsample", input));
      const { factor, mode } = args;
      const size = args.size ?? factor?.map((by, axis) => by * (input.axes[axis] ?? 0));
      if (size === undefined || (args.size && factor)) {
        const given = factor ? "both" : "neither";
        const finding = shapeProblems.exactlyOne({ operator: "upsample", one: "factor", other: "size", given });
        const fixes = factor ? [{ title: "leave size out", remove: "size" }] : [{ title: "double the size: 2", set: "factor", text: "2" }];
        return refuse<UpsampleAttributes>({ finding, ...(factor && { at: "size" }), about: "nothing", fixes });
      }
      const interpolates = mode !== "nearest";
      const factors = size.map((n, axis) => n / (input.axes[axis] ?? n));
      const facts = {
        attributes: { size, mode, alignCorners: args.align_corners && interpolates },
        outputShape: { channels: input.channels, axes: size },
        weights: [],
        macs: 0,
        // To a size that is no multiple, windows differ from place to place; like adaptive pools it then counts as global.
        window: factors.every(Number.isInteger) ? factors.map((by): Window => enlargement(by, interpolates)) : "global",
        keeps: "nothing",
      } as const;
      const problem = interpolates ? modeProblem(mode, input) : args.align_corners ? cornersProblem : undefined;
      return problem ? refuse(problem, facts) : facts;
    },
  }),

  pixel_shuffle: layer({
    doc: `Unfolds channels into pixels: (C·r²)@HxW becomes C@(H·r)x(W·r), the channel c·r² + i·r + j giving pixel (i, j) of each
r by r square (Shi et al. 2016; torch.nn.PixelShuffle).`,
    signature: { factor: { kind: "count", minimum: 1, unit: "times", doc: "How many times larger the map becomes." } },
    infer({ factor }, input) {
      if (input.axes.length !== 2) {
        const needs = { what: "pixel_shuffle", needs: "feature maps (C@HxW)", noun: shapeNoun(input), input: printShape(input) };
        return refuse<PixelShuffleAttributes>({ finding: shapeProblems.wrongAxes(needs), at: 0 });
      }
      const channels = input.channels / factor ** 2;
      if (!Number.isInteger(channels)) {
        const finding = shapeProblems.channelsDoNotUnfold({ channels: input.channels, factor });
        return refuse<PixelShuffleAttributes>({ finding, at: "factor", about: "channels" });
      }
      return {
        attributes: { factor },
        outputShape: { channels, axes: input.axes.map((n) => n * factor) },
        weights: [],
        macs: 0,
        window: input.axes.map(() => enlargement(factor, false)),
        keeps: "nothing",
      };
    },
  }),
};

const cornersProblem: Problem = {
  finding: shapeProblems.cornersNeedInterpolation({}),
  at: "align_corners",
  about: "nothing",
  fixes: [{ title: "leave align_corners out", remove: "align_corners" }],
};

function modeProblem(mode: Exclude<Mode, "nearest">, input: Shape): Problem | undefined {
  if (axesOf[mode] === input.axes.length) return undefined;
  const needs = { linear: "sequences (C@L)", bilinear: "feature maps (C@HxW)", trilinear: "volumes (C@DxHxW)" }[mode];
  const right = ["linear", "bilinear", "trilinear"][input.axes.length - 1] ?? "nearest";
  return {
    finding: shapeProblems.wrongAxes({ what: `mode=${mode}`, needs, noun: shapeNoun(input), input: printShape(input) }),
    at: "mode",
    fixes: [{ title: `interpolate over its axes: mode=${right}`, set: "mode", text: right }],
  };
}
