/**
 * The one place that knows how a sliding window changes a size. Operators state a window for each axis;
 * output sizes, receptive fields, strides and legal inputs are all derived from it.
 */

export interface Window {
  /** Kernel size along this axis. */
  readonly size: number;
  readonly stride: number;
  /** Padding before and after; negative where the map is cropped. */
  readonly before: number;
  readonly after: number;
  readonly dilation: number;
  /** Pools in ceil mode also take a last window that hangs over the end. */
  readonly rounding: "floor" | "ceil";
  /** Set for transposed convolutions and upsampling, where input and output change places. */
  readonly transposed?: { readonly outputPadding: number };
}

/** How far a window reaches: dilation · (size − 1) + 1. */
export const extent = (window: Window): number => window.dilation * (window.size - 1) + 1;

/**
 * The output size of a window over `input` positions; 0 or less where it does not fit.
 * floor((input + before + after − extent) / stride) + 1, as `torch.nn.Conv2d` and `MaxPool2d` document it;
 * transposed (input − 1) · stride − before − after + extent + output padding, as `ConvTranspose2d` does.
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

/** How many positions the last window of ceil mode hangs over the padded end. */
export const overhang = (input: number, window: Window): number =>
  Math.max(0, (outputSize(input, window) - 1) * window.stride + extent(window) - (input + window.before + window.after));

/** TensorFlow's `same`: padding so that output = ceil(input / stride), the odd one behind. */
export function samePadding(input: number, size: number, stride: number, dilation: number): readonly [number, number] {
  const reach = dilation * (size - 1) + 1;
  const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + reach - input);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** The largest kernel that still fits a window's padded input; 0 or less where none does. */
export const largestKernel = (input: number, { before, after, dilation }: Window): number =>
  Math.floor((input + before + after - 1) / dilation) + 1;

/** A window that moves positions about without mixing them: a border added (or, negative, cut off). */
export const border = (before: number, after: number): Window => ({
  size: 1,
  stride: 1,
  before,
  after,
  dilation: 1,
  rounding: "floor",
});

/**
 * Enlarging by a whole factor, as a transposed window: each output sees one input position, or the two that linear
 * interpolation mixes (the kernel of Long et al. 2015, FCN).
 */
export function enlargement(factor: number, interpolates: boolean): Window {
  const odd = factor % 2;
  const size = interpolates ? 2 * factor - odd : factor;
  const cut = interpolates ? (factor - odd) / 2 : 0;
  return { size, stride: factor, before: cut, after: cut, dilation: 1, rounding: "floor", transposed: { outputPadding: 0 } };
}

/** The arithmetic of an output size with the reader's numbers: "(4 + 2·0 − 7) / 1 + 1 = −2". */
export function explainOutputSize(input: number, window: Window): string {
  const { size, dilation, stride, before, after, transposed } = window;
  const padding = before === after ? `2·${before}` : `${before} + ${after}`;
  const reach = dilation === 1 ? `${size}` : `(${dilation}·(${size} − 1) + 1)`;
  const output = minus(outputSize(input, window));
  if (transposed) {
    const cut = before === after ? `2·${before}` : `${before} − ${after}`;
    return `(${input} − 1)·${stride} − ${cut} + ${reach} + ${transposed.outputPadding} = ${output}`;
  }
  const steps = `(${input} + ${padding} − ${reach}) / ${stride}`;
  const whole = (input + before + after - extent(window)) % stride === 0;
  const [open, close] = window.rounding === "floor" ? ["⌊", "⌋"] : ["⌈", "⌉"];
  return `${whole ? steps : `${open}${steps}${close}`} + 1 = ${output}`;
}

const minus = (value: number): string => `${value}`.replace("-", "−");
