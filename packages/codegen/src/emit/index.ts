/** The table of emitters: an operator without one does not compile. */

import type { LayerOf, OperatorName } from "@cnn-lang/shape-checker";
import type { Code } from "../code.ts";
import { activations } from "./activations.ts";
import { border } from "./border.ts";
import { channels } from "./channels.ts";
import { convTranspose } from "./conv-transpose.ts";
import { conv } from "./conv.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import type { Context, Emitters } from "./emitter.ts";
import { globalPool } from "./global-pool.ts";
import { join } from "./join.ts";
import { normalization } from "./normalization.ts";
import { pool } from "./pool.ts";
import { reshape } from "./reshape.ts";
import { resize } from "./resize.ts";

export const emitters: Emitters<OperatorName> = {
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

/** The expression that computes a layer. */
export const emitLayer = <N extends OperatorName>(layer: LayerOf<N>, here: Context): Code => emitters[layer.operator].core(layer, here);
