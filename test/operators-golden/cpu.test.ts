/** On TensorFlow.js's plain JavaScript backend, where every kernel is stock: it tests emitted code and primitives alone. */

import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { registerGradients } from "../../packages/runtime/src/backends/backend.ts";
import { compareOn } from "./compare.ts";

compareOn("cpu", async () => {
  await registerGradients();
  await tf.setBackend("cpu");
});
