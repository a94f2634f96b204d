/** Runs programs through the code that they become: emitted, imported, and given tensors in PyTorch's layout. */

import { dataLayout, emit, toTensorFlow, toTorch, weightLayout, type Layout, type Mode, type WeightMap } from "@cnn-lang/codegen";
import type { Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { loadModule, type Forward, type Tensors } from "../../packages/runtime/src/load-module.ts";
import type { GoldenTensor } from "./safetensors.ts";

export interface Emitted {
  readonly model: Model;
  readonly code: string;
  readonly forward: Forward;
}

export async function load(model: Model): Promise<Emitted> {
  const { code } = await emit(model);
  const { forward } = await loadModule(code);
  return { model, code, forward };
}

/** How each weight of a model lies in TensorFlow.js. */
export const weightLayouts = ({ layers }: Model): ReadonlyMap<string, Layout> =>
  new Map(layers.flatMap((layer) => layer.weights.map((weight) => [weight.name, weightLayout(layer, weight)] as const)));

const upload = (layout: Layout, values: Float32Array): tf.Tensor => tf.tensor(toTensorFlow(layout, values), [...layout.shape]);

/** The weights that the code reads, as `golden` gives them. */
export function weightsFrom(model: Model, golden: (name: string) => GoldenTensor): WeightMap {
  const read = model.layers.flatMap((layer) => layer.weights.filter(({ dtype }) => dtype === "float32"));
  const layouts = weightLayouts(model);
  return Object.fromEntries(read.map(({ name }) => [name, upload(layoutOf(layouts, name), golden(name).values)]));
}

export function layoutOf(layouts: ReadonlyMap<string, Layout>, name: string): Layout {
  return layouts.get(name) ?? missing(name);
}

/** A tensor's values in PyTorch's order. */
export const download = async (layout: Layout, tensor: tf.Tensor): Promise<Float32Array> => toTorch(layout, Float32Array.from(await tensor.data()));

export interface Run {
  readonly outputs: ReadonlyMap<string, Float32Array>;
  /** With an upstream gradient: of each input, and of each parameter, by name. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/**
 * One pass over a batch; with `upstream`, the gradient of the only output, backwards too. All in PyTorch's layout.
 * Running statistics that training replaces are replaced in `weights`.
 */
export async function run(
  { model, forward }: Emitted,
  weights: WeightMap,
  inputs: ReadonlyMap<string, GoldenTensor>,
  mode: Mode = { training: false },
  upstream?: GoldenTensor,
): Promise<Run> {
  tf.engine().startScope();
  try {
    const fed = model.inputs.map(({ name, shape }) => {
      const { shape: [batch = 1] = [], values } = inputs.get(name) ?? missing(name);
      return upload(dataLayout(shape, batch), values);
    });
    const call = (xs: readonly tf.Tensor[], given: WeightMap): ReadonlyMap<string, tf.Tensor> => {
      const named = Object.fromEntries(model.inputs.map(({ name }, index) => [name, xs[index] ?? missing(name)]));
      const [only = missing("input")] = xs;
      return byName(model, forward(given, model.inputs.length === 1 ? only : named, mode));
    };
    const read = async (results: ReadonlyMap<string, tf.Tensor>): Promise<Run["outputs"]> => {
      const outputs = new Map<string, Float32Array>();
      for (const { name, shape } of model.outputs) {
        const result = results.get(name) ?? missing(name);
        outputs.set(name, await download(dataLayout(shape, result.shape[0] ?? 1), result));
      }
      return outputs;
    };
    if (upstream === undefined) return { outputs: await read(call(fed, weights)), gradients: new Map() };

    const parameters = model.layers.flatMap((layer) => layer.weights.filter(({ kind }) => kind === "parameter").map(({ name }) => name));
    let results: ReadonlyMap<string, tf.Tensor> = new Map();
    const differentiate = tf.grads((...xs: tf.Tensor[]) => {
      const moved = parameters.map((name, index) => [name, xs[fed.length + index] ?? missing(name)] as const);
      const given: WeightMap = { ...weights, ...Object.fromEntries(moved) };
      results = call(xs, given);
      for (const result of results.values()) tf.keep(result);
      for (const name of Object.keys(weights)) if (!parameters.includes(name)) weights[name] = given[name] ?? missing(name);
      return results.get(model.outputs[0]?.name ?? "") ?? missing("output");
    });
    const [{ shape } = missing("output")] = model.outputs;
    const dy = upload(dataLayout(shape, upstream.shape[0] ?? 1), upstream.values);
    const all = differentiate([...fed, ...parameters.map((name) => weights[name] ?? missing(name))], dy);
    const outputs = await read(results);
    tf.dispose([...results.values()]);
    const layouts = weightLayouts(model);
    const wanted = [
      ...model.inputs.map((port, index) => [port.name, dataLayout(port.shape, fed[index]?.shape[0] ?? 1)] as const),
      ...parameters.map((name) => [name, layoutOf(layouts, name)] as const),
    ];
    const gradients = new Map<string, Float32Array>();
    for (const [index, [name, layout]] of wanted.entries()) gradients.set(name, await download(layout, all[index] ?? missing(name)));
    return { outputs, gradients };
  } finally {
    tf.engine().endScope();
  }
}

const byName = ({ outputs }: Model, result: Tensors): ReadonlyMap<string, tf.Tensor> =>
  result instanceof tf.Tensor ? new Map([[outputs[0]?.name ?? "", result]]) : new Map(Object.entries(result));

function missing(name: string): never {
  throw new Error(`${name} is missing.`);
}
