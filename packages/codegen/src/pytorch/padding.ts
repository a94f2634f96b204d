/** Padding before and after each axis, as PyTorch takes it. */

import type { PythonValue } from "./python.ts";

export type Pairs = readonly (readonly [number, number])[];

export const isSymmetric = (padding: Pairs): boolean => padding.every(([before, after]) => before === after);

/** The order of `torch.nn.functional.pad`: the last axis first. */
export const inTorchOrder = (padding: Pairs): PythonValue => padding.toReversed().flat();
