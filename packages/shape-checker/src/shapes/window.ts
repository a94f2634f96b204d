/**
 * The one place that knows how a sliding window changes a size. Operators state a window for each axis;
 * output sizes, receptive fields, strides and legal inputs are all derived from it.
 */

export interface Window {
  /** Kernel size along this axis. */
  readonly size: number;
  readonly stride: number;
  /** Padding before and after. */
  readonly before: number;
  readonly after: number;
  readonly dilation: number;
  /** Pools in ceil mode also take a last window that hangs over the end. */
  readonly rounding: "floor" | "ceil";
  /** Set for transposed convolutions, where input and output change places. */
  readonly transposed?: { readonly outputPadding: number };
}

/** How far a window reaches: dilation · (size − 1) + 1. */
export const extent = (window: Window): number => window.dilation * (window.size - 1) + 1;

/**
 * The output size of a window over `input` positions; 0 or less where it does not fit.
 * floor((input + before + after − extent) / stride) + 1, as `torch.nn.Conv2d` and `MaxPool2d` document it.
 */
export function outputSize(input: number, window: Window): number {
  const { stride, before, after, transposed } = window;
  if (transposed) return (input - 1) * stride - before - after + extent(window) + transposed.outputPadding;
  const steps = (input + before + after - extent(window)) / stride;
  if (window.rounding === "floor") return Math.floor(steps) + 1;
  const output = Math.ceil(steps) + 1;
  // PyTorch drops a window that would start in the padding behind the input.
  return (output - 1) * stride >= input + before ? output - 1 : output;
}

/** TensorFlow's `same`: padding so that output = ceil(input / stride), the odd one behind. */
export function samePadding(input: number, size: number, stride: number, dilation: number): readonly [number, number] {
  const reach = dilation * (size - 1) + 1;
  const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + reach - input);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** The arithmetic of an output size with the reader's numbers: "(4 + 2·0 − 7) / 1 + 1 = −2". */
export function explainOutputSize(input: number, window: Window): string {
  const { size, dilation, stride, before, after } = window;
  const padding = before === after ? `2·${before}` : `${before} + ${after}`;
  const reach = dilation === 1 ? `${size}` : `(${dilation}·(${size} − 1) + 1)`;
  const exact = (input + before + after - extent(window)) / stride + 1;
  return `(${input} + ${padding} − ${reach}) / ${stride} + 1 = ${minus(Number(exact.toFixed(2)))}`;
}

const minus = (value: number): string => `${value}`.replace("-", "−");
