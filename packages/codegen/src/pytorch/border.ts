/** Borders added or cut off. */

import { code, join } from "../code.ts";
import { inTorchOrder } from "./padding.ts";
import { expression, module, named, nn, placed, type TorchEmitters } from "./construction.ts";
import { python } from "./python.ts";

export const border: TorchEmitters<"pad" | "crop"> = {
  pad({ attributes: { channels, amount, mode } }) {
    const [before, after] = channels;
    if (before > 0 || after > 0) return expression((x) => code`F.pad(${x}, ${python([...amount.flatMap(() => [0, 0]), before, after])})`);
    const sides = placed("padding", inTorchOrder(amount));
    if (mode === "zeros") return module(nn(`ConstantPad${amount.length}d`), sides, named("value", 0));
    return module(nn(`${mode === "reflect" ? "Reflection" : "Replication"}Pad${amount.length}d`), sides);
  },
  crop: ({ attributes: { at, size } }) =>
    expression((x) => code`${x}[:, :, ${join(at.map((start, axis) => code`${start}:${start + (size[axis] ?? 0)}`), ", ")}]`),
};
