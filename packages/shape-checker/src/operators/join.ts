/** Where branches meet: add, mul, concat; and identity, which passes one branch through. */

import { shapeProblems } from "../codes/shapes.ts";
import { axisNames, printShape, sameAxes, sameShape, shapeNoun, type Shape } from "../shapes/shape.ts";
import type { NoAttributes } from "./activations.ts";
import { bringAlong, bringToSize } from "./join-fixes.ts";
import { join as joinOperator, layer, refuse, type Facts, type FixRequest, type Problem } from "./operator.ts";

export interface ElementwiseAttributes {
  /** The inputs' shapes, each with the output's number of axes (a vector C as C@1x1): sizes of 1 are spread. */
  readonly aligned: readonly Shape[];
}

const pointwise = { weights: [], macs: 0, window: "pointwise" } as const;

const elementwise = (operator: "add" | "mul", doc: string, keeps: "input" | "nothing") =>
  joinOperator({
    doc,
    signature: {
      broadcast: {
        kind: "boolean",
        default: false,
        doc: "Whether any size of 1 is spread over the other's, channels included.",
      },
    },
    infer({ broadcast }, inputs) {
      const [first = { channels: 1, axes: [] }] = inputs;
      const isEqual = inputs.length > 1 && inputs.every((shape) => shape === first || sameShape(shape, first));
      if (isEqual) return { ...pointwise, attributes: { aligned: inputs }, outputShape: first, keeps };
      const rank = Math.max(...inputs.map(({ axes }) => axes.length));
      const aligned = inputs.map((shape) => (shape.axes.length === 0 ? { ...shape, axes: Array.from({ length: rank }, () => 1) } : shape));
      const facts = (outputShape: Shape): Facts<ElementwiseAttributes> => ({ ...pointwise, attributes: { aligned }, outputShape, keeps });
      if (inputs.length < 2) return refuse(tooFew(operator), facts(first));
      const clash = firstClash(aligned, broadcast ? spreadable : compatible);
      if (clash) {
        const [against, at] = clash;
        const [one, other] = clash.map((index) => aligned[index] ?? first);
        const hasVector = clash.some((index) => inputs[index]?.axes.length === 0);
        const finding = shapeProblems.shapesDiffer({
          operator,
          first: printShape(inputs[against] ?? first),
          other: printShape(inputs[at] ?? first),
          difference: hasVector ? `${one?.channels} against ${other?.channels} channels` : differenceOf(one ?? first, other ?? first),
          axesAgree: sameAxes(one?.axes ?? [], other?.axes ?? []),
          areVectors: rank === 0,
        });
        const spread: FixRequest = { title: "spread sizes of 1: broadcast=true", set: "broadcast", text: "true" };
        const along = operator === "add" ? bringAlong(inputs, clash) : [];
        const sized = along.length === 0 && one?.channels === other?.channels ? bringToSize(inputs, clash) : [];
        const fixes = [...(firstClash(aligned, spreadable) ? [] : [spread]), ...along, ...sized];
        return refuse({ finding, at, against, fixes }, facts(first));
      }
      const output = largest(aligned);
      const pixel = operator === "add" && !broadcast ? inputs.find((shape) => shape.axes.length > 0 && isPixel(shape)) : undefined;
      if (pixel === undefined || sameShape(pixel, output)) return facts(output);
      const at = inputs.indexOf(pixel);
      return refuse({ finding: shapeProblems.addSpreads({ small: printShape(pixel), large: printShape(output) }), at }, facts(output));
    },
  });

export const join = {
  add: elementwise(
    "add",
    `The sum of its inputs, value by value. Shapes must agree, but a vector C is spread over C@HxW, and with broadcast=true
any size of 1 (He et al. 2016 for skip connections; torch.add).`,
    "nothing",
  ),
  mul: elementwise(
    "mul",
    `The product of its inputs, value by value. Shapes must agree, but a vector C or a map C@1x1 is spread over C@HxW, and
with broadcast=true any size of 1 (Hu et al. 2018 for squeeze-and-excitation; torch.mul).`,
    "input",
  ),

  concat: joinOperator({
    doc: "The channels of all inputs, one after the other; all other sizes must agree (Huang et al. 2017, DenseNet; torch.cat(dim=1)).",
    signature: {},
    infer(_, inputs) {
      const [first = { channels: 1, axes: [] }] = inputs;
      const facts: Facts<NoAttributes> = {
        ...pointwise,
        attributes: {},
        outputShape: { channels: inputs.reduce((sum, { channels }) => sum + channels, 0), axes: first.axes },
        keeps: "nothing",
      };
      if (inputs.length < 2) return refuse(tooFew("concat"), facts);
      const odd = inputs.findIndex(({ axes }) => !sameAxes(axes, first.axes));
      const other = inputs[odd];
      if (!other) return facts;
      const difference = differenceOf({ ...first, channels: 0 }, { ...other, channels: 0 });
      const finding = shapeProblems.axesDiffer({ first: printShape(first), other: printShape(other), difference });
      return refuse<NoAttributes>({ finding, at: odd, against: 0, fixes: bringToSize(inputs, [0, odd]) });
    },
  }),

  identity: layer({
    doc: "Passes its input through: an empty branch, or act=identity for \"no activation\" (torch.nn.Identity).",
    signature: {},
    infer: (_, input): Facts<NoAttributes> => ({ ...pointwise, attributes: {}, outputShape: input, keeps: "nothing" }),
  }),
};

const tooFew = (operator: string): Problem => ({ finding: shapeProblems.joinNeedsTwo({ operator }), about: "nothing" });

/** The largest size on each axis. */
const largest = (shapes: readonly Shape[]): Shape => ({
  channels: Math.max(...shapes.map(({ channels }) => channels)),
  axes: (shapes[0]?.axes ?? []).map((_, axis) => Math.max(...shapes.map(({ axes }) => axes[axis] ?? 0))),
});

/** The first two shapes, by index, that do not agree. */
function firstClash(shapes: readonly Shape[], agree: (a: Shape, b: Shape) => boolean): readonly [number, number] | undefined {
  for (const [index, shape] of shapes.entries()) {
    const earlier = shapes.slice(0, index).findIndex((other) => !agree(other, shape));
    if (earlier >= 0) return [earlier, index];
  }
  return undefined;
}

/** Equal, or one of them a single pixel of as many channels. */
const compatible = (a: Shape, b: Shape): boolean =>
  a.channels === b.channels && a.axes.length === b.axes.length && (sameAxes(a.axes, b.axes) || isPixel(a) || isPixel(b));

const isPixel = ({ axes }: Shape): boolean => axes.every((n) => n === 1);

/** On each axis equal, or one of them 1. */
const spreadable = (a: Shape, b: Shape): boolean =>
  a.axes.length === b.axes.length &&
  [[a.channels, b.channels], ...a.axes.map((n, axis) => [n, b.axes[axis]])].every(([n, m]) => n === m || n === 1 || m === 1);

/** "64 against 32 channels, height 28 against 14". */
function differenceOf(first: Shape, other: Shape): string {
  if (first.axes.length !== other.axes.length) return `${shapeNoun(first)} against ${shapeNoun(other)}`;
  const channels = first.channels === other.channels ? [] : [`${first.channels} against ${other.channels} channels`];
  const axes = first.axes.flatMap((n, axis) =>
    n === other.axes[axis] ? [] : [`${axisNames[first.axes.length]?.[axis]} ${n} against ${other.axes[axis]}`],
  );
  return [...channels, ...axes].join(", ");
}
