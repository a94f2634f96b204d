/** The statements of a function: one a layer, or a call of another function, named after its path. */

import { printShape, type Call, type Layer, type LayerId } from "@cnn-lang/shape-checker";
import type { Span } from "@cnn-lang/parser";
import { code, comment, escapeHidden, identifier, join, type Code } from "./code.ts";
import type { Context } from "./emit/emitter.ts";
import { emitLayer } from "./emit/index.ts";
import type { Names } from "./names.ts";
import { weightName } from "./passes/fold-batch-norm.ts";
import type { Item, Outlined } from "./passes/outline.ts";
import type { PrimitiveName } from "./primitives.ts";
import { markComment, type Mark } from "./source-map.ts";

/** What all functions of a module share, and collect. */
export interface Module {
  readonly typescript: boolean;
  readonly observed: boolean;
  readonly layers: readonly Layer[];
  /** Whether it only infers. */
  readonly inference: boolean;
  /** The type of the weights that the functions read: `Folded` where batch norms are folded into them. */
  readonly weights: Code;
  readonly primitives: Set<PrimitiveName>;
  readonly marks: Mark[];
  /** The functions that are written so far, and what they take besides their input. */
  readonly functions: Map<Outlined, { readonly name: Code; readonly uses: ReadonlySet<Parameter> }>;
}

/** What a function takes, besides its input, where something in it needs that. */
export type Parameter = "weights" | "path" | "mode" | "observer";

/** What the expressions of a function are made of. */
interface Surroundings {
  /** The values that layers have here. */
  readonly values: Map<LayerId, Code>;
  /** A path as a string, and a weight by its name. */
  readonly path: (path: string) => Code;
  readonly weight: (name: string) => Code;
  /** Grows as expressions are made. */
  readonly uses: Set<Parameter>;
}

/** One function of the module. */
export interface Scope extends Surroundings {
  readonly names: Names;
  /** A path as one of the strings that TypeScript knows a function to take. */
  readonly key: (path: string) => Code;
  /** What is left of a path for names inside this function. */
  readonly within: (path: string) => string;
  /** The layers whose shapes differ from call to call of this function. */
  readonly varying: ReadonlySet<LayerId>;
}

/** Items in order; a section stands between blank lines, unless it begins with what is around it. */
export const statements = (items: readonly Item[], module: Module, scope: Scope): Code =>
  join(
    items.map((item, index) => {
      if (item.kind === "layer") return layerStatement(item.layer, module, scope);
      if (item.kind === "use") return useStatement(item, module, scope);
      return code`${index > 0 ? code`\n` : code``}${comment([heading(item.call, scope)])}${statements(item.items, module, scope)}\n`;
    }),
  );

/** `const conv_1 = …; // 6@24x24  lenet.cnn:5`, and from then on the layer's value is `conv_1`. */
function layerStatement(layer: Layer, module: Module, scope: Scope): Code {
  const computed = emitLayer(layer, contextOf(layer, module, scope));
  const expression = module.observed ? code`${parameter("observer", scope)}.output(${scope.path(layer.path)}, ${computed})` : computed;
  const absorbed = (layer.absorbed ?? []).map(({ span }) => span);
  return definition(layer.path, layer, [layer.span, ...absorbed], expression, module, scope);
}

/** A layer's expression without what differs from call to call: equal texts are equal code, but for the path. */
export function expressionOf(layer: Layer, module: Module): string {
  const values = new Map(layer.inputs.map((id, index) => [id, identifier(`$${index}`)]));
  const weight = (name: string): Code => code`${name.slice(layer.path.length)}`;
  const path = (): Code => identifier("path");
  return emitLayer(layer, contextOf(layer, module, { values, path, weight, uses: new Set() })).text;
}

