/** All passes for inference, in the order in which each makes room for the next. */

import type { Model } from "@cnn-lang/shape-checker";
import { dropTraining } from "./drop-training.ts";
import { foldBatchNorms } from "./fold-batch-norm.ts";
import { fuseActivations, fuseRelus } from "./fuse-activation.ts";

/** The model as a compiler for inference has it: the same function of the same weights, up to rounding. */
export const optimize = (model: Model): Model => fuseRelus(fuseActivations(foldBatchNorms(dropTraining(model))));
