/** Softmax cross-entropy on TensorFlow, whose operation gives loss and gradient of each row together. */

import { scalar, tensor1d, type TensorInfo } from "@tensorflow/tfjs-core";
import { float, kernel } from "./operations.ts";

export const crossEntropyKernels = [
  // logits [rows, classes], labels [rows] → loss [], gradient [rows, classes].
  kernel<{ logits: TensorInfo; labels: TensorInfo }, object>("CnnSoftmaxCrossEntropy", (operations, { logits, labels }) => {
    const [rows = 1] = logits.shape;
    const [losses, gradients] = operations.runForAll("SparseSoftmaxCrossEntropyWithLogits", [logits, labels], { ...float, Tlabels: { type: "int32" } }, 2);
    if (!losses || !gradients) throw new Error("The operation has two outputs.");
    const loss = operations.run("Mean", [losses, tensor1d([0], "int32")], { ...float, Tidx: { type: "int32" }, keep_dims: false });
    return [loss, operations.run("Mul", [gradients, scalar(1 / rows)], float)];
  }),
];
