/** What the commands load only to look into a run: TensorFlow.js, and what draws. */

export { inspect } from "../../index.ts";
