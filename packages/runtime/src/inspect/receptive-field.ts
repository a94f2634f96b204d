/** Which part of an image a unit of a feature map sees. */

import type { Layer, Model } from "@cnn-lang/shape-checker";

/** Rows and columns of the image, from 0; the ends are exclusive. Within the image. */
export interface Rectangle {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export type Unit = readonly [y: number, x: number];

/** The unit in the middle of a feature map. */
export const middleOf = ({ outputShape: { axes: [height = 1, width = 1] } }: Layer): Unit => [Math.floor(height / 2), Math.floor(width / 2)];

/**
 * The receptive field of a unit, from the sizes, strides and paddings of all windows on the way (`cnn summary`); borders cut it off.
 * Branches that hold a global pool do not count.
 */
export function receptiveField({ inputs: [input] }: Model, { cost }: Layer, [y, x]: Unit): Rectangle {
  const [height = 1, width = 1] = input?.shape.axes ?? [];
  const along = (axis: number, at: number, size: number): readonly [number, number] => {
    const [seen = size, stride = 1, padding = 0] = [cost.receptiveField[axis], cost.effectiveStride[axis], cost.effectivePadding[axis]];
    const start = Math.floor(at * stride) - padding;
    return [Math.min(size, Math.max(0, start)), Math.min(size, Math.max(0, start + seen))];
  };
  const [[top, bottom], [left, right]] = [along(0, y, height), along(1, x, width)];
  return { top, left, bottom, right };
}
