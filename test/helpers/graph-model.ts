/** Graph models as stock TensorFlow.js loads them: its converter, no kernel and no primitive of this project. */

import { graphModel } from "@cnn-lang/codegen";
import type { Model } from "@cnn-lang/shape-checker";
import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import { io } from "@tensorflow/tfjs-core";

/** The graph of a model with weights in PyTorch's layout, loaded. */
export function loadGraph(model: Model, weights: (name: string) => Float32Array): Promise<GraphModel> {
  const { topology, signature, constants } = graphModel(model, weights);
  const bytes = new Uint8Array(constants.reduce((sum, { values }) => sum + values.byteLength, 0));
  let at = 0;
  for (const { values } of constants) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  const weightSpecs = constants.map(({ name, shape, values }) => ({ name, shape: [...shape], dtype: values instanceof Int32Array ? ("int32" as const) : ("float32" as const) }));
  return loadGraphModel(io.fromMemory({ modelTopology: topology, weightSpecs, weightData: bytes.buffer, signature }));
}
