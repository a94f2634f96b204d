/** Borders before and after each axis, as PyTorch takes them. */

import type { PythonValue } from "./python.ts";

export type Pairs = readonly (readonly [number, number])[];

export const isSymmetric = (padding: Pairs): boolean => padding.every(([before, after]) => before === after);

/** The order of `torch.nn.functional.pad`: the last axis first. */
export const border = (padding: Pairs): PythonValue => padding.toReversed().flat();
