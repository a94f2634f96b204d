/**
 * What holds for every model that `check` returns, as a table: run over all examples in the tests, and at the door where
 * a model comes in as JSON. A program's mistake never shows here; these are mistakes of whoever made the model.
 */

import { isOperatorName, operatorOf } from "../operators/index.ts";
import { countElements, sameShape } from "../shapes/shape.ts";
import type { Layer, Model, Weight } from "./model.ts";

export interface Violation {
  /** The invariant's name in the table. */
  readonly invariant: string;
  /** The layer's path; absent where the model as a whole is wrong. */
  readonly layer?: string;
  readonly message: string;
}

/** Says of one layer, or of the model, what is wrong with it; nothing where all is well. */
type Invariant =
  | { readonly layer: (layer: Layer, model: Model, index: number) => string | undefined }
  | { readonly model: (model: Model) => string | undefined };

const isCount = (n: unknown): boolean => Number.isSafeInteger(n) && Number(n) >= 0;
const isPositive = (n: unknown): boolean => isCount(n) && n !== 0;
const numbersOf = ({ shape }: Weight): number => shape.reduce((product, n) => product * n, 1);

const invariants: Readonly<Record<string, Invariant>> = {
  form: { model: (model) => (hasForm(model) ? undefined : "it is not made of layers, inputs and outputs as a model is") },
  version: { model: ({ version }) => (version === 1 ? undefined : `the version is ${String(version)}, not 1`) },
  ids: { layer: ({ id }, _, index) => (id === index ? undefined : `the id is ${id}, but the layer stands at ${index}`) },
  order: {
    layer: ({ inputs }, _, index) => {
      const late = inputs.find((input) => !isCount(input) || input >= index);
      return late === undefined ? undefined : `the input ${late} does not stand before it`;
    },
  },
  operators: { layer: ({ operator }) => (isOperatorName(operator) ? undefined : `there is no operator ${String(operator)}`) },
  arity: {
    layer: ({ operator, inputs }) => {
      const { arity } = operatorOf(operator);
      const fits = arity === "none" ? inputs.length === 0 : arity === "one" ? inputs.length === 1 : inputs.length >= 2;
      return fits ? undefined : `${operator} takes ${arity === "many" ? "two inputs or more" : arity === "one" ? "one input" : "no input"}, not ${inputs.length}`;
    },
  },
  shapes: {
    layer: ({ outputShape }) => {
      const { channels, axes } = outputShape;
      const fits = isPositive(channels) && axes.length <= 3 && axes.every(isPositive) && Number.isSafeInteger(countElements(outputShape));
      return fits ? undefined : `the shape ${[channels, ...axes].join(", ")} is none`;
    },
  },
  paths: {
    model: ({ layers }) => {
      const first = new Map<string, Layer>();
      const again = layers.find((layer) => {
        const other = first.get(layer.path);
        first.set(layer.path, other ?? layer);
        // Joins without weights may share the path of the group they end.
        return other !== undefined && layer.reuses === undefined && layer.weights.length > 0 && other.weights.length > 0;
      });
      return again && `two layers with weights are called ${again.path}`;
    },
  },
  weightNames: {
    layer: ({ path, weights }) => {
      const stray = weights.find(({ name }) => name !== path && !name.startsWith(`${path}.`));
      return stray && `the weight ${stray.name} is not called by the layer's path`;
    },
  },
  weights: {
    layer: ({ weights, frozen }) => {
      const wrong = weights.find(
        ({ shape, kind, trainable, dtype }) =>
          !shape.every(isPositive) || trainable !== (kind === "parameter" && !frozen) || (dtype === "int64" && kind !== "buffer"),
      );
      return wrong && `the weight ${wrong.name} of shape [${wrong.shape.join(", ")}] is ${wrong.trainable ? "" : "not "}trainable, against the rules`;
    },
  },
  sharing: {
    layer: ({ reuses, path, operator, weights }, { layers }, index) => {
      if (reuses === undefined) return undefined;
      const first = layers[reuses];
      const same = first && reuses < index && first.reuses === undefined && first.path === path && first.operator === operator;
      const shapesOf = (all: readonly Weight[]): string => JSON.stringify(all.map(({ name, shape }) => [name, shape]));
      return same && shapesOf(first.weights) === shapesOf(weights) ? undefined : `it does not share its weights with an earlier layer of its path`;
    },
  },
  costs: {
    layer: ({ cost, weights, reuses }) => {
      const sum = (kind: Weight["kind"]): number =>
        reuses === undefined ? weights.reduce((total, weight) => (weight.kind === kind && weight.dtype === "float32" ? total + numbersOf(weight) : total), 0) : 0;
      if (cost.parameters !== sum("parameter")) return `it counts ${cost.parameters} parameters, but its weights have ${sum("parameter")}`;
      if (cost.buffers !== sum("buffer")) return `it counts ${cost.buffers} running statistics, but its weights have ${sum("buffer")}`;
      return isCount(cost.macs) ? undefined : `${cost.macs} multiply-accumulates are no count`;
    },
  },
  ports: {
    model: ({ inputs, outputs, layers }) => {
      const named = (ports: Model["inputs"]): boolean => ports.length > 0 && new Set(ports.map(({ name }) => name)).size === ports.length;
      if (!named(inputs) || !named(outputs)) return "inputs and outputs must be there, each with a name of its own";
      const stray = [...inputs, ...outputs].find(({ layer, shape }) => !layers[layer] || !sameShape(layers[layer].outputShape, shape));
      if (stray) return `${stray.name} has not the shape of its layer`;
      const sources = layers.filter(({ operator }) => operator === "input").map(({ id }) => id);
      return sources.join() === inputs.map(({ layer }) => layer).join() ? undefined : "the inputs are not the layers that are inputs";
    },
  },
  nesting: {
    model: ({ layers }) => {
      const known = new Map<number, string>();
      for (const { path, calls } of layers) {
        for (const [depth, { id }] of calls.entries()) {
          const around = JSON.stringify(calls.slice(0, depth + 1).map((call) => [call.id, call.name, call.path]));
          if ((known.get(id) ?? around) !== around) return `the call ${id} around ${path} stands in two places`;
          known.set(id, around);
        }
      }
      return undefined;
    },
  },
};