/** `const layer1_0 = basic(weights, "layer1.0", relu_1, mode);` */
function useStatement(use: Extract<Item, { kind: "use" }>, module: Module, scope: Scope): Code {
  const used = module.functions.get(use.of);
  if (used === undefined) throw new Error(`The function of ${use.call.path} is used before it is written.`);
  const { call, input, output } = use;
  const argument: { readonly [P in Parameter]: () => Code } = {
    weights: () => parameter("weights", scope),
    path: () => scope.key(call.path),
    mode: () => parameter("mode", scope),
    observer: () => parameter("observer", scope),
  };
  const given = (name: Parameter): readonly Code[] => (used.uses.has(name) ? [argument[name]()] : []);
  const expression = code`${used.name}(${join([...given("weights"), ...given("path"), valueOf(input, scope), ...given("mode"), ...given("observer")], ", ")})`;
  return definition(call.path, output, [call.span], expression, module, scope);
}

/** A constant named after a path, which is the value of a layer from then on; behind it the lines that it comes from. */
function definition(path: string, { id, outputShape }: Layer, [span, ...more]: readonly [Span, ...Span[]], expression: Code, module: Module, scope: Scope): Code {
  const name = scope.names.fresh(scope.within(path));
  const type = module.typescript ? code`: ${tensorType(outputShape.axes.length + 2)}` : code``;
  scope.values.set(id, name);
  const shape = scope.varying.has(id) ? "" : `${printShape(outputShape)}  `;
  const lines = new Set(more.filter(({ file, start }) => file === span.file && start.line !== span.start.line).map(({ start }) => `, ${start.line}`));
  const mark = markComment(module.marks.push({ comment: `// ${shape}${placeOf(span)}${[...lines].join("")}`, path: scope.within(path), span }) - 1);
  return code`const ${name}${type} = ${expression}; ${mark}`;
}

/** `tf.Tensor4D`. */
export const tensorType = (rank: number): Code => (rank === 0 ? code`tf.Scalar` : code`tf.${identifier(`Tensor${rank}D`)}`);

/** `stage_1: stage  net.cnn:12`, or of a group `layer1  net.cnn:20`. */
const heading = ({ kind, name, path, span }: Call, { within }: Scope): string => `${within(path)}${kind === "block" ? `: ${name}` : ""}  ${placeOf(span)}`;

/** `net.cnn:12` */
export const placeOf = ({ file, start }: Span): string => escapeHidden(`${file.split(/[\\/]/).at(-1)}:${start.line}`);

function contextOf(layer: Layer, { layers, primitives, typescript, observed, inference }: Module, scope: Surroundings): Context {
  const inputs = layer.inputs.map((id, index) => {
    const value = valueOf(id, scope);
    return observed ? code`${parameter("observer", scope)}.input(${scope.path(layer.path)}, ${index}, ${value})` : value;
  });
  const inputShapes = layer.inputs.map((id) => layers[id]?.outputShape ?? layer.outputShape);
  return {
    input: inputs[0] ?? valueOf(layer.id, scope),
    inputs,
    inputShape: inputShapes[0] ?? layer.outputShape,
    inputShapes,
    path: () => scope.path(layer.path),
    weights: () => parameter("weights", scope),
    weight: (leaf) => scope.weight(weightName(layer, leaf)),
    primitive(name) {
      primitives.add(name);
      return identifier(name);
    },
    ranked: (expression, rank) => (typescript ? code`${expression} as ${tensorType(rank)}` : expression),
    mode: () => parameter("mode", scope),
    inference,
  };
}

/** A parameter of the function, which then has it. */
export function parameter(name: Parameter, { uses }: Pick<Surroundings, "uses">): Code {
  uses.add(name);
  return identifier(name);
}

/** The value of a layer that stands above; a model whose layers are out of order is a bug of ours. */
export function valueOf(id: LayerId, scope: Surroundings): Code {
  const value = scope.values.get(id);
  if (value === undefined) throw new Error(`Layer ${id} is used before it is computed.`);
  return value;
}
