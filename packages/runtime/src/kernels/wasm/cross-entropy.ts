/** Softmax cross-entropy on wasm: loss and gradient in one kernel. */

import type { TensorInfo } from "@tensorflow/tfjs-core";
import { kernel } from "./heap.ts";

export const crossEntropyKernels = [
  // logits [rows, classes], labels [rows] → loss [], gradient [rows, classes].
  kernel<{ logits: TensorInfo; labels: TensorInfo }, object>("CnnSoftmaxCrossEntropy", (heap, { logits, labels }) => {
    const [rows = 1, classes = 1] = logits.shape;
    const loss = heap.output([]), gradient = heap.output(logits.shape);
    const given = [heap.address(logits), heap.address(labels), rows, classes, heap.address(loss), heap.address(gradient)] as const;
    heap.perform(() => {
      const wrong = heap.call("softmaxCrossEntropy", ...given);
      if (wrong >= 0) throw new RangeError(`The label of example ${wrong + 1} of the batch is not one of the classes 0 to ${classes - 1}.`);
    });
    return [loss, gradient];
  }),
];
