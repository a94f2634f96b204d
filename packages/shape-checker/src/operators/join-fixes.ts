/** How two shapes that do not join can be made to: layers that bring one of them to the other's. */

import { printShape, printSize, sameAxes, type Shape } from "../shapes/shape.ts";
import type { FixRequest } from "./operator.ts";

/** For `add`: a 1x1 convolution with the stride that maps the larger of two maps onto the smaller (He et al. 2016, option B); of vectors, a dense layer. */
export function bringAlong(inputs: readonly Shape[], [first, second]: readonly [number, number]): readonly FixRequest[] {
  return [[second, first] as const, [first, second] as const].flatMap(([changed, kept]): readonly FixRequest[] => {
    const [from, to] = [inputs[changed], inputs[kept]];
    const layer = from && to && projectionLayer(from, to);
    return layer ? [{ title: `bring ${printShape(from)} to ${printShape(to)} with ${projectionNoun(to)}`, input: changed, through: layer }] : [];
  }).slice(0, 1);
}

export const projectionNoun = (to: Shape): string => (to.axes.length === 0 ? "a dense layer" : "a 1x1 convolution");

/** `conv 64 1 stride=2`, `dense 64`: the layer from one shape to another; undefined where no stride does it. */
export function projectionLayer(from: Shape, to: Shape): string | undefined {
  if (from.axes.length !== to.axes.length) return undefined;
  if (to.axes.length === 0) return `dense ${to.channels}`;
  const [stride = 1] = from.axes.map((n, axis) => Math.ceil(n / (to.axes[axis] ?? n)));
  const fits = from.axes.every((n, axis) => Math.floor((n - 1) / stride) + 1 === to.axes[axis]);
  return fits ? `conv ${to.channels} 1${stride === 1 ? "" : ` stride=${stride}`}` : undefined;
}

/** For `concat`, and `add` of equal channels: zeros around the smaller map, or the middle of the larger one (Ronneberger et al. 2015, U-Net). */
export function bringToSize(inputs: readonly Shape[], [first, second]: readonly [number, number]): readonly FixRequest[] {
  const [a, b] = [inputs[first], inputs[second]];
  if (!a || !b || a.axes.length !== b.axes.length || sameAxes(a.axes, b.axes)) return [];
  const isSmaller = a.axes.every((n, axis) => n <= (b.axes[axis] ?? 0));
  const isLarger = a.axes.every((n, axis) => n >= (b.axes[axis] ?? 0));
  if (!isSmaller && !isLarger) return [];
  const [small, large] = isSmaller ? [first, second] : [second, first];
  const [from, to] = isSmaller ? [a, b] : [b, a];
  const pad = { title: `pad ${printShape(from)} to ${printSize(to.axes)}`, input: small, through: `pad ${paddingBetween(from, to)}` };
  // One row less is what a pool left out: cropping would lose it to the output too. Of several inputs only the odd one changes.
  const isPoolsRest = from.axes.every((n, axis) => (to.axes[axis] ?? n) - n <= 1);
  if (inputs.length > 2) return inputs.every((shape, i) => i === second || sameAxes(shape.axes, a.axes)) && small === second ? [pad] : [];
  if (isPoolsRest) return [pad];
  return [
    pad,
    { title: `crop ${printShape(to)} to ${printSize(from.axes)}`, input: large, through: `crop ${printSize(from.axes)}` },
  ];
}

/** `4` where all sides get as much, else pairs of before and after: `[[0, 1], [0, 1]]`. */
function paddingBetween(from: Shape, to: Shape): string {
  const pairs = from.axes.map((n, axis) => {
    const missing = (to.axes[axis] ?? n) - n;
    return [Math.floor(missing / 2), Math.ceil(missing / 2)] as const;
  });
  const [[amount] = [0]] = pairs;
  if (pairs.every(([before, after]) => before === amount && after === amount)) return `${amount}`;
  return `[${pairs.map((pair) => `[${pair.join(", ")}]`).join(", ")}]`;
}
