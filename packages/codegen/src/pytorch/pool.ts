/** Pools that slide a window. PyTorch takes one number before and after, at most half the kernel. */

import type { Pairs } from "@cnn-lang/shape-checker";
import { inTorchOrder, isSymmetric } from "./padding.ts";
import { module, named, nn, placed, size, type TorchEmitters } from "./construction.ts";
import { rankOf } from "./conv.ts";

export const pool: TorchEmitters<"maxpool" | "avgpool"> = {
  maxpool({ attributes: { kernel, stride, padding, overhang, dilation, ceil } }, { helper }) {
    const rank = rankOf(kernel);
    const window = [placed("kernel_size", size(kernel)), named("stride", size(stride), size(kernel))];
    const spread = named("dilation", size(dilation), 1);
    if (fits(padding, kernel)) return module(nn(`MaxPool${rank}d`), ...window, symmetric(padding), spread, named("ceil_mode", ceil, false));
    return module(helper(`PaddedMaxPool${rank}d`), ...window, named("border", inTorchOrder(extended(padding, overhang))), spread);
  },
  avgpool({ attributes: { kernel, stride, padding, overhang, ceil, countPadding } }, { helper }) {
    const rank = rankOf(kernel);
    const window = [placed("kernel_size", size(kernel)), named("stride", size(stride), size(kernel))];
    if (fits(padding, kernel)) {
      const count = named("count_include_pad", countPadding, true);
      return module(nn(`AvgPool${rank}d`), ...window, symmetric(padding), named("ceil_mode", ceil, false), count);
    }
    const counted = countPadding ? padding : padding.map((): readonly [number, number] => [0, 0]);
    return module(
      helper(`PaddedAvgPool${rank}d`),
      ...window,
      named("border", inTorchOrder(extended(padding, overhang))),
      named("counted", inTorchOrder(counted)),
    );
  },
};

const fits = (padding: Pairs, kernel: readonly number[]): boolean =>
  isSymmetric(padding) && padding.every(([before], axis) => before <= (kernel[axis] ?? 1) / 2);

const symmetric = (padding: Pairs) => named("padding", size(padding.map(([before]) => before)), 0);

/** With the last window's overhang, so that all windows lie inside. */
const extended = (padding: Pairs, overhang: readonly number[]): Pairs =>
  padding.map(([before, after], axis): readonly [number, number] => [before, after + (overhang[axis] ?? 0)]);
