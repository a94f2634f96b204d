/** The table of emitters for TensorFlow.js's layers: an operator without one does not compile. */

import type { LayerOf, OperatorName } from "@cnn-lang/shape-checker";
import type { Code } from "../code.ts";
import { activations } from "./activations.ts";
import { border } from "./border.ts";
import { channels } from "./channels.ts";
import { convTranspose } from "./conv-transpose.ts";
import { conv } from "./conv.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { globalPool } from "./global-pool.ts";
import { join } from "./join.ts";
import type { Context, LayersEmitters } from "./layer.ts";
import { normalization } from "./normalization.ts";
import { pool } from "./pool.ts";
import { reshape } from "./reshape.ts";
import { resize } from "./resize.ts";

const emitters: LayersEmitters<OperatorName> = {
  ...conv,
  ...convTranspose,
  ...dense,
  ...normalization,
  ...activations,
  ...pool,
  ...globalPool,
  ...dropout,
  ...reshape,
  ...resize,
  ...border,
  ...channels,
  ...join,
};

/** A layer's value: its layers, applied. */
export const appliedLayer = <N extends OperatorName>(layer: LayerOf<N>, here: Context): Code => emitters[layer.operator](layer, here);
