/** The table of operators: everything that lists them reads this. */

import { activations } from "./activations.ts";
import { border } from "./border.ts";
import { channels } from "./channels.ts";
import { conv } from "./conv.ts";
import { convTranspose } from "./conv-transpose.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { globalPool } from "./global-pool.ts";
import { input } from "./input.ts";
import { join } from "./join.ts";
import { normalization } from "./normalization.ts";
import type { Inference, Operator, Parameter, Signature } from "./operator.ts";
import { pool } from "./pool.ts";
import { reshape } from "./reshape.ts";
import { resize } from "./resize.ts";

export const operators = {
  ...input,
  ...conv,
  ...convTranspose,
  ...dense,
  ...normalization,
  ...activations,
  ...pool,
  ...globalPool,
  ...dropout,
  ...reshape,
  ...resize,
  ...border,
  ...channels,
  ...join,
};

export type OperatorName = keyof typeof operators;

type InferenceOf<O> = O extends { readonly infer: (...args: never[]) => infer I } ? I : never;

/** The resolved attributes of an operator's layers, as its `infer` gives them. */
export type Attributes<N extends OperatorName> = InferenceOf<(typeof operators)[N]> extends Inference<infer A> ? A : never;

export const isOperatorName = (name: string): name is OperatorName => Object.hasOwn(operators, name);

/** An operator without its attributes' type, for consumers that treat all alike. */
export const operatorOf = (name: OperatorName): Operator<Signature, object> => operators[name];

/**
 * Words that stand for themselves in an argument: `same`, and those that some parameter enumerates. The names of axes, which
 * `permute` lists, stand for themselves there alone: elsewhere they are names like any other, such as a block's `width`.
 */
export const enumeratedWords: ReadonlySet<string> = new Set([
  "same",
  ...Object.values(operators).flatMap(({ signature }) =>
    Object.values<Parameter>(signature).flatMap((parameter) => (parameter.kind === "word" ? parameter.words : [])),
  ),
]);
