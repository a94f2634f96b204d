/** What happens to channels alone. */

import { code } from "../code.ts";
import type { Emitters } from "./emitter.ts";

export const channels: Emitters<"split" | "channel_shuffle" | "scale"> = {
  split: {
    core({ attributes }, { input, inputShape: { axes } }) {
      const begin = [0, ...axes.map(() => 0), attributes.from];
      return code`tf.slice(${input}, ${begin}, ${[-1, ...axes.map(() => -1), attributes.channels]})`;
    },
  },
  channel_shuffle: {
    core: ({ attributes: { groups } }, { input, primitive }) => code`${primitive("channelShuffle")}(${input}, ${groups})`,
  },
  scale: { core: (_, { input, weight }) => code`tf.mul(${input}, ${weight("")})` },
};
