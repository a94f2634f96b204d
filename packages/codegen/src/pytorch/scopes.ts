/**
 * The tree of a model's paths, which is the tree of PyTorch's modules, and which of its scopes are modules with a forward
 * pass of their own: those whose layers stand together and give one value. The others only hold their parts.
 */

import type { Call, Layer, LayerId, Model } from "@cnn-lang/shape-checker";

export interface Scope {
  readonly name: string;
  /** Empty for the model. */
  readonly path: string;
  /** The layers of this very path: one, or each use of it; joins may share a path. */
  readonly layers: readonly Layer[];
  readonly parts: ReadonlyMap<string, Scope>;
}

interface MutableScope extends Scope {
  readonly layers: Layer[];
  readonly parts: Map<string, MutableScope>;
}

/** One use of a scope: its layers in the body, from `first` up to, not including, `end`. */
export interface Use {
  readonly first: number;
  readonly end: number;
  readonly layers: readonly Layer[];
  /** The values from outside, in the order in which they are read. */
  readonly inputs: readonly LayerId[];
  readonly output: Layer;
}

/** All layers but the inputs, also those that no output needs: their weights are saved with the others. */
export function scopesOf({ layers }: Model): Scope {
  const root: MutableScope = { name: "", path: "", layers: [], parts: new Map() };
  for (const layer of layers) {
    if (layer.operator === "input") continue;
    let scope = root;
    for (const name of layer.path.split(".")) {
      const part = scope.parts.get(name) ?? { name, path: scope === root ? name : `${scope.path}.${name}`, layers: [], parts: new Map() };
      scope.parts.set(name, part);
      scope = part;
    }
    scope.layers.push(layer);
  }
  return root;
}

const isJoin = ({ operator }: Layer): boolean => operator === "add" || operator === "mul" || operator === "concat";

/**
 * The uses of every scope below the model that can be a module with a forward pass. `body` are the layers that are
 * computed, in order; `textOf` says what one computes, but for its inputs.
 */
export function usesOf(root: Scope, body: readonly Layer[], { outputs }: Model, textOf: (layer: Layer) => string): ReadonlyMap<Scope, readonly Use[]> {
  const found = new Map<Scope, readonly Use[]>();
  const places = new Map<Scope, number[]>();
  for (const [index, { path }] of body.entries()) {
    let scope = root;
    for (const name of path.split(".")) {
      scope = scope.parts.get(name) ?? scope;
      const known = places.get(scope);
      if (known) known.push(index);
      else places.set(scope, [index]);
    }
  }
  const lastUse = new Map<LayerId, number>();
  for (const [index, { inputs }] of body.entries()) for (const id of inputs) lastUse.set(id, index);
  for (const { layer } of outputs) lastUse.set(layer, body.length);

  for (const [scope, indices] of places) {
    if (scope.parts.size === 0 || scope.layers.some((layer) => !isJoin(layer))) continue;
    const uses = runsOf(indices, body).map((run) => asUse(run, body, lastUse));
    const [first] = uses;
    if (first === undefined || uses.some((use) => use === undefined || describe(use, textOf) !== describe(first, textOf))) continue;
    found.set(scope, uses.filter((use) => use !== undefined));
  }
  return found;
}

/** Layers that stand together; where a path comes again, a new use begins. */
function runsOf(indices: readonly number[], body: readonly Layer[]): readonly (readonly number[])[] {
  const runs: number[][] = [];
  let seen = new Set<string>();
  for (const index of indices) {
    const layer = body[index];
    const run = runs.at(-1);
    const again = layer !== undefined && !isJoin(layer) && seen.has(layer.path);
    if (run && !again && run.at(-1) === index - 1) run.push(index);
    else {
      runs.push([index]);
      seen = new Set();
    }
    if (layer) seen.add(layer.path);
  }
  return runs;
}

function asUse(run: readonly number[], body: readonly Layer[], lastUse: ReadonlyMap<LayerId, number>): Use | undefined {
  const [first = 0] = run;
  const end = first + run.length;
  const layers = body.slice(first, end);
  const inside = new Set(layers.map(({ id }) => id));
  const inputs = [...new Set(layers.flatMap((layer) => layer.inputs.filter((id) => !inside.has(id))))];
  const [output, ...more] = layers.filter(({ id }) => (lastUse.get(id) ?? 0) >= end);
  return output && more.length === 0 ? { first, end, layers, inputs, output } : undefined;
}

/** Equal for uses that compute the same. */
function describe({ layers, inputs: given, output }: Use, textOf: (layer: Layer) => string): string {
  const places = new Map(layers.map(({ id }, index) => [id, index]));
  return JSON.stringify([places.get(output.id), layers.map((layer) => [layer.path, textOf(layer), layer.inputs.map((id) => places.get(id) ?? `input ${given.indexOf(id)}`)])]);
}

/** The block call or labelled group that a scope is. */
export function callOf({ path, layers, parts }: Scope): Call | undefined {
  const inside = [...parts.values()].flatMap(function first(part): readonly Layer[] {
    return part.layers.length > 0 ? part.layers : [...part.parts.values()].flatMap(first);
  });
  return [...layers, ...inside].flatMap(({ calls }) => calls).find((one) => one.path === path);
}
