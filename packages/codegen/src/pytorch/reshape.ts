/** The same values in another arrangement. */

import { code, join } from "../code.ts";
import { expression, module, nn, type TorchEmitters } from "./construction.ts";

export const reshape: TorchEmitters<"flatten" | "reshape" | "permute"> = {
  flatten: () => module(nn("Flatten")),
  reshape: ({ outputShape: { channels, axes } }) => expression((x) => code`${x}.reshape(${join([-1, channels, ...axes].map((n) => code`${n}`), ", ")})`),
  permute: ({ attributes: { order } }) => expression((x) => code`${x}.permute(${join([0, ...order.map((axis) => axis + 1)].map((n) => code`${n}`), ", ")})`),
};
