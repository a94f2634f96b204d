/** The contract of an emitter: from one layer to the expression that computes it. */

import type { LayerOf, OperatorName, Shape } from "@cnn-lang/shape-checker";
import type { Code } from "../code.ts";
import type { PrimitiveName } from "../primitives.ts";

/** What stands around a layer in the emitted code. */
export interface Context {
  /** What flows in; the first of `inputs`. */
  readonly input: Code;
  readonly inputs: readonly Code[];
  readonly inputShape: Shape;
  readonly inputShapes: readonly Shape[];
  /** The layer's path as a string of the emitted code. */
  readonly path: () => Code;
  /** The map of all weights. */
  readonly weights: () => Code;
  /** One of the layer's weights, by its leaf: `weight`, `bias`; `""` for one that is called by the path alone. */
  readonly weight: (leaf: string) => Code;
  /** A function of `@cnn-lang/runtime/nn`, which is then imported. */
  readonly primitive: (name: PrimitiveName) => Code;
  /** The expression with its number of axes, for TypeScript, where TensorFlow.js's own types lose it. */
  readonly ranked: (expression: Code, rank: number) => Code;
  /** `forward`'s last argument, which is then there. */
  readonly mode: () => Code;
  /** Whether the code only infers: then TensorFlow.js's fused operations do what the layer has absorbed. */
  readonly inference: boolean;
}

/** What becomes of an operator in code for TensorFlow.js's core. Other targets have a table of their own beside this one. */
export interface Emitter<N extends OperatorName> {
  readonly core: (layer: LayerOf<N>, here: Context) => Code;
}

export type Emitters<Names extends OperatorName> = { readonly [N in Names]: Emitter<N> };
