/** From a checked model and its weights to a TensorFlow graph for inference, of stock operations only. */

import { reaching } from "../passes/outline.ts";
import { tensorShape, toTensorFlow, weightLayout } from "../layout.ts";
import type { Layer, LayerId, LayerOf, Model, OperatorName, Shape } from "@cnn-lang/shape-checker";
import { activations } from "./activations.ts";
import { border } from "./border.ts";
import { channels } from "./channels.ts";
import { conv } from "./conv.ts";
import { convTranspose } from "./conv-transpose.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import type { Context, GraphEmitter, GraphEmitters } from "./emitter.ts";
import { globalPool } from "./global-pool.ts";
import { type Constant, createGraph, type Graph, type GraphNode, type GraphShape, type Node } from "./graph.ts";
import { join } from "./join.ts";
import { normalization } from "./normalization.ts";
import { pool } from "./pool.ts";
import { reshape } from "./reshape.ts";
import { resize } from "./resize.ts";

const emitters: GraphEmitters<OperatorName> = {
  ...conv,
  ...convTranspose,
  ...dense,
  ...normalization,
  ...activations,
  ...pool,
  ...globalPool,
  ...dropout,
  ...reshape,
  ...resize,
  ...border,
  ...channels,
  ...join,
};

/** A tensor of a graph's signature. */
interface SignatureTensor {
  readonly name: string;
  readonly dtype: "DT_FLOAT";
  readonly tensorShape: GraphShape;
}

export interface GraphModel {
  /** `modelTopology` of TensorFlow.js's `model.json`. */
  readonly topology: { readonly node: readonly GraphNode[]; readonly versions: { readonly producer: number } };
  readonly signature: { readonly inputs: Readonly<Record<string, SignatureTensor>>; readonly outputs: Readonly<Record<string, SignatureTensor>> };
  /** The values of the nodes `Const`, in order. */
  readonly constants: readonly Constant[];
}

/**
 * A model as a graph that TensorFlow.js's `loadGraphModel` reads. Inputs and outputs are `[batch, …axes, channels]`, by their names.
 *
 * @param weights Each weight by its name, in PyTorch's layout.
 */
export function graphModel(model: Model, weights: (name: string) => Float32Array): GraphModel {
  const graph = createGraph();
  const values = new Map<LayerId, Node>();
  for (const { name, layer, shape } of model.inputs) values.set(layer, graph.placeholder(name, open(shape)));
  for (const layer of reaching(model)) {
    graph.enter(layer.path);
    values.set(layer.id, emitLayer(layer, contextOf(layer, model, graph, values, weights)));
  }
  graph.enter("");
  const inputs = model.inputs.map((port) => [port, find(values, port.layer)] as const);
  const outputs = model.outputs.map((port) => [port, graph.named(port.name, find(values, port.layer))] as const);
  const signature = (ports: typeof inputs) =>
    Object.fromEntries(ports.map(([{ name, shape }, node]) => [name, { name: `${node.name}:0`, dtype: "DT_FLOAT", tensorShape: open(shape) } as const]));
  return { topology: { node: graph.nodes, versions: { producer: 1 } }, signature: { inputs: signature(inputs), outputs: signature(outputs) }, constants: graph.constants };
}

const open = (shape: Shape): GraphShape => ({ dim: [-1, ...tensorShape(shape)].map((size) => ({ size })) });

const emitLayer = <N extends OperatorName>(layer: LayerOf<N>, here: Context): Node => {
  const emitter: GraphEmitter<N> = emitters[layer.operator];
  return emitter(layer, here);
};

function contextOf(layer: Layer, { layers }: Model, graph: Graph, values: ReadonlyMap<LayerId, Node>, weights: (name: string) => Float32Array): Context {
  const inputs = layer.inputs.map((id) => find(values, id));
  const inputShapes = layer.inputs.map((id) => layers[id]?.outputShape ?? layer.outputShape);
  const named = (leaf: string) => {
    const weight = layer.weights.find(({ name }) => name === (leaf === "" ? layer.path : `${layer.path}.${leaf}`));
    if (!weight) throw new Error(`${layer.path} has no weight ${leaf}.`);
    return weight;
  };
  return {
    graph,
    input: inputs[0] ?? find(values, layer.id),
    inputs,
    inputShape: inputShapes[0] ?? layer.outputShape,
    inputShapes,
    weight(leaf) {
      const weight = named(leaf);
      const layout = weightLayout(layer, weight);
      return graph.floats(toTensorFlow(layout, weights(weight.name)), layout.shape, weight.name);
    },
    numbers: (leaf) => weights(named(leaf).name),
  };
}

function find(values: ReadonlyMap<LayerId, Node>, id: LayerId): Node {
  const value = values.get(id);
  if (value === undefined) throw new Error(`Layer ${id} is used before it is computed.`);
  return value;
}
