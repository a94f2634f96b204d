/** The model's inputs. */

import type { Shape } from "../shapes/shape.ts";
import type { Facts, SourceOperator } from "./operator.ts";

export interface InputAttributes {
  readonly name: string;
}

const anyName: readonly string[] = [];

const signature = {
  name: { kind: "word", words: anyName, doc: "The input's name." },
  shape: { kind: "shape", doc: "What flows in." },
} as const;
const infer = (args: { readonly name: string; readonly shape: Shape }): Facts<InputAttributes> => ({
  attributes: { name: args.name },
  outputShape: args.shape,
  weights: [],
  macs: 0,
  window: "pointwise",
  keeps: "nothing",
});
export const input: { readonly input: SourceOperator<typeof signature, InputAttributes> } = {
  input: { arity: "none", doc: "Where images come in; the batch is implicit.", signature, infer },
};
