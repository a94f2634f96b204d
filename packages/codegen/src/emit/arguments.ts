/** How sizes and padding are written in calls of TensorFlow.js: one number where it says the same. */

import type { Pairs } from "@cnn-lang/shape-checker";
import type { Value } from "../code.ts";

export const isZero = (padding: Pairs): boolean => padding.every(([before, after]) => before === 0 && after === 0);

export const isOne = (numbers: readonly number[]): boolean => numbers.every((n) => n === 1);

/** `2` for 2x2, `[2, 1]` for 2x1. */
export const size = (numbers: readonly number[]): number | readonly number[] =>
  numbers.every((n) => n === numbers[0]) ? (numbers[0] ?? 1) : numbers;

/** The `pad` of stock operations on maps: `"valid"`, one number all around, or all four axes. */
export function stockPadding(padding: Pairs): Value {
  if (isZero(padding)) return "valid";
  const [first = 0] = padding[0] ?? [];
  return padding.flat().every((n) => n === first) ? first : [[0, 0], ...padding, [0, 0]];
}

/** The options of a primitive that slides a window; what says nothing is left out. */
export const sliding = (stride: readonly number[], padding: Pairs, dilation: readonly number[]): { readonly [key: string]: Value } => ({
  strides: stride,
  padding: isZero(padding) ? undefined : padding,
  dilations: isOne(dilation) ? undefined : dilation,
});
