/** Padding before and after each axis, as PyTorch takes it. */

import type { Pairs } from "@cnn-lang/shape-checker";
import type { PythonValue } from "./python.ts";

export const isSymmetric = (padding: Pairs): boolean => padding.every(([before, after]) => before === after);

/** The order of `torch.nn.functional.pad`: the last axis first. */
export const inTorchOrder = (padding: Pairs): PythonValue => padding.toReversed().flat();
