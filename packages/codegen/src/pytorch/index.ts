/** The table of PyTorch's emitters: an operator without one does not compile. */

import type { LayerOf, OperatorName } from "@cnn-lang/shape-checker";
import { activations } from "./activations.ts";
import { border } from "./border.ts";
import { channels } from "./channels.ts";
import type { Context, TorchEmitters, TorchLayer } from "./construction.ts";
import { convTranspose } from "./conv-transpose.ts";
import { conv } from "./conv.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { globalPool } from "./global-pool.ts";
import { join } from "./join.ts";
import { normalization } from "./normalization.ts";
import { pool } from "./pool.ts";
import { reshape } from "./reshape.ts";
import { resize } from "./resize.ts";

const emitters: TorchEmitters<OperatorName> = {
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

export const torchLayer = <N extends OperatorName>(layer: LayerOf<N>, here: Context): TorchLayer => emitters[layer.operator](layer, here);