/** Where JSON from outside lacks a part, no other rule can be asked. */
const hasForm = (model: Model): boolean =>
  [model?.layers, model?.inputs, model?.outputs].every(Array.isArray) &&
  model.layers.every((layer) => [layer?.inputs, layer?.weights, layer?.calls, layer?.outputShape?.axes].every(Array.isArray) && hasFields(layer)) &&
  [...model.inputs, ...model.outputs].every((port) => typeof port?.name === "string" && Array.isArray(port.shape?.axes));

const hasFields = ({ path, attributes, cost, weights, calls }: Layer): boolean =>
  typeof path === "string" &&
  typeof attributes === "object" &&
  typeof cost === "object" &&
  weights.every((weight) => typeof weight?.name === "string" && Array.isArray(weight.shape)) &&
  calls.every((call) => typeof call?.path === "string");

/**
 * What is wrong with a model, by the first invariant that does not hold, for each layer that breaks it; an empty list
 * where it is as `check` makes them.
 */
export function verifyModel(model: Model): readonly Violation[] {
  const violations: Violation[] = [];
  for (const [invariant, rule] of Object.entries(invariants)) {
    if ("model" in rule) {
      const message = rule.model(model);
      if (message !== undefined) violations.push({ invariant, message });
    } else {
      for (const [index, layer] of model.layers.entries()) {
        const message = rule.layer(layer, model, index);
        if (message !== undefined) violations.push({ invariant, layer: layer.path, message });
      }
    }
    // Later rules rest on the earlier ones, as the costs on the weights.
    if (violations.length > 0) break;
  }
  return violations;
}
