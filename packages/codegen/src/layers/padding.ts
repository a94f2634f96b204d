/** Where TensorFlow.js's layers can pad as a program says: not at all, or as `same` does. Else a layer of its own pads before. */

import { type Pairs, samePadding } from "@cnn-lang/shape-checker";
import type { Code, Value } from "../code.ts";
import { isOne, isZero, size } from "../emit/arguments.ts";
import { apply, type Context } from "./layer.ts";

type Mode = "zeros" | "reflect" | "replicate" | "circular";

export interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: Pairs;
  readonly dilation?: readonly number[];
}

/** The word for a window's padding; nothing where it is neither. */
export function paddingWord({ kernel, stride, padding, dilation = [] }: Window, axes: readonly number[]): "valid" | "same" | undefined {
  if (isZero(padding)) return "valid";
  const isSame = padding.every(([before, after], axis) => {
    const [front, back] = samePadding(axes[axis] ?? 0, kernel[axis] ?? 1, stride[axis] ?? 1, 1);
    return before === front && after === back;
  });
  return isSame && isOne(dilation) ? "same" : undefined;
}

/** The input of a layer that slides a window, with its border where that needs a layer, and the word for what is left to do. */
export function padded(window: Window, here: Context, mode: Mode = "zeros"): { readonly input: Code; readonly padding: "valid" | "same" } {
  const word = mode === "zeros" ? paddingWord(window, here.inputShape.axes) : undefined;
  // A layer that is used twice has one word for both uses.
  if (word === "valid" || (word === "same" && !here.shared)) return { input: here.input, padding: word };
  return { input: bordered(window.padding, here, mode), padding: "valid" };
}

/** The input with a border. */
export function bordered(padding: Pairs, here: Context, mode: Mode = "zeros"): Code {
  if (isZero(padding)) return here.input;
  const layer =
    padding.length === 2 && mode === "zeros"
      ? here.helper("pad", "zeroPadding2d", { padding: around(padding) })
      : here.customHelper("pad", "Pad", { padding: [...padding, [0, 0]], mode });
  return apply(layer, here.input);
}

/** One number for a border that is the same all around. */
export const around = (padding: Pairs): Value => (padding.flat().every((n) => n === padding[0]?.[0]) ? (padding[0]?.[0] ?? 0) : padding);

/** `strides` and `padding` of a stock layer, where they say something. */
export const sliding = (stride: readonly number[], padding: "valid" | "same") => ({
  strides: isOne(stride) ? undefined : size(stride),
  padding: padding === "valid" ? undefined : padding,
});
