/** The same values in another arrangement, which is told in PyTorch's order: channel, row, column. */

import type { Shape } from "@cnn-lang/shape-checker";
import type { Code } from "../code.ts";
import { tensorShape, toChannelsFirst, toChannelsLast } from "../layout.ts";
import { apply, type Context, type LayersEmitters } from "./layer.ts";

export const reshape: LayersEmitters<"flatten" | "reshape" | "permute"> = {
  flatten: (_, here) =>
    here.inputShape.axes.length === 0 ? apply(here.stock("activation", { activation: "linear" }), here.input) : apply(here.stock("flatten"), channelsFirst(here)),
  reshape({ outputShape }, here) {
    const { channels, axes } = outputShape;
    if (isOrderFree(outputShape)) return apply(here.stock("reshape", { targetShape: tensorShape(outputShape) }), channelsFirst(here));
    const arranged = apply(here.helper("reshape", "reshape", { targetShape: [channels, ...axes] }), channelsFirst(here));
    return apply(here.stock("permute", { dims: toChannelsLast(axes.length + 2).slice(1) }), arranged);
  },
  permute({ attributes: { order } }, here) {
    const stored = order.map((axis) => (axis === 0 ? order.length : axis));
    return apply(here.stock("permute", { dims: [...stored.slice(1), ...stored.slice(0, 1)] }), here.input);
  },
};

/** Whether channels-first and channels-last put the values in one order. */
const isOrderFree = ({ channels, axes }: Shape): boolean => channels === 1 || axes.every((n) => n === 1);

const channelsFirst = (here: Context): Code =>
  isOrderFree(here.inputShape)
    ? here.input
    : apply(here.helper("permute", "permute", { dims: toChannelsFirst(here.inputShape.axes.length + 2).slice(1) }), here.input);
