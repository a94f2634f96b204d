/** What the kernels of a convolution with groups are given beside their tensors, on any backend. */

export type Pair = readonly [number, number];

export interface GroupedConv {
  readonly strides: Pair;
  /** Zeros before and after the rows, and before and after the columns. */
  readonly padding: readonly [Pair, Pair];
  readonly groups: number;
}
