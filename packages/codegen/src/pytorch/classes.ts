/**
 * From scopes to modules. A plain chain of numbered parts is an `nn.Sequential`; every other scope becomes a class, and
 * scopes that differ in nothing but values become one class, which takes those values.
 */

import { printShape, type Layer, type Model } from "@cnn-lang/shape-checker";
import { code, type Code } from "../code.ts";
import type { Names } from "../names.ts";
import { construct, leavesOf, named, nn, placed, skeletonOf, type Construction } from "./construction.ts";
import { accessOf, forwardOf, stepsOf, type Forward, type Given, type Network, type Step } from "./forward.ts";
import { className, createPythonNames } from "./names.ts";
import { flat } from "./python.ts";
import { callOf, type Scope, type Use } from "./scopes.ts";

/** A part that a module makes when it is made. */
export interface Member {
  readonly target: Code;
  readonly construction: Construction;
}

/** A class of the emitted file. */
export interface TorchClass {
  readonly name: Code;
  readonly base: Code;
  /** What its constructor takes, and for which of the members' values each stands. */
  readonly parameters: readonly { readonly name: Code; readonly leaves: ReadonlySet<number> }[];
  readonly members: readonly Member[];
  readonly forward: Forward;
  /** The scopes that it is for; one for the model itself. */
  readonly scopes: readonly Scope[];
  /** The layers whose output is of one shape in all of them. */
  readonly isFixed: (layer: Layer) => boolean;
}

interface Draft {
  readonly scope: Scope;
  readonly members: readonly Member[];
  readonly forward: Forward;
}

/** The classes of a model, inner ones first, the model's own last; and the numbered chains among its scopes. */
export function classesOf(model: Model, root: Scope, network: Network, names: Names): { readonly classes: readonly TorchClass[]; readonly chains: ReadonlySet<Scope> } {
  const constructions = new Map<Scope, Construction>();
  const chains = new Set<Scope>();
  const classes: TorchClass[] = [];
  for (const level of levelsOf(root, network)) {
    const drafts = new Map<string, Draft[]>();
    for (const scope of level) {
      const [use] = network.uses.get(scope) ?? [];
      if (use === undefined) continue;
      const steps = stepsOf(scope, use.first, use.end, network);
      const chain = use.inputs.length === 1 ? chainOf(scope, steps, constructions, network) : undefined;
      if (chain) {
        constructions.set(scope, chain);
        chains.add(scope);
        continue;
      }
      const draft = { scope, members: membersOf(code`self`, scope, constructions, network), forward: forwardOf(scope, steps, givenTo(use), [use.output.id]) };
      const key = JSON.stringify([callOf(scope)?.kind, nameOf(scope), describe(draft)]);
      const alike = drafts.get(key);
      if (alike) alike.push(draft);
      else drafts.set(key, [draft]);
    }
    for (const alike of drafts.values()) {
      const [first] = alike;
      if (first === undefined) continue;
      const made = unify(names.fresh(className(nameOf(first.scope))), baseOf(first.scope, network), first, alike);
      classes.push(made);
      for (const { scope, members } of alike) constructions.set(scope, made.of(members));
    }
  }
  const inputs: readonly Given[] = model.inputs.map(({ name, layer }) => ({ name: model.inputs.length === 1 && name === "input" ? "x" : name, layer }));
  const forward = forwardOf(root, stepsOf(root, 0, network.body.length, network), inputs, model.outputs.map(({ layer }) => layer));
  const own = { scope: root, members: membersOf(code`self`, root, constructions, network), forward };
  classes.push(unify(names.fresh(className(model.name)), baseOf(root, network), own, [own]));
  return { classes, chains };
}

/** `x`, and where a scope takes more values `x2`, `x3` … */
const givenTo = ({ inputs }: Use): readonly Given[] => inputs.map((layer, index) => ({ name: index === 0 ? "x" : `x${index + 1}`, layer }));

/** The scopes with a forward pass, those without such scopes inside first. */
function levelsOf(root: Scope, { uses }: Network): readonly (readonly Scope[])[] {
  const levels: Scope[][] = [];
  const visit = (scope: Scope): number => {
    const height = 1 + Math.max(-1, ...[...scope.parts.values()].map(visit));
    if (uses.has(scope)) (levels[height] ??= []).push(scope);
    return height;
  };
  visit(root);
  return levels.filter((level) => level !== undefined);
}

/**
 * `nn.Sequential(…)` of a scope whose parts are called 0, 1, 2 … and run in that order. A part without weights may be called
 * anything, since `state_dict` does not know it; a place left out is an identity.
 */
function chainOf({ parts }: Scope, steps: readonly Step[], constructions: ReadonlyMap<Scope, Construction>, network: Network): Construction | undefined {
  if (steps.length !== parts.size || steps.length === 0) return undefined;
  if (steps.some(({ inputs }, index) => index > 0 && (inputs.length !== 1 || inputs[0] !== steps[index - 1]?.output.id))) return undefined;
  const places: Construction[] = [];
  for (const { part } of steps) {
    const made = part && constructionOf(part, constructions, network);
    if (!made) return undefined;
    const place = /^(0|[1-9]\d{0,5})$/.test(part.name) ? Number(part.name) : hasWeights(part) ? -1 : places.length;
    if (place < places.length || place > 2 * steps.length) return undefined;
    while (places.length < place) places.push(construct(nn("Identity")));
    places.push(made);
  }
  return construct(nn("Sequential"), ...places.map((made, place) => placed(`${place}`, made)));
}

