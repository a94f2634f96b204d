/**
 * Finds the block calls and labelled groups that become equal code, so that each kind of them becomes one function of
 * the module, called with the path. Calls are alike where their layers come from the same lines, have the same paths
 * within the call, and the same expressions; sizes that no expression holds may differ (`stage 32`, `stage 64`). One
 * value must go in and one come out. All other calls stay in place.
 */

import { printShape, type Call, type Layer, type LayerId, type Model } from "@cnn-lang/shape-checker";

/** What a function's body, or the module's, is made of, in order. */
export type Item =
  | { readonly kind: "layer"; readonly layer: Layer }
  /** A call that stays in place, under a heading. */
  | { readonly kind: "section"; readonly call: Call; readonly items: readonly Item[] }
  /** A call of a function. */
  | { readonly kind: "use"; readonly call: Call; readonly of: Outlined; readonly input: LayerId; readonly output: Layer };

/** Calls that become one function; its body is that of the first. */
export interface Outlined {
  /** All of them, also those inside calls of other functions. */
  readonly calls: readonly Call[];
  /** The layers whose output is of another size in another call. */
  readonly varying: ReadonlySet<LayerId>;
  readonly input: LayerId;
  readonly output: Layer;
  readonly items: readonly Item[];
}

export interface Outline {
  readonly items: readonly Item[];
  /** Inner functions before those that use them. */
  readonly functions: readonly Outlined[];
}

/** A call's layers: those of the body from `first` up to, not including, `end`. `depth` calls lie around it. */
interface Region {
  readonly call: Call;
  readonly depth: number;
  readonly first: number;
  readonly end: number;
}

/** A region that could be a function: what it takes and gives. */
interface Candidate extends Region {
  readonly layers: readonly Layer[];
  readonly input: LayerId;
  readonly output: Layer;
}

/** Regions that become equal code. */
interface Kind {
  readonly all: readonly Candidate[];
  /** The one that is written. */
  readonly written: Candidate;
}

/** Each layer's expression, without what differs from call to call. */
export type Expressions = ReadonlyMap<LayerId, string>;

/** The body's layers, which are those `reaching` the outputs, as items and functions. */
export function outline(model: Model, body: readonly Layer[], expressions: Expressions): Outline {
  const regions = regionsOf(body);
  const chosen = choose(model, body, regions, expressions);
  const functions: Outlined[] = [];
  const made = new Map<Kind, Outlined>();

  /** The items of `body[first … end)`, which lies inside `depth` calls. */
  function items(first: number, end: number, depth: number): readonly Item[] {
    const found: Item[] = [];
    for (let index = first; index < end; ) {
      const layer = body[index];
      if (layer === undefined) break;
      const call = layer.calls[depth];
      const region = call && regions.get(call.id);
      if (call === undefined || region === undefined || region.end > end) {
        found.push({ kind: "layer", layer });
        index += 1;
        continue;
      }
      const use = chosen.get(call.id);
      found.push(use ? { kind: "use", call, of: functionOf(use.kind), input: use.input, output: use.output } : section(region));
      index = region.end;
    }
    return found;
  }

  const section = ({ call, first, end, depth }: Region): Item => ({ kind: "section", call, items: items(first, end, depth + 1) });

  function functionOf(kind: Kind): Outlined {
    const known = made.get(kind);
    if (known) return known;
    const { input, output, layers, first, end, depth } = kind.written;
    const differs = (index: number, { outputShape }: Layer): boolean =>
      kind.all.some((other) => printShape(other.layers[index]?.outputShape ?? outputShape) !== printShape(outputShape));
    const varying = new Set(layers.filter((layer, index) => differs(index, layer)).map(({ id }) => id));
    if (kind.all.some((other) => inputShape(model, other) !== inputShape(model, kind.written))) varying.add(input);
    const outlined = { calls: kind.all.map(({ call }) => call), varying, input, output, items: items(first, end, depth + 1) };
    made.set(kind, outlined);
    functions.push(outlined);
    return outlined;
  }

  return { items: items(0, body.length, 0), functions };
}

/** The layers that some output is computed from, in order and without the inputs: the rest would be computed for nothing. */
export function reaching({ layers, outputs }: Model): readonly Layer[] {
  const wanted = new Set(outputs.map(({ layer }) => layer));
  for (const { id, inputs } of layers.toReversed()) {
    if (wanted.has(id)) for (const input of inputs) wanted.add(input);
  }
  return layers.filter(({ id, operator }) => wanted.has(id) && operator !== "input");
}

