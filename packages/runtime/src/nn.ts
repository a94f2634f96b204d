/** What emitted code calls besides TensorFlow.js. Safe in a browser; a bundler keeps only what is used. */

import type { Primitives } from "@cnn-lang/codegen";
import { elu, gelu, hardSigmoid, hardSwish, mish, relu6, silu, softplus } from "./primitives/activations.ts";
import { batchNorm } from "./primitives/batch-norm.ts";
import { pad } from "./primitives/border.ts";
import { channelShuffle } from "./primitives/channels.ts";
import { convTranspose } from "./primitives/conv-transpose.ts";
import { conv, depthwiseConv } from "./primitives/conv.ts";
import { crossEntropy } from "./primitives/cross-entropy.ts";
import { dropPath, dropout, spatialDropout } from "./primitives/dropout.ts";
import { adaptiveAvgPool, adaptiveMaxPool } from "./primitives/global-pool.ts";
import { foldBatchNorms } from "./primitives/fold-batch-norm.ts";
import { loadWeights } from "./primitives/load-weights.ts";
import { groupNorm, layerNorm, localResponseNorm } from "./primitives/normalization.ts";
import { avgPool, globalMaxPool, maxPool } from "./primitives/pool.ts";
import { pixelShuffle, upsampleLinear, upsampleNearest } from "./primitives/resize.ts";

export type { Mode, WeightMap } from "@cnn-lang/codegen";
export {
  adaptiveAvgPool, adaptiveMaxPool, avgPool, batchNorm, channelShuffle, conv, convTranspose, crossEntropy, depthwiseConv, dropPath, dropout,
  elu, foldBatchNorms, gelu, globalMaxPool, groupNorm, hardSigmoid, hardSwish, layerNorm, loadWeights, localResponseNorm, maxPool, mish, pad, pixelShuffle, relu6,
  silu, softplus, spatialDropout, upsampleLinear, upsampleNearest,
};

type Complete<T extends Primitives> = T;
/** Does not compile where something is missing that emitted code may call. */
export type Provided = Complete<typeof import("./nn.ts")>;
