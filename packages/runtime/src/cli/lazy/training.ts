/** What the commands load only to train, measure and predict: TensorFlow.js and all that stands on it. */

export { evaluate, exportModel, predict, resume, runPass, selectBackend, train } from "../../index.ts";
export { setExact } from "../../wasm.ts";
export { backends } from "../../backends/select.ts";
