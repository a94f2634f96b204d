/** From a checked model to a module that makes a `tf.LayersModel`: header, imports, our layers, weights, `createModel`. */

import type { Model } from "@cnn-lang/shape-checker";
import { code, comment, identifier, join, object, type Code } from "../code.ts";
import { format } from "../format.ts";
import { figures, madeBy } from "../header.ts";
import { weightLayout } from "../layout.ts";
import { createNames } from "../names.ts";
import { reaching } from "../passes/outline.ts";
import { createSourceMap, resolveMarks, type Origin, type SourceMap } from "../source-map.ts";
import { axesTable } from "../weights.ts";
import { customLayers, customNames, everyPrimitive, primitivesOf } from "./custom.ts";
import { emitLayers, type Module } from "./model.ts";
import { layerName } from "./names.ts";

/**
 * Emits a model as an ES module for `@tensorflow/tfjs-layers`. It exports `createModel()`, the model in the functional API;
 * `setWeights(model, weights)`, and what `loadWeights` has to be told to make these weights of a safetensors file.
 */
export async function emitLayersModel(
  model: Model,
  typescript: boolean,
  file: string | undefined,
): Promise<{ readonly code: string; readonly map: SourceMap; readonly origins: readonly (Origin | undefined)[] }> {
  const names = createNames(["tf", "tfl", "createModel", "setWeights", "weightShapes", "weightAxes", "layerWeights", "Weights", "Custom", "Config", ...customNames, ...everyPrimitive]);
  const module: Module = { model, typescript, names, custom: new Set(), marks: [] };
  const { functions, statements, inputs, outputs } = emitLayers(module);
  const typed = (type: Code): Code => (typescript ? code`: ${type}` : code``);
  const one = (values: readonly Code[]): Code | readonly Code[] => (values.length === 1 && values[0] ? values[0] : values);
  const made = { name: layerName(model.name), inputs: one(inputs), outputs: one(outputs) };
  const about = comment(["The model with initial weights, channels last."]);
  const create = code`${about}export function createModel()${typed(code`tfl.LayersModel`)} {\n${statements}\nreturn tfl.model(${made});\n}\n`;
  const custom = [...module.custom].sort();
  const primitives = [...new Set(primitivesOf(custom))].sort().map(identifier);
  const ours = primitives.length > 0 ? code`import { ${join(primitives, ", ")} } from "@cnn-lang/runtime/nn";\n` : code``;
  const imports = code`\nimport * as tf from "@tensorflow/tfjs-core";\nimport * as tfl from "@tensorflow/tfjs-layers";\n${ours}\n`;
  const text = join([
    comment([...figures(model), madeBy]),
    imports,
    axesTable(model, true),
    weightSetter(model, typescript),
    customLayers(custom, typescript),
    functions,
    create,
  ]);
  const { code: resolved, origins } = resolveMarks(await format(text, typescript), module.marks);
  return { code: resolved, map: createSourceMap(origins, file), origins };
}

/** The weights' shapes, and `export function setWeights(model, weights)`, by the names of the program. */
function weightSetter(model: Model, typescript: boolean): Code {
  const rows = reaching(model).flatMap((layer) => {
    const shapes = layer.weights.filter(({ dtype }) => dtype === "float32").map((weight) => [weight.name, weightLayout(layer, weight).shape] as const);
    return layer.reuses === undefined && shapes.length > 0 ? [[layerName(layer.path), object(shapes)] as const] : [];
  });
  const typed = (type: Code): Code => (typescript ? code`: ${type}` : code``);
  const shapes = code`{ [name: string]: number[] }`;
  return code`${comment(["The weights of each layer in its own order: PyTorch's names, TensorFlow.js's shapes."])}const layerWeights${typed(code`{ [layer: string]: ${shapes} }`)} = ${object(rows, "lines")};

${comment(["What `loadWeights` takes: all weights' shapes, by name."])}export const weightShapes${typed(shapes)} = Object.fromEntries(Object.values(layerWeights).flatMap(Object.entries${typescript ? code`<number[]>` : code``}));

${comment(["Sets the weights to those of `loadWeights(file, weightShapes)`."])}export function setWeights(model${typed(code`tfl.LayersModel`)}, weights${typed(code`{ [name: string]: tf.Tensor }`)})${typed(code`void`)} {
  for (const [name, shapes] of Object.entries(layerWeights)) {
    const layer = model.getLayer(name);
    const values = Object.keys(shapes).map((weight, index) => {
      const value = weights[weight];
      if (value === undefined) throw new Error(${code`\`There is no weight \${weight}.\``});
      return tf.reshape(value, layer.getWeights()[index]${typescript ? code`!` : code``}.shape);
    });
    layer.setWeights(values);
    tf.dispose(values);
  }
}

`;
}
