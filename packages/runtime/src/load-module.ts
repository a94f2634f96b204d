/**
 * Imports emitted code. Its bare imports are rewritten to this package's own TensorFlow.js and primitives, so that
 * there is one engine and one set of kernels whatever the code's folder holds, and the text is imported from memory.
 */

import type { Mode, Observer, WeightMap } from "@cnn-lang/codegen";
import type { Tensor } from "@tensorflow/tfjs-core";

/** Tensors by the names of inputs or outputs, where there are several. */
export type Tensors = Tensor | { readonly [name: string]: Tensor };

/** An emitted model: weights, input or inputs, mode → output or outputs, all channels-last. Observed code wants an observer. */
export type Forward = (weights: WeightMap, input: Tensors, mode?: Mode, observer?: Observer) => Tensors;

export interface EmittedModule {
  readonly forward: Forward;
  /** Shapes in TensorFlow.js's layout, by weight name. */
  readonly weightShapes: { readonly [name: string]: readonly number[] };
  /** Of code for inference into whose weights batch norms are folded: what `forward` then takes. */
  readonly fold?: (weights: WeightMap) => WeightMap;
}

/** The packages that emitted code may import. */
const provided = ["@tensorflow/tfjs-core", "@cnn-lang/runtime/nn"];

/** What a stack trace shows in place of the whole text. */
export const emittedName = "emitted-model.js";

/** Imports JavaScript that `emit` has made. It is executed: never pass code that comes from a file. */
export function loadModule(code: string): Promise<EmittedModule> {
  const rewritten = code.replaceAll(/^(import .*?|\} )from "([^"]+)";$/gm, (line, names: string, specifier: string) =>
    provided.includes(specifier) ? `${names}from ${JSON.stringify(import.meta.resolve(specifier))};` : line,
  );
  const named = `${rewritten}//# sourceURL=${emittedName}\n`;
  return import(`data:text/javascript;base64,${Buffer.from(named).toString("base64")}`);
}
