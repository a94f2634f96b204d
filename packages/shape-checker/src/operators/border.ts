/** Borders added or cut off: pad, crop. */

import { shapeProblems } from "../codes/shapes.ts";
import { axisName, printShape, printSize, type Shape } from "../shapes/shape.ts";
import { border as borderWindow, outputSize } from "../shapes/window.ts";
import { layer, refuse, type Pairs, type Problem } from "./operator.ts";
import { needsMap, paddingOf } from "./sliding.ts";

export interface PadAttributes {
  /** Zero channels before and after the others. */
  readonly channels: readonly [number, number];
  /** Before and after on each spatial axis. */
  readonly amount: Pairs;
  readonly mode: "zeros" | "reflect" | "replicate";
}
export interface CropAttributes {
  /** The first position kept on each axis, from 0. */
  readonly at: readonly number[];
  readonly size: readonly number[];
}

export const border = {
  pad: layer({
    doc: `Adds a border: zeros, the map mirrored without its edge (reflect), or its edge repeated (replicate); or, with
channels=N, zero channels before and after in equal number, up to N in all (torch.nn.functional.pad; the parameter-free
shortcut of He et al. 2016).`,
    signature: {
      amount: { kind: "padding", same: false, optional: true, doc: "How much on each side: a number, a size, or before/after pairs." },
      mode: { kind: "word", words: ["zeros", "reflect", "replicate"], default: "zeros", doc: "What the border holds." },
      channels: { kind: "count", minimum: 1, unit: "channels", optional: true, doc: "Channels in all, in place of an amount." },
    },
    infer({ amount, mode, channels }, input) {
      if ((amount === undefined) === (channels === undefined)) {
        const given = amount ? "both" : "neither";
        const finding = shapeProblems.exactlyOne({ operator: "pad", one: "amount", other: "channels", given });
        const fixes = amount ? [{ title: "leave channels out", remove: "channels" }] : [{ title: "pad by one: 1", set: "amount", text: "1" }];
        return refuse<PadAttributes>({ finding, ...(amount && { at: "channels" }), about: "nothing", fixes });
      }
      if (channels !== undefined) return padChannels(channels, mode, input);
      if (input.axes.length === 0) return refuse<PadAttributes>(needsMap("pad", input));
      const window = input.axes.map((_, axis) => borderWindow(...(amount?.[axis] ?? [0, 0])));
      const pairs = paddingOf(window);
      const problem = mirrorProblem(mode, pairs, input);
      const facts = {
        attributes: { channels: [0, 0], amount: pairs, mode },
        outputShape: { channels: input.channels, axes: window.map((w, axis) => outputSize(input.axes[axis] ?? 0, w)) },
        weights: [],
        macs: 0,
        window,
        keeps: "nothing",
      } as const;
      return problem ? refuse(problem, facts) : facts;
    },
  }),

  crop: layer({
    doc: `Cuts a piece of the wanted size out of a map: the centre (one position nearer the start where that is not whole), or from
the position given by at (the copy-and-crop of U-Net, Ronneberger et al. 2015).`,
    signature: {
      size: { kind: "size", minimum: 1, doc: "The height and width that stay." },
      at: { kind: "counts", minimum: 0, single: false, optional: true, doc: "The first position kept on each axis, `[top, left]`; the centre unless given." },
    },
    infer({ size, at }, input) {
      if (input.axes.length === 0) return refuse<CropAttributes>(needsMap("crop", input));
      const start = input.axes.map((n, axis) => at?.[axis] ?? Math.max(0, Math.floor((n - (size[axis] ?? 0)) / 2)));
      const bad = input.axes.findIndex((n, axis) => (start[axis] ?? 0) + (size[axis] ?? 0) > n);
      if (bad >= 0 || (at && at.length !== input.axes.length)) {
        const smaller = printSize(input.axes.map((n, axis) => Math.min(n, size[axis] ?? n)));
        return refuse<CropAttributes>({
          finding: shapeProblems.cropTooLarge({ size: printSize(size), input: printShape(input), difference: explainCrop(input, size, at, bad) }),
          at: at ? "at" : "size",
          about: "size",
          fixes: at ? [{ title: "crop the centre", remove: "at" }] : [{ title: `crop what is there: ${smaller}`, set: "size", text: smaller }],
        });
      }
      return {
        attributes: { at: start, size },
        outputShape: { channels: input.channels, axes: size },
        weights: [],
        macs: 0,
        window: input.axes.map((n, axis) => {
          const before = start[axis] ?? 0;
          return borderWindow(-before, before + (size[axis] ?? 0) - n);
        }),
        keeps: "nothing",
      };
    },
  }),
};

/** Zeros and the edge reach any distance; a mirrored map ends before its far edge, a circular one after a full turn. */
export function mirrorProblem(mode: "zeros" | "replicate" | "reflect" | "circular", padding: Pairs, input: Shape): Problem | undefined {
  if (mode === "zeros" || mode === "replicate") return undefined;
  const most = (axis: number): number => (input.axes[axis] ?? 0) - (mode === "reflect" ? 1 : 0);
  const bad = padding.findIndex((pair, axis) => Math.max(...pair) > most(axis));
  const pair = padding[bad];
  if (!pair) return undefined;
  return {
    finding: shapeProblems.mirrorTooWide({
      mode,
      padding: Math.max(...pair),
      axis: axisName(input, bad),
      size: input.axes[bad] ?? 0,
      most: most(bad),
    }),
    at: "mode",
    about: "size",
    fixes: [{ title: "pad with zeros", remove: "mode" }],
  };
}

function padChannels(channels: number, mode: PadAttributes["mode"], input: Shape) {
  const half = (channels - input.channels) / 2;
  if (half < 0 || !Number.isInteger(half)) {
    const even = input.channels + 2 * Math.max(0, Math.ceil(half));
    return refuse<PadAttributes>({
      finding: shapeProblems.channelPadding({ channels, input: input.channels }),
      at: "channels",
      about: "channels",
      fixes: [{ title: `take the next count that works: channels=${even}`, set: "channels", text: `${even}` }],
    });
  }
  const facts = {
    attributes: { channels: [half, half], amount: input.axes.map(() => [0, 0] as const), mode: "zeros" },
    outputShape: { channels, axes: input.axes },
    weights: [],
    macs: 0,
    window: "pointwise",
    keeps: "nothing",
  } as const;
  if (mode === "zeros") return facts;
  const fixes = [{ title: "leave mode out", remove: "mode" }];
  return refuse({ finding: shapeProblems.zerosOnly({ mode }), at: "mode", about: "nothing", fixes }, facts);
}

function explainCrop(input: Shape, size: readonly number[], at: readonly number[] | undefined, bad: number): string {
  if (at && at.length !== input.axes.length) return `at has ${at.length} ${at.length === 1 ? "number" : "numbers"} for ${input.axes.length} axes`;
  const [wanted, present, start] = [size[bad] ?? 0, input.axes[bad] ?? 0, at?.[bad]];
  const end = start === undefined ? `${wanted}` : `${start} + ${wanted} = ${start + wanted}`;
  return `${end} exceeds its ${axisName(input, bad)} of ${present}`;
}
