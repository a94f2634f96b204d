/** All golden operators, forwards and backwards, with our kernels in TensorFlow.js's wasm backend. */

import * as assert from "uvu/assert";
import { selectBackend } from "../../packages/runtime/src/backends/select.ts";
import { compareOn } from "../operators-golden/compare.ts";

compareOn("wasm", async () => {
  const selection = await selectBackend("wasm");
  assert.ok(selection.ok && selection.warnings.length === 0, "our kernels are installed");
});
