/** What happens to channels alone. */

import { apply, type LayersEmitters } from "./layer.ts";

export const channels: LayersEmitters<"split" | "channel_shuffle" | "scale"> = {
  split: ({ attributes, outputShape: { axes } }, here) =>
    apply(here.custom("Slice", { begin: [...axes.map(() => 0), attributes.from], size: [...axes, attributes.channels] }), here.input),
  channel_shuffle: ({ attributes: { groups } }, here) => apply(here.custom("ChannelShuffle", { groups }), here.input),
  scale: ({ attributes: { init } }, here) => apply(here.custom("Scale", { init }), here.input),
};
