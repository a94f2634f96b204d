/**
 * The checked model: plain readonly JSON, and all that codegen and runtime see of a program. Layers stand in
 * topological order; a layer's id is its index. Shapes are `C@HxW`, weights have PyTorch's names and layouts.
 */

import type { Span } from "@cnn-lang/parser";
import type { Attributes, OperatorName } from "../operators/index.ts";
import type { Shape } from "../shapes/shape.ts";

export type LayerId = number;

export interface Model {
  readonly version: 1;
  readonly name: string;
  /** Every parameter's value, defaults included. */
  readonly arguments: Readonly<Record<string, ArgumentValue>>;
  readonly layers: readonly Layer[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly load: readonly LoadStatement[];
  readonly freeze: readonly FreezeStatement[];
  /** Where the model is declared. */
  readonly span: Span;
}

export type ArgumentValue = number | boolean | string | readonly ArgumentValue[];

export interface Port {
  readonly name: string;
  readonly layer: LayerId;
  readonly shape: Shape;
}

export interface LayerOf<N extends OperatorName> {
  readonly id: LayerId;
  /** `layer1.0.conv1`: the name of its weights, of its row in the summary, and what `freeze` selects by. */
  readonly path: string;
  readonly operator: N;
  /** Fully resolved: no default and no `same` is left to a reader. */
  readonly attributes: Attributes<N>;
  /** Ids smaller than this layer's own. */
  readonly inputs: readonly LayerId[];
  readonly outputShape: Shape;
  /** Of a layer that `reuses` another: the same weights again, not counted a second time. */
  readonly weights: readonly Weight[];
  readonly reuses?: LayerId;
  readonly cost: Cost;
  /** Its weights do not move, and batch norm runs on its stored statistics. */
  readonly frozen: boolean;
  readonly span: Span;
  /** The block calls and labelled groups around it, outermost first. */
  readonly calls: readonly Call[];
  /** Layers behind it whose work it does as well, in order: made by codegen's passes for inference, never by `check`. */
  readonly absorbed?: readonly Layer[];
}

export type Layer = { [N in OperatorName]: LayerOf<N> }[OperatorName];

export interface Weight {
  /** The key in a safetensors file and in PyTorch's `state_dict`. */
  readonly name: string;
  /** PyTorch's layout: `[out, in / groups, height, width]`, `[out, in]`. */
  readonly shape: readonly number[];
  readonly dtype: "float32" | "int64";
  /** Buffers are running statistics: saved, not learned. */
  readonly kind: "parameter" | "buffer";
  readonly initializer: Initializer;
  readonly trainable: boolean;
}

/** PyTorch's default initial values: uniform in ±bound (Kaiming, a = √5), or one number. */
export type Initializer =
  | { readonly kind: "uniform"; readonly bound: number }
  | { readonly kind: "constant"; readonly value: number };

export interface Cost {
  /** Learnable weights, as PyTorch counts them. 0 for a layer that reuses another. */
  readonly parameters: number;
  /** Numbers in running statistics; counters of batches are not counted. */
  readonly buffers: number;
  /** Multiply-accumulates of convolutions and dense layers, bias not counted, for one image. */
  readonly macs: number;
  /** Input positions one output position sees, and how far apart neighbours' fields lie, one entry an axis. */
  readonly receptiveField: readonly number[];
  readonly effectiveStride: readonly number[];
  /** How far the field of the first output position reaches beyond the input's edge. */
  readonly effectivePadding: readonly number[];
  /** Which of its values its gradient is computed from. */
  readonly keeps: "input" | "output" | "both" | "nothing";
}

/** One use of a block, or one labelled group; equal ids are the same use. */
export interface Call {
  readonly id: number;
  readonly kind: "block" | "group";
  /** The block's name; a group's label. */
  readonly name: string;
  /** Its scope's path. */
  readonly path: string;
  readonly span: Span;
}

export interface LoadStatement {
  /** Resolved inside the project. */
  readonly file: string;
  /** As the program writes it. */
  readonly written: string;
  readonly except: readonly string[];
  readonly span: Span;
}

export interface FreezeStatement {
  readonly selectors: "all" | readonly string[];
  readonly except: readonly string[];
  readonly span: Span;
}
