/**
 * What names mean at a place: values (parameters, `let`, loop names), named points of the flow (`as`, named inputs),
 * and labelled steps that `reuse` may apply again. Each `{ }` opens a scope; a block's body starts from none.
 */

import type { Body, Expression, Span, Step } from "@cnn-lang/parser";
import type { Shape } from "../shapes/shape.ts";
import type { LayerId } from "../model/model.ts";
import type { FileScope } from "../resolve/program.ts";
import type { PathScope } from "./paths.ts";
import type { Value } from "./values.ts";

/** A value that flows: the layer it comes from and its shape. */
export interface Point {
  readonly layer: LayerId;
  readonly shape: Shape;
}

/** What flows at a place. `unknown` after a mistake, `nothing` before an input and after `output` or `split`. */
export type Flow = Point | "unknown" | "nothing";

/** A labelled step, remembered for `reuse`. */
export interface Labelled {
  readonly step: Step;
  readonly environment: Environment;
  readonly paths: PathScope;
  readonly path: string;
  readonly frozen: boolean;
}

/** A value, and where it was given: mistakes show it, and mend it there. */
export interface Named {
  readonly value: Value;
  /** Absent for values from outside and for loop names. */
  readonly written?: Written;
}

/** What was written for a value, and what its own names mean. */
export interface Written {
  readonly expression: Expression | Body;
  readonly environment: Environment;
  /** Of a block's default that a use took: the parameter, and the end of what that use gives, where an argument fits in. */
  readonly use?: { readonly parameter: string; readonly at: Span };
}

/** Tables are made when they get their first name: most braces define none. */
export interface Environment {
  readonly file: FileScope;
  readonly parent?: Environment;
  values?: Map<string, Named>;
  points?: Map<string, Flow>;
  labels?: Map<string, Labelled>;
}

export const rootEnvironment = (file: FileScope): Environment => ({ file });

export const innerEnvironment = (parent: Environment): Environment => ({ file: parent.file, parent });

export const setValue = (environment: Environment, name: string, value: Named): unknown => (environment.values ??= new Map()).set(name, value);
export const setPoint = (environment: Environment, name: string, flow: Flow): unknown => (environment.points ??= new Map()).set(name, flow);
export const setLabel = (environment: Environment, name: string, labelled: Labelled): unknown => (environment.labels ??= new Map()).set(name, labelled);

/** Values alone of the surroundings: a group given as an argument may not use its writer's points and labels. */
export function valuesOnly(environment: Environment): Environment {
  const inner = rootEnvironment(environment.file);
  for (let scope: Environment | undefined = environment; scope; scope = scope.parent) {
    for (const [name, value] of scope.values ?? []) if (!inner.values?.has(name)) setValue(inner, name, value);
  }
  return inner;
}

export function findNamed(environment: Environment, name: string): Named | undefined {
  for (let scope: Environment | undefined = environment; scope; scope = scope.parent) {
    const value = scope.values?.get(name);
    if (value) return value;
  }
  return undefined;
}

export const findValue = (environment: Environment, name: string): Value | undefined => findNamed(environment, name)?.value;

export function findPoint(environment: Environment, name: string): Flow | undefined {
  for (let scope: Environment | undefined = environment; scope; scope = scope.parent) {
    const point = scope.points?.get(name);
    if (point) return point;
  }
  return undefined;
}

export function findLabel(environment: Environment, name: string): Labelled | undefined {
  for (let scope: Environment | undefined = environment; scope; scope = scope.parent) {
    const label = scope.labels?.get(name);
    if (label) return label;
  }
  return undefined;
}
