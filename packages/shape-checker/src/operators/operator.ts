/**
 * The contract of an operator: what it takes, and one function that returns all facts about one use of it.
 * The engine binds and range-checks arguments from the signature before `infer` runs, so a rule never sees a
 * string where a size belongs; a rule names *what* is wrong (a parameter, an input), the engine finds where.
 */

import type { Finding, Fix } from "@cnn-lang/parser";
import { shapeProblems } from "../codes/shapes.ts";
import type { Initializer } from "../model/model.ts";
import { countElements, type Shape } from "../shapes/shape.ts";
import type { Window } from "../shapes/window.ts";
import { product } from "./weights.ts";

/** Before and after, for each axis. */
export type Pairs = readonly (readonly [number, number])[];

interface Common<Default> {
  readonly doc: string;
  /** Absent: the argument must be given. A string names the parameter whose value it takes over. */
  readonly default?: Default;
}

/** A whole number. */
export interface CountParameter extends Common<number> {
  readonly kind: "count";
  readonly minimum: number;
  /** What it counts, in the plural: "filters". */
  readonly unit: string;
}
export interface RealParameter extends Common<number> {
  readonly kind: "real";
  /** Inclusive unless said otherwise in `exclusive`. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusive?: "minimum" | "maximum" | "both";
}
export interface BooleanParameter extends Common<boolean> {
  readonly kind: "boolean";
}
/** A number, meaning that number on each axis, or a size with one number an axis. */
export interface SizeParameter extends Common<number | { readonly of: string }> {
  readonly kind: "size";
  readonly minimum: number;
}
/** A number, a size, `same` where allowed, or before/after pairs. */
export interface PaddingParameter extends Common<number> {
  readonly kind: "padding";
  readonly same: boolean;
}
export interface WordParameter<Word extends string = string> extends Common<NoInfer<Word>> {
  readonly kind: "word";
  readonly words: readonly Word[];
}
/** A list of words, each once. */
export interface WordsParameter<Word extends string = string> extends Common<never> {
  readonly kind: "words";
  readonly words: readonly Word[];
}
/** A whole number or a list of them. */
export interface CountsParameter extends Common<never> {
  readonly kind: "counts";
  readonly minimum: number;
  /** False: only a list is meant. */
  readonly single: boolean;
}
/** A shape in the language's own notation. */
export interface ShapeParameter extends Common<never> {
  readonly kind: "shape";
}

export type Parameter =
  | CountParameter | RealParameter | BooleanParameter | SizeParameter | PaddingParameter
  | WordParameter | WordsParameter | CountsParameter | ShapeParameter;

/** Parameters in the order in which they are written. One that is `optional` may be left out without a default. */
export type Signature = Readonly<Record<string, Parameter & { readonly optional?: true }>>;

type Bound<P> =
  P extends { readonly kind: "count" | "real" } ? number
  : P extends { readonly kind: "boolean" } ? boolean
  : P extends { readonly kind: "size" } ? readonly number[]
  : P extends { readonly kind: "padding"; readonly same: true } ? Pairs | "same"
  : P extends { readonly kind: "padding" } ? Pairs
  : P extends { readonly kind: "word"; readonly words: readonly (infer Word)[] } ? Word
  : P extends { readonly kind: "words"; readonly words: readonly (infer Word)[] } ? readonly Word[]
  : P extends { readonly kind: "counts"; readonly single: true } ? number | readonly number[]
  : P extends { readonly kind: "counts" } ? readonly number[]
  : P extends { readonly kind: "shape" } ? Shape
  : never;

/** The arguments that `infer` gets: bound, checked, sizes and pairs spread over the flow's axes. */
export type BoundArguments<S extends Signature> = {
  readonly [P in keyof S]: S[P] extends { readonly optional: true } ? Bound<S[P]> | undefined : Bound<S[P]>;
};

export interface WeightFacts {
  /** `weight`, `bias`, `running_mean`, `depthwise.weight`; empty for a tensor that is called by the path alone. */
  readonly leaf: string;
  readonly shape: readonly number[];
  readonly kind: "parameter" | "buffer";
  readonly initializer: Initializer;
  readonly dtype?: "int64";
}

export interface Facts<A> {
  /** What codegen reads: fully resolved. */
  readonly attributes: A;
  readonly outputShape: Shape;
  readonly weights: readonly WeightFacts[];
  readonly macs: number;
  /** One window an axis; `global` where every output sees every input; joins and the like are `pointwise`. */
  readonly window: readonly Window[] | "pointwise" | "global";
  /** What the gradient needs kept in memory. */
  readonly keeps: "input" | "output" | "both" | "nothing";
}

export interface Problem {
  readonly finding: Finding;
  /** The parameter that is wrong, or the input (by index); absent: the whole call. */
  readonly at?: string | number;
  /** Of a join: the other input that this one does not go with, by index. */
  readonly against?: number;
  /** What of the input is to blame, so that the engine shows where it comes from; the whole shape unless given. */
  readonly about?: "channels" | "size" | "nothing";
  readonly fixes?: readonly FixRequest[];
  /** Mends that the engine adds, which knows the text. */
  readonly mends?: readonly Fix[];
}

/** A mend in the operator's own terms; the engine turns it into edits. */
export type FixRequest = { readonly title: string } & (
  | { readonly set: string; readonly text: string }
  | { readonly remove: string }
  | { readonly before: string }
  | { readonly after: string }
  | { readonly instead: string }
  /** Leads an input of a join (by index) through further layers first. */
  | { readonly input: number; readonly through: string }
);

/**
 * A use that is wrong (or, where every finding is a warning, doubtful). With `facts`, the flow goes on as they say;
 * without, nothing is known after it.
 */
export interface Refusal<A> {
  readonly problems: readonly Problem[];
  readonly facts?: Facts<A>;
}

/** Several facts: one value each, as `split` gives. */
export type Inference<A> = Facts<A> | readonly Facts<A>[] | Refusal<A>;

// `infer` is a method, not a function property, so that operators of all signatures have `Operator<Signature, object>` as
// their common type: the engine that calls it has bound the arguments from that very signature.
interface OperatorBase<S extends Signature> {
  /** One paragraph, with the formula and its source. */
  readonly doc: string;
  readonly signature: S;
}

export interface LayerOperator<S extends Signature, A> extends OperatorBase<S> {
  readonly arity: "one";
  infer(args: BoundArguments<S>, input: Shape): Inference<A>;
}

export interface JoinOperator<S extends Signature, A> extends OperatorBase<S> {
  readonly arity: "many";
  infer(args: BoundArguments<S>, inputs: readonly Shape[]): Inference<A>;
}

/** The model's inputs: made by the engine from an `input` line, never called. */
export interface SourceOperator<S extends Signature, A> extends OperatorBase<S> {
  readonly arity: "none";
  infer(args: BoundArguments<S>): Inference<A>;
}

export type Operator<S extends Signature, A> = LayerOperator<S, A> | JoinOperator<S, A> | SourceOperator<S, A>;

/** Types a member of the table: one input. */
export const layer = <const S extends Signature, A>(definition: Omit<LayerOperator<S, A>, "arity">): LayerOperator<S, A> => ({
  arity: "one",
  ...definition,
  infer: (args, input) => bounded(definition.infer(args, input)),
});

/** Types a member of the table: two inputs or more. */
export const join = <const S extends Signature, A>(definition: Omit<JoinOperator<S, A>, "arity">): JoinOperator<S, A> => ({
  arity: "many",
  ...definition,
  infer: (args, inputs) => bounded(definition.infer(args, inputs)),
});

export const refuse = <A>(problems: Problem | readonly Problem[], facts?: Facts<A>): Refusal<A> => ({
  problems: "finding" in problems ? [problems] : problems,
  ...(facts && { facts }),
});

/** The facts, unless a count in them is beyond 2^53 and so no longer exact: no operator lets such a layer through. */
function bounded<A>(inference: Inference<A>): Inference<A> {
  if (!("problems" in inference)) {
    const problem = isSeveral(inference) ? inference.map(excess).find((found) => found !== undefined) : excess(inference);
    return problem ? refuse(problem) : inference;
  }
  const problem = inference.facts && excess(inference.facts);
  return problem ? refuse([...inference.problems, problem]) : inference;
}

const isSeveral = <A>(inference: Facts<A> | readonly Facts<A>[]): inference is readonly Facts<A>[] => Array.isArray(inference);

function excess({ outputShape, weights, macs }: Facts<unknown>): Problem | undefined {
  const values = countElements(outputShape);
  if (values > Number.MAX_SAFE_INTEGER) return tooLarge("values in its output", values);
  let count = 0;
  for (const { shape } of weights) count += product(shape);
  if (count > Number.MAX_SAFE_INTEGER) return tooLarge("weights", count);
  return macs > Number.MAX_SAFE_INTEGER ? tooLarge("multiply-accumulates", macs) : undefined;
}

const tooLarge = (what: Parameters<typeof shapeProblems.tooLarge>[0]["what"], value: number): Problem => ({
  finding: shapeProblems.tooLarge({ what, value: value.toExponential(2) }),
});
