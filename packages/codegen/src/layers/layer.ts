/** The contract of an emitter for TensorFlow.js's layers: from one layer of a program to the layers that are it, applied. */

import type { LayerOf, OperatorName, Shape } from "@cnn-lang/shape-checker";
import { code, type Code, type Value } from "../code.ts";
import type { CustomName } from "./custom.ts";

type Settings = { readonly [key: string]: Value };

/** What stands around a layer in the emitted code. */
export interface Context {
  readonly input: Code;
  readonly inputs: readonly Code[];
  readonly inputShape: Shape;
  readonly inputShapes: readonly Shape[];
  /** Whether the layer is applied more than once, perhaps to maps of other sizes. */
  readonly shared: boolean;
  /** The layer itself, made by `kind` of `tfl.layers`. */
  readonly stock: (kind: string, settings?: Settings) => Code;
  /** The layer itself, of a class that the emitted file then holds. */
  readonly custom: (name: CustomName, settings?: Settings) => Code;
  /** A layer without weights that helps this one, called `path/purpose`. */
  readonly helper: (purpose: string, kind: string, settings: Settings) => Code;
  readonly customHelper: (purpose: string, name: CustomName, settings: Settings) => Code;
  /** The value of an inner application, as one of several inputs. */
  readonly one: (applied: Code) => Code;
}

export type LayersEmitter<N extends OperatorName> = (layer: LayerOf<N>, here: Context) => Code;

export type LayersEmitters<Names extends OperatorName> = { readonly [N in Names]: LayersEmitter<N> };

/** `layer.apply(input)` */
export const apply = (layer: Code, input: Value): Code => code`${layer}.apply(${input})`;
