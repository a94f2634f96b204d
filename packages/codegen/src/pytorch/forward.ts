/** What the forward pass of a scope computes, step by step, and how its values are called. */

import type { Span } from "@cnn-lang/parser";
import type { Layer, LayerId } from "@cnn-lang/shape-checker";
import { code, type Code } from "../code.ts";
import type { TorchLayer } from "./construction.ts";
import type { HelperName } from "./helpers.ts";
import { createPythonNames, memberOf } from "./names.ts";
import { call, type Python } from "./python.ts";
import { callOf, type Scope, type Use } from "./scopes.ts";

/** What emission knows of a model. */
export interface Network {
  /** The layers that are computed, in order. */
  readonly body: readonly Layer[];
  /** The scopes with a forward pass of their own. */
  readonly uses: ReadonlyMap<Scope, readonly Use[]>;
  readonly torchLayer: (layer: Layer) => TorchLayer;
  /** A class that the emitted file then holds. */
  readonly helper: (name: HelperName) => Code;
}

/** A layer, or the use of a scope. */
export interface Step {
  /** The part of the scope that this step calls, where it is one of its own and a module. */
  readonly part?: Scope;
  /** Its output is its input. */
  readonly passes?: true;
  readonly inputs: readonly LayerId[];
  readonly output: Layer;
  /** What its value is called after, and where the program asks for it. */
  readonly path: string;
  readonly span: Span;
  readonly write: (inputs: readonly Code[]) => Python;
}

/** Where a part lies in the module around it. */
export const accessOf = (owner: Code, { name, layers, parts }: Scope, kind: "module" | "tensor" = "module"): Code =>
  memberOf(owner, name, kind, parts.size > 0 && layers.some(({ path, weights }) => weights.some((weight) => weight.name === path)));

/** The steps of `scope` for the body's layers from `first` up to, not including, `end`. */
export function stepsOf(scope: Scope, first: number, end: number, network: Network): readonly Step[] {
  const steps: Step[] = [];
  for (let index = first; index < end; ) {
    const layer = network.body[index];
    if (layer === undefined) break;
    const { step, next } = stepAt(index, layer, scope, network);
    steps.push(step);
    index = next;
  }
  return steps;
}

function stepAt(index: number, layer: Layer, scope: Scope, { uses, torchLayer }: Network): { readonly step: Step; readonly next: number } {
  const torch = torchLayer(layer);
  const { path, span, inputs: ids } = layer;
  const step = { inputs: ids, output: layer, path, span };
  const names = path.split(".").slice(scope.path === "" ? 0 : scope.path.split(".").length);
  let owner = code`self`;
  let around = scope;
  for (const [depth, name] of names.entries()) {
    const part = around.parts.get(name);
    if (part === undefined) break;
    const own = depth === 0 && { part };
    const use = uses.get(part)?.find((one) => one.first === index);
    if (use) {
      const access = accessOf(owner, part);
      const span = callOf(part)?.span ?? use.output.span;
      return { step: { ...own, inputs: use.inputs, output: use.output, path: part.path, span, write: (inputs) => call(access, inputs) }, next: use.end };
    }
    if (depth === names.length - 1) {
      const access = accessOf(owner, part, torch.kind === "parameter" ? "tensor" : "module");
      return { step: { ...step, ...(torch.kind === "module" && { ...own, ...(torch.passes && { passes: true }) }), write: (inputs) => written(torch, access, inputs) }, next: index + 1 };
    }
    owner = accessOf(owner, part);
    around = part;
  }
  // The path is the scope's own: a join that is called like the scope.
  return { step: { ...step, write: (inputs) => written(torch, owner, inputs) }, next: index + 1 };
}

function written(torch: TorchLayer, access: Code, inputs: readonly Code[]): Python {
  switch (torch.kind) {
    case "module":
      return call(access, inputs);
    case "expression":
      return torch.of(inputs);
    case "parameter":
      return torch.of(inputs, access);
  }
}

export interface Statement {
  /** Nothing where the value is what the function returns. */
  readonly target?: Code;
  readonly value: Python;
  readonly output: Layer;
  readonly span: Span;
}

export interface Forward {
  readonly parameters: readonly Code[];
  readonly statements: readonly Statement[];
  /** What is returned, where the last statement does not. */
  readonly results?: readonly Code[];
}

/** A value that flows in; one that is called `x` is called so. */
export interface Given {
  readonly name: string;
  readonly layer: LayerId;
}

/**
 * The statements of steps. A value that only the next statement reads is called `x`, or `y` where `x` is still needed;
 * the others are called after their paths.
 */
export function forwardOf({ path: around }: Scope, all: readonly Step[], given: readonly Given[], asked: readonly LayerId[]): Forward {
  const source = new Map<LayerId, LayerId>();
  for (const { passes, inputs: [from], output } of all) if (passes && from !== undefined) source.set(output.id, source.get(from) ?? from);
  const sourceOf = (id: LayerId): LayerId => source.get(id) ?? id;
  const steps = all.filter(({ output }) => !source.has(output.id)).map((step) => ({ ...step, inputs: step.inputs.map(sourceOf) }));
  const outputs = asked.map(sourceOf);
  const readers = new Map<LayerId, number[]>();
  const read = (id: LayerId, at: number): void => void (readers.get(id)?.push(at) ?? readers.set(id, [at]));
  for (const [index, step] of steps.entries()) for (const id of step.inputs) read(id, index);
  for (const id of outputs) read(id, steps.length);
  const isReadOnlyAt = (id: LayerId, at: number): boolean => readers.get(id)?.every((reader) => reader === at) ?? false;

  const names = createPythonNames(["x", "y"]);
  const parameters = given.map(({ name }) => (name === "x" ? code`x` : names.fresh(name)));
  const chain = given.every(({ name, layer }) => name !== "x" || isReadOnlyAt(layer, 0)) ? code`x` : code`y`;
  const values = new Map(given.map(({ layer }, index) => [layer, parameters[index] ?? chain]));
  const valueOf = (id: LayerId): Code => {
    const value = values.get(id);
    if (value === undefined) throw new Error(`Layer ${id} is used before it is computed.`);
    return value;
  };
  const last = steps.length - 1;
  const statements = steps.map(({ inputs, output, path, span, write }, index): Statement => {
    const value = write(inputs.map(valueOf));
    if (index === last && outputs.length === 1 && outputs[0] === output.id) return { value, output, span };
    const target = index < last && isReadOnlyAt(output.id, index + 1) ? chain : names.fresh(around === "" ? path : path.slice(around.length + 1));
    values.set(output.id, target);
    return { target, value, output, span };
  });
  const returns = statements.length > 0 && statements.at(-1)?.target === undefined;
  return { parameters, statements, ...(!returns && { results: outputs.map(valueOf) }) };
}
