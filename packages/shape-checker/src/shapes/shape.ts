/**
 * Shapes as papers write them: `C@HxW` for feature maps, `C@L` for sequences, `C@DxHxW` for volumes,
 * a bare `N` for vectors. The batch is implicit.
 */

export interface Shape {
  /** Feature maps, or a vector's length. */
  readonly channels: number;
  /** Spatial sizes in the order depth, height, width; one for a sequence, none for a vector. */
  readonly axes: readonly number[];
}

/** A shape, or what flows after a mistake: nothing is known of it, and nothing more is said. */
export type Flow = Shape | "unknown";

export const axisNames: readonly (readonly string[])[] = [
  [],
  ["length"],
  ["height", "width"],
  ["depth", "height", "width"],
];

/** "height": what a shape calls one of its axes. */
export const axisName = ({ axes }: Shape, axis: number): string => axisNames[axes.length]?.[axis] ?? "size";

export const vector = (length: number): Shape => ({ channels: length, axes: [] });

export const printSize = (axes: readonly (number | string)[]): string => axes.join("x");

export const printShape = ({ channels, axes }: Shape): string =>
  axes.length === 0 ? `${channels}` : `${channels}@${printSize(axes)}`;

/** How many numbers a shape holds (for one image of the batch). */
export const countElements = ({ channels, axes }: Shape): number => axes.reduce((product, n) => product * n, channels);

export const sameAxes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

export const sameShape = (a: Shape, b: Shape): boolean => a.channels === b.channels && sameAxes(a.axes, b.axes);

/** "a vector", "a sequence", "a feature map", "a volume". */
export const shapeNoun = ({ axes }: Shape): string =>
  ["a vector", "a sequence", "a feature map", "a volume"][axes.length] ?? "a tensor";

/** A shape from text such as `3@64x64`, `16@128` or `10`, as the command line gives it; undefined where it is none. */
export function readShapeText(text: string): Shape | undefined {
  const match = /^([1-9]\d*)(?:@([1-9]\d*(?:x[1-9]\d*){0,2}))?$/.exec(text.trim());
  if (!match) return undefined;
  const shape = { channels: Number(match[1]), axes: match[2]?.split("x").map(Number) ?? [] };
  return Number.isSafeInteger(countElements(shape)) ? shape : undefined;
}
