/** What happens to channels alone. */

import { code } from "../code.ts";
import { construct, expression, module, nn, placed, type TorchEmitters } from "./construction.ts";
import { operation } from "./python.ts";

export const channels: TorchEmitters<"split" | "channel_shuffle" | "scale"> = {
  split({ attributes: { from, channels } }, { inputShape }) {
    // Equal parts are written without their sizes, so that blocks of other widths stay equal.
    const parts = inputShape.channels / channels;
    if (Number.isInteger(parts) && from % channels === 0) return expression((x) => code`${x}.chunk(${parts}, dim=1)[${from / channels}]`);
    return expression((x) => code`${x}[:, ${from}:${from + channels}]`);
  },
  channel_shuffle: ({ attributes: { groups } }, { helper }) => module(helper("ChannelShuffle"), placed("groups", groups)),
  scale({ attributes: { init }, weights }) {
    const full = construct(code`torch.full`, placed("shape", weights[0]?.shape ?? []), placed("fill_value", { real: init }));
    return {
      kind: "parameter",
      construction: construct(nn("Parameter"), placed("data", full)),
      of: ([x = code``], parameter) => operation("*", [x, parameter]),
    };
  },
};
