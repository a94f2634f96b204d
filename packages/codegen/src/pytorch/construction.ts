/** The contract of a PyTorch emitter: from a layer to the module that is it, or to the expression that computes it. */

import type { LayerOf, OperatorName, Shape } from "@cnn-lang/shape-checker";
import { code, identifier, type Code } from "../code.ts";
import type { HelperName } from "./helpers.ts";
import { call, flat, keyword, python, type Python, type PythonValue } from "./python.ts";

/** `nn.Conv2d(3, 64, kernel_size=7)`, with its arguments still as values, so that equal blocks are found. */
export interface Construction {
  readonly callee: Code;
  readonly arguments: readonly Argument[];
}

export interface Argument {
  /** PyTorch's name of it. */
  readonly name: string;
  readonly value: PythonValue | Construction;
  readonly positional?: true;
  /** The value that need not be written. */
  readonly default?: PythonValue;
}

/** What stands around a layer. */
export interface Context {
  readonly inputShape: Shape;
  readonly inputShapes: readonly Shape[];
  /** Whether the layer is used again on a map for which another border is right. */
  readonly varies: boolean;
  /** A class that the emitted file then holds. */
  readonly helper: (name: HelperName) => Code;
}

export type TorchLayer =
  /** One that `passes` its input on is there only where a module has to be. */
  | { readonly kind: "module"; readonly construction: Construction; readonly passes?: true }
  | { readonly kind: "expression"; readonly of: (inputs: readonly Code[]) => Python }
  /** A tensor that belongs to the module around the layer. */
  | { readonly kind: "parameter"; readonly construction: Construction; readonly of: (inputs: readonly Code[], parameter: Code) => Python };

export type TorchEmitter<N extends OperatorName> = (layer: LayerOf<N>, here: Context) => TorchLayer;

export type TorchEmitters<Names extends OperatorName> = { readonly [N in Names]: TorchEmitter<N> };

/** A class of torch.nn. */
export const nn = (name: string): Code => code`nn.${identifier(name)}`;

export const construct = (callee: Code, ...given: readonly Argument[]): Construction => ({ callee, arguments: given });

export const module = (callee: Code, ...given: readonly Argument[]): TorchLayer => ({ kind: "module", construction: construct(callee, ...given) });

export const expression = (of: (x: Code, inputs: readonly Code[]) => Python): TorchLayer => ({
  kind: "expression",
  of: (inputs) => of(inputs[0] ?? code``, inputs),
});

/** An argument by its place, or by its name, which is left out where it says nothing. */
export const placed = (name: string, value: PythonValue | Construction): Argument => ({ name, value, positional: true });
export const named = (name: string, value: PythonValue | Construction, fallback?: PythonValue): Argument => ({
  name,
  value,
  ...(fallback !== undefined && { default: fallback }),
});

/** `2` for 2x2, `(2, 1)` for 2x1. */
export const size = (numbers: readonly number[]): PythonValue => (numbers.every((n) => n === numbers[0]) ? (numbers[0] ?? 1) : numbers);

const isConstruction = (value: PythonValue | Construction): value is Construction =>
  typeof value === "object" && "callee" in value;

/** The values in a construction, in order. */
export function leavesOf({ arguments: given }: Construction): readonly (Argument & { readonly value: PythonValue })[] {
  return given.flatMap(({ value, ...rest }) => (isConstruction(value) ? leavesOf(value) : [{ ...rest, value }]));
}

/** A construction without its values: equal texts differ in values alone. */
export const skeletonOf = ({ callee, arguments: given }: Construction): string =>
  `${callee.text}(${given.map(({ name, value }) => `${name}=${isConstruction(value) ? skeletonOf(value) : ""}`).join()})`;

/** The expression of a construction; `parameterOf` gives the name that stands for its n-th value, where one does. */
export function write(construction: Construction, parameterOf: (leaf: number) => Code | undefined): Python {
  let leaf = 0;
  const argument = ({ name, value, positional, default: fallback }: Argument): readonly Python[] => {
    const wrap = (written: Python): Python => (positional ? written : keyword(name, written));
    if (isConstruction(value)) return [wrap(visit(value))];
    const parameter = parameterOf(leaf);
    leaf += 1;
    if (parameter) return [wrap(parameter)];
    const written = python(value);
    return fallback !== undefined && written.text === python(fallback).text ? [] : [wrap(written)];
  };
  const visit = (part: Construction): Python => call(part.callee, part.arguments.flatMap(argument));
  return visit(construction);
}

/** A construction on one line with all its values. */
export const constructionCode = (construction: Construction): Code => flat(write(construction, () => undefined));
