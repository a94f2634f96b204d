/** What happens to channels alone. */

import type { Primitives } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import { channelsOf, like } from "./tensors.ts";

export const channelShuffle: Primitives["channelShuffle"] = (x, groups) =>
  like(x, tf.reshape(tf.transpose(tf.reshape(x, [-1, groups, channelsOf(x) / groups]), [0, 2, 1]), x.shape));
