/** Questions to a model. */

import { printShape } from "../shapes/shape.ts";
import type { Layer, Model, Weight } from "./model.ts";

/** Every weight once, in the order of the layers: PyTorch's `state_dict` order. */
export function weightsOf(model: Pick<Model, "layers">): readonly Weight[] {
  return model.layers.flatMap((layer) => (layer.reuses === undefined ? layer.weights : []));
}

/** One line a layer: `7 conv_2: conv(4) 16@8x8`. What tests show and a reader debugs with. */
export function printModel(model: Model): string {
  const lines = model.layers.map((layer) => printLayer(layer));
  const outputs = model.outputs.map(({ name, layer }) => `${name}: ${layer}`).join(", ");
  return `${[`model ${model.name}`, ...lines, `output ${outputs}`].join("\n")}\n`;
}

function printLayer({ id, path, operator, inputs, outputShape, weights, reuses, frozen, absorbed = [] }: Layer): string {
  const shapes = weights.map(({ name, shape }) => `${name.slice(path.length + 1) || "itself"}[${shape.join(", ")}]`);
  const notes = [...(reuses === undefined ? [] : [`reuses ${reuses}`]), ...(frozen ? ["frozen"] : [])];
  const more = absorbed.map((layer) => `+ ${layer.path}: ${layer.operator}`);
  return [`${id} ${path}: ${operator}(${inputs.join(", ")}) ${printShape(outputShape)}`, ...shapes, ...notes, ...more].join(" ");
}
