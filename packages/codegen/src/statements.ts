/** One statement a layer, named after its path, with its shape and its line in the program behind it. */

import { printShape, type Layer, type LayerId } from "@cnn-lang/shape-checker";
import { code, escapeHidden, identifier, type Code } from "./code.ts";
import type { Context } from "./emit/emitter.ts";
import { emitLayer, type Target } from "./emit/index.ts";
import type { Names } from "./names.ts";
import type { PrimitiveName } from "./primitives.ts";
import { markComment, type Mark } from "./source-map.ts";

/** What all functions of a module share, and collect. */
export interface Module {
  readonly target: Target;
  readonly typescript: boolean;
  readonly layers: readonly Layer[];
  readonly primitives: Set<PrimitiveName>;
  readonly marks: Mark[];
}

/** One function of the module. */
export interface Scope {
  readonly names: Names;
  /** The values that layers have here. */
  readonly values: Map<LayerId, Code>;
  /** A path, and a weight by its name, as this function writes them. */
  readonly path: (path: string) => Code;
  readonly weight: (name: string) => Code;
  usesMode: boolean;
}

/** `const conv_1 = …; // 6@24x24  lenet.cnn:5`, and from then on the layer's value is `conv_1`. */
export function statement(layer: Layer, module: Module, scope: Scope): Code {
  const name = scope.names.fresh(layer.path);
  const type = module.typescript ? code`: ${tensorType(layer.outputShape.axes.length + 2)}` : code``;
  const expression = emitLayer(module.target, layer, contextOf(layer, module, scope));
  scope.values.set(layer.id, name);
  return code`const ${name}${type} = ${expression}; ${mark(layer, module.marks)}`;
}

/** `tf.Tensor4D`. */
export const tensorType = (rank: number): Code => (rank === 0 ? code`tf.Scalar` : code`tf.${identifier(`Tensor${rank}D`)}`);

function contextOf(layer: Layer, { layers, primitives }: Module, scope: Scope): Context {
  const inputs = layer.inputs.map((id) => valueOf(id, scope));
  const inputShapes = layer.inputs.map((id) => layers[id]?.outputShape ?? layer.outputShape);
  return {
    input: inputs[0] ?? valueOf(layer.id, scope),
    inputs,
    inputShape: inputShapes[0] ?? layer.outputShape,
    inputShapes,
    path: scope.path(layer.path),
    weights: identifier("weights"),
    weight: (leaf) => scope.weight(leaf === "" ? layer.path : `${layer.path}.${leaf}`),
    primitive(name) {
      primitives.add(name);
      return identifier(name);
    },
    mode() {
      scope.usesMode = true;
      return identifier("mode");
    },
  };
}

/** The value of a layer that stands above; a model whose layers are out of order is a bug of ours. */
export function valueOf(id: LayerId, scope: Scope): Code {
  const value = scope.values.get(id);
  if (value === undefined) throw new Error(`Layer ${id} is used before it is computed.`);
  return value;
}

function mark({ outputShape, span }: Layer, marks: Mark[]): Code {
  const file = span.file.split(/[\\/]/).at(-1);
  const comment = `// ${printShape(outputShape)}  ${escapeHidden(`${file}:${span.start.line}`)}`;
  return markComment(marks.push({ comment, span }) - 1);
}
