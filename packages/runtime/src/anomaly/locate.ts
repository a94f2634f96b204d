/** From an error inside emitted code to the layer that it happened in: its path, and its line of the program. */

import type { Origin } from "@cnn-lang/codegen";
import type { Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { runProblems } from "../codes.ts";
import { Failure } from "../failure.ts";
import { emittedName, type Forward } from "../load-module.ts";

/** TensorFlow.js puts a dozen frames of its own between an error and the emitted code; V8 keeps ten in all unless told. */
const framesKept = 100;

/** The function, whose errors become the Failure CNN8201 at the layer that could not be computed. */
export function located(forward: Forward, model: Model, origins: readonly (Origin | undefined)[]): Forward {
  return (...given) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = framesKept;
    try {
      return forward(...given);
    } catch (error) {
      throw atItsLayer(error, model, origins);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

/** The failure of the layer in whose statement an error was thrown; the error itself where that is no layer's. */
function atItsLayer(error: unknown, { layers }: Model, origins: readonly (Origin | undefined)[]): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  // The innermost statement comes first, and has what is left of the path behind that of the function's call.
  const parts = [...(error.stack ?? "").matchAll(new RegExp(`${emittedName}:(\\d+):`, "g"))].flatMap(([, line]) => origins[Number(line) - 1]?.path ?? []);
  const path = parts.toReversed().join(".");
  const layer = layers.find((one) => one.path === path);
  return layer ? new Failure(runProblems.notComputed({ path, why: reasonOf(error), memory: memoryOf(error) }), layer.span) : error;
}

/** What is said of the gradients that could not be computed: no layer is known, since the way back goes through TensorFlow.js alone. */
export function withoutGradients(error: unknown, { name, span }: Model): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  return new Failure(runProblems.gradientsNotComputed({ model: name, why: reasonOf(error), memory: memoryOf(error) }), span);
}

const reasonOf = ({ message }: Error): string => (message.split("\n")[0] ?? "").replace(/\. Build with -sASSERTIONS.*$/, "");

/** The bytes that tensors take, where an error looks as if there were no more: WebAssembly only says that it was aborted. */
function memoryOf(error: Error): number | undefined {
  const isWasm = error instanceof WebAssembly.RuntimeError;
  return isWasm || error instanceof RangeError || /memory|alloc|OOM/i.test(error.message) ? tf.memory().numBytes : undefined;
}
