/** On TensorFlow.js's webgpu backend with the kernels of this package, in software where there is no graphics card. */

import { env } from "@tensorflow/tfjs-core";
import { startWebgpu } from "../helpers/webgpu.ts";
import { compareOn } from "./compare.ts";

compareOn(
  "webgpu",
  startWebgpu && (async () => {
    await startWebgpu?.();
    // Else TensorFlow.js would compute what is as small as here on the processor.
    env().set("WEBGPU_CPU_FORWARD", false);
  }),
  () => env().set("WEBGPU_CPU_FORWARD", true),
);
