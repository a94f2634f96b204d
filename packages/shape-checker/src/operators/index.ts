/** The table of operators: everything that lists them reads this. */

import { conv } from "./conv.ts";
import { input } from "./input.ts";
import type { Inference, Operator, Signature } from "./operator.ts";

export const operators = { ...input, ...conv };

export type OperatorName = keyof typeof operators;

type InferenceOf<O> = O extends { readonly infer: (...args: never[]) => infer I } ? I : never;

/** The resolved attributes of an operator's layers, as its `infer` gives them. */
export type Attributes<N extends OperatorName> = InferenceOf<(typeof operators)[N]> extends Inference<infer A> ? A : never;

export const isOperatorName = (name: string): name is OperatorName => Object.hasOwn(operators, name);

/** An operator without its attributes' type, for consumers that treat all alike. */
export const operatorOf = (name: OperatorName): Operator<Signature, object> => operators[name];
