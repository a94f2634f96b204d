/** On TensorFlow.js's wasm backend with the kernels of this package. */

import { wasm } from "../../packages/runtime/src/backends/wasm.ts";
import { compareOn } from "./compare.ts";

compareOn("wasm", async () => {
  await wasm.load();
});
