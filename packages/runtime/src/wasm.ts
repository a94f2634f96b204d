/**
 * Our kernels for anyone's TensorFlow.js code on the wasm backend:
 *
 *     await tf.setBackend("wasm");
 *     await installWasmKernels();
 *
 * In a browser, TensorFlow.js's threads must be off before: `tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false)`.
 * `setExact(true)` asks for results that are equal on all machines, at a third of the speed or so.
 */

export { setExact } from "./kernels/wasm/exact.ts";
export { installWasmKernels, type Installation } from "./kernels/wasm/install.ts";
