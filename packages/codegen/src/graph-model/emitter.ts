/** The contract of an emitter: from one layer to the nodes that compute it. */

import type { LayerOf, OperatorName, Shape } from "@cnn-lang/shape-checker";
import type { Graph, Node } from "./graph.ts";

/** What stands around a layer. */
export interface Context {
  readonly graph: Graph;
  /** What flows in; the first of `inputs`. */
  readonly input: Node;
  readonly inputs: readonly Node[];
  readonly inputShape: Shape;
  readonly inputShapes: readonly Shape[];
  /** One of the layer's weights, in TensorFlow.js's layout, by its leaf. */
  readonly weight: (leaf: string) => Node;
  /** The numbers of one, in PyTorch's layout, for an emitter that makes a constant of its own of them. */
  readonly numbers: (leaf: string) => Float32Array;
}

export type GraphEmitter<N extends OperatorName> = (layer: LayerOf<N>, here: Context) => Node;

/** An operator without an emitter does not compile. */
export type GraphEmitters<Names extends OperatorName> = { readonly [N in Names]: GraphEmitter<N> };
