/** Borders added or cut off: stock on maps, and with zeros. */

import { apply, type LayersEmitters } from "./layer.ts";
import { around } from "./padding.ts";

export const border: LayersEmitters<"pad" | "crop"> = {
  pad({ attributes: { channels, amount, mode } }, here) {
    const isStock = amount.length === 2 && mode === "zeros" && channels.every((n) => n === 0);
    return apply(isStock ? here.stock("zeroPadding2d", { padding: around(amount) }) : here.custom("Pad", { padding: [...amount, channels], mode }), here.input);
  },
  crop({ attributes: { at, size } }, here) {
    const { axes, channels } = here.inputShape;
    const cropping = axes.map((n, axis) => [at[axis] ?? 0, n - (at[axis] ?? 0) - (size[axis] ?? n)]);
    return apply(size.length === 2 ? here.stock("cropping2D", { cropping }) : here.custom("Slice", { begin: [...at, 0], size: [...size, channels] }), here.input);
  },
};