/** Each call's layers, which stand together in the body, by the call's id. */
function regionsOf(body: readonly Layer[]): ReadonlyMap<number, Region> {
  const regions = new Map<number, Region>();
  for (const [index, { calls }] of body.entries()) {
    for (const [depth, call] of calls.entries()) regions.set(call.id, { call, depth, first: regions.get(call.id)?.first ?? index, end: index + 1 });
  }
  return regions;
}

/** By layer: where in the body its value is used; behind the body's end for a model's output. */
function consumersOf(body: readonly Layer[], { outputs }: Model): ReadonlyMap<LayerId, readonly number[]> {
  const consumers = new Map<LayerId, number[]>();
  const use = (id: LayerId, index: number): void => void (consumers.get(id)?.push(index) ?? consumers.set(id, [index]));
  for (const [index, { inputs }] of body.entries()) for (const id of inputs) use(id, index);
  for (const { layer } of outputs) use(layer, body.length);
  return consumers;
}

/** The calls that become uses of a function. */
function choose(model: Model, body: readonly Layer[], regions: ReadonlyMap<number, Region>, expressions: Expressions) {
  const consumers = consumersOf(body, model);
  const kinds = new Map<string, Candidate[]>();
  for (const region of regions.values()) {
    const candidate = asCandidate(body, region, consumers);
    if (candidate === undefined) continue;
    const key = describe(model, candidate, expressions);
    const kind = kinds.get(key);
    if (kind) kind.push(candidate);
    else kinds.set(key, [candidate]);
  }
  const chosen = new Map<number, Candidate & { readonly kind: Kind }>();
  // Large calls first: what stands only in the later ones of a kind is not written, and needs no function of its own.
  const unwritten: Region[] = [];
  for (const all of [...kinds.values()].sort(([a], [b]) => length(b) - length(a))) {
    const writable = all.filter(({ first, end }) => !unwritten.some((region) => region.first <= first && end <= region.end));
    const [written] = writable;
    if (written === undefined || writable.length < 2) continue;
    const kind = { all, written };
    for (const candidate of all) chosen.set(candidate.call.id, { ...candidate, kind });
    unwritten.push(...writable.slice(1));
  }
  return chosen;
}

const length = (region: Region | undefined): number => (region ? region.end - region.first : 0);

/** What a region takes and gives, where that is one value each, and there is enough in it for a function. */
function asCandidate(body: readonly Layer[], region: Region, consumers: ReadonlyMap<LayerId, readonly number[]>): Candidate | undefined {
  const { call, first, end } = region;
  const layers = body.slice(first, end);
  if (layers.length < 2 || layers.some(({ path, calls }) => !path.startsWith(`${call.path}.`) || !calls.some(({ id }) => id === call.id))) return undefined;
  const inside = new Set(layers.map(({ id }) => id));
  const taken = new Set(layers.flatMap(({ inputs }) => inputs.filter((id) => !inside.has(id))));
  const given = layers.filter(({ id }) => consumers.get(id)?.some((index) => index < first || index >= end));
  const [input] = taken;
  const [output] = given;
  return taken.size === 1 && given.length === 1 && input !== undefined && output ? { ...region, layers, input, output } : undefined;
}

/** Equal texts for calls that become equal code, but for the path. */
function describe(model: Model, { call, depth, layers, input, output }: Candidate, expressions: Expressions): string {
  const places = new Map(layers.map(({ id }, index) => [id, index]));
  const within = (path: string): string => path.slice(call.path.length);
  return JSON.stringify([
    call.kind,
    call.name,
    model.layers[input]?.outputShape.axes.length,
    places.get(output.id),
    layers.map((layer) => [
      within(layer.path),
      expressions.get(layer.id),
      layer.inputs.map((id) => places.get(id) ?? "input"),
      layer.outputShape.axes.length,
      layer.span.file,
      layer.span.start.offset,
      layer.calls.slice(depth + 1).map((inner) => [inner.kind, inner.name, within(inner.path)]),
    ]),
  ]);
}

const inputShape = ({ layers }: Model, { input }: Candidate): string => {
  const shape = layers[input]?.outputShape;
  return shape ? printShape(shape) : "";
};