const hasWeights = ({ layers, parts }: Scope): boolean => layers.some(({ weights }) => weights.length > 0) || [...parts.values()].some(hasWeights);

/** How a part is made; nothing where it only computes, or only holds others. */
function constructionOf(scope: Scope, constructions: ReadonlyMap<Scope, Construction>, { torchLayer }: Network): Construction | undefined {
  const [layer] = scope.layers;
  const torch = layer && torchLayer(layer);
  return constructions.get(scope) ?? (torch?.kind === "module" ? torch.construction : undefined);
}

/** All that a scope's module makes, also inside parts that only hold others. */
function membersOf(owner: Code, scope: Scope, constructions: ReadonlyMap<Scope, Construction>, network: Network): readonly Member[] {
  return [...scope.parts.values()].flatMap((part): readonly Member[] => {
    const target = accessOf(owner, part);
    const tensors = part.layers.slice(0, 1).flatMap((layer) => {
      const torch = network.torchLayer(layer);
      return torch.kind === "parameter" ? [{ target: accessOf(owner, part, "tensor"), construction: torch.construction }] : [];
    });
    const construction = part.layers.some(({ operator }) => operator === "identity") ? undefined : constructionOf(part, constructions, network);
    const inner = constructions.has(part) ? [] : membersOf(target, part, constructions, network);
    const holds = construction ?? (inner.length > 0 ? construct(baseOf(part, network)) : undefined);
    return [...tensors, ...(holds ? [{ target, construction: holds }] : []), ...inner];
  });
}

const baseOf = ({ parts }: Scope, { helper }: Network): Code => (parts.has("training") ? helper("FreelyNamed") : nn("Module"));

/** Equal for scopes that can be one class. */
const describe = ({ members, forward: { statements, results } }: Draft): unknown => [
  members.map(({ target, construction }) => [target.text, skeletonOf(construction)]),
  statements.map(({ target, value }) => [target?.text, flat(value).text]),
  results?.map(({ text }) => text),
];

/** One class for scopes that are alike: where their values differ, the constructor has a parameter. */
function unify(name: Code, base: Code, { members, forward }: Draft, alike: readonly Draft[]): TorchClass & { readonly of: (members: readonly Member[]) => Construction } {
  const leaves = (draft: Pick<Draft, "members">) => draft.members.flatMap(({ construction }) => leavesOf(construction));
  const all = alike.map(leaves);
  const differing = new Map<string, { readonly names: Set<string>; readonly leaves: Set<number> }>();
  for (const [index, leaf] of leaves({ members }).entries()) {
    const values = JSON.stringify(all.map((one) => one[index]?.value));
    if (new Set(all.map((one) => JSON.stringify(one[index]?.value))).size === 1) continue;
    const parameter = differing.get(values) ?? { names: new Set(), leaves: new Set() };
    parameter.names.add(leaf.name);
    parameter.leaves.add(index);
    differing.set(values, parameter);
  }
  const names = createPythonNames([]);
  const parameters = [...differing.values()].map((parameter) => ({ name: names.fresh(parameterName([...parameter.names])), leaves: parameter.leaves }));
  const shapes = new Map<number, Set<string>>();
  for (const draft of alike) {
    for (const [index, { output }] of draft.forward.statements.entries()) {
      const known = shapes.get(index) ?? new Set();
      shapes.set(index, known.add(printShape(output.outputShape)));
    }
  }
  const fixed = new Set(forward.statements.flatMap(({ output }, index) => (shapes.get(index)?.size === 1 ? [output.id] : [])));
  return {
    name,
    base,
    parameters,
    members,
    forward,
    scopes: alike.map(({ scope }) => scope),
    isFixed: ({ id }) => fixed.has(id),
    of(given) {
      const values = leaves({ members: given });
      const valueAt = ([leaf = 0]: ReadonlySet<number> | readonly number[]) => values[leaf]?.value ?? 0;
      return construct(name, ...parameters.map((parameter) => named(parameter.name.text, valueAt([...parameter.leaves]))));
    },
  };
}

const channelNames = new Set(["in_channels", "out_channels", "channels", "num_features", "num_channels", "in_features", "out_features", "normalized_shape"]);

/** PyTorch's name for a value; where it has several for it, and all mean channels, `channels`. */
function parameterName(names: readonly string[]): string {
  const [first = "value"] = names;
  if (names.length > 1 && names.every((name) => name === "groups" || channelNames.has(name.replace(/_\d+$/, "")))) return "channels";
  return first;
}

/** A block's name; else what the path ends in, without a number, so that `up1` and `up2` can be one class. */
function nameOf(scope: Scope): string {
  const call = callOf(scope);
  if (call?.kind === "block") return call.name;
  const words = scope.path.split(".").map((name) => name.replace(/[\d_-]+$/, ""));
  return words.findLast((word) => /[A-Za-z]/.test(word)) ?? scope.path;
}

