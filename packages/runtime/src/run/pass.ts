/** One pass over given tensors, forward and backward: what `cnn run` does, so that anyone can hold a model against PyTorch. */

import type { Mode } from "@cnn-lang/codegen";
import { dataLayout, toTensorFlow, toTorch } from "@cnn-lang/codegen";
import type { Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { selectBackend } from "../backends/select.ts";
import { diagnosticOf, startOf } from "../failure.ts";
import { buildNetwork, disposeNetwork, type Network, run, trainableWeights, outputOf } from "../train/network.ts";
import { checkSmallestBatch } from "../train/prepare.ts";
import { gradientsOf } from "../train/backward.ts";
import { type NamedArray, type NamedArrays, writeSafetensors } from "../weights/safetensors.ts";
import { modelWeights, weightsFrom } from "../weights/starting.ts";
import { downloadWeights, layoutOf } from "../weights/transfer.ts";
import { disk } from "./files.ts";
import type { RunResult } from "./load.ts";
import { type Given, type PassTensors, readPassTensors } from "./pass-tensors.ts";

export interface PassOptions {
  /** A safetensors file with the inputs, and `grad_<output>` where gradients are asked for. */
  readonly input: string;
  /** A safetensors file with all weights; drawn from the seed, and `load`ed as the model says, unless given. */
  readonly weights?: string;
  /** Where the results are written. */
  readonly output?: string;
  /** With batch statistics, which move the running ones, and with dropout. */
  readonly training?: boolean;
  /** False: every dropout is the identity. */
  readonly dropout?: boolean;
  /** What initial weights and dropout's masks are drawn from; 1 unless given. */
  readonly seed?: number;
  /** A backend's name, or `auto`. */
  readonly backend?: string;
}

/**
 * Runs a model on given tensors. The result, in PyTorch's layout: each output by its name; with an upstream gradient
 * `grad_<input>` and `grad/<weight>` of every trainable weight; in training `after/<buffer>`. What is wrong with a file comes
 * back as a diagnostic.
 */
export async function runPass(model: Model, options: PassOptions): Promise<RunResult<NamedArrays>> {
  const { input, weights, output, training = false, dropout = true, seed = 1 } = options;
  let network: Network | undefined;
  // The file that is at work, where what fails is told.
  let file = input;
  try {
    const given = readPassTensors(model, input);
    if (training) checkSmallestBatch(model, given.batch, given.batch);
    const arrays = weights === undefined ? modelWeights(model, seed) : weightsFrom(model, weights);
    const backend = await selectBackend(options.backend);
    if (!backend.ok) return { status: "unavailable", message: backend.message, diagnostics: [] };
    network = await buildNetwork(model, arrays);
    const mode: Mode = { training, ...(training && dropout && { random: { seed, step: 0 } }) };
    const results = new Map([...(await pass(network, given, mode)), ...(training ? await buffers(network) : [])]);
    if (output !== undefined) {
      file = output;
      writeSafetensors(disk, output, results);
    }
    return { status: "ok", value: results, diagnostics: [] };
  } catch (error) {
    return { status: "failed", diagnostics: [diagnosticOf(error, startOf(file))] };
  } finally {
    if (network) disposeNetwork(network);
  }
}

/** Outputs, and the gradients that are asked for. */
async function pass(network: Network, { inputs, gradients, batch }: PassTensors, mode: Mode): Promise<ReadonlyMap<string, NamedArray>> {
  const { model, weights } = network;
  const ports = model.inputs.map(({ name, shape }) => ({ name, tensor: upload(inputs.get(name), dataLayout(shape, batch)) }));
  const upstream = model.outputs.flatMap(({ name, shape }) => (gradients.has(name) ? [{ name, tensor: upload(gradients.get(name), dataLayout(shape, batch)) }] : []));
  const trainable = trainableWeights(model);
  const outputs = new Map<string, tf.Tensor>();
  const forward = (): void => {
    const [only] = ports;
    const fed = ports.length === 1 && only ? only.tensor : Object.fromEntries(ports.map(({ name, tensor }) => [name, tensor]));
    for (const [name, tensor] of run(network, fed, mode)) outputs.set(name, tf.keep(tensor));
  };
  // Σ output · upstream is a number whose gradient is what comes back from the upstream gradients, for any number of outputs.
  const product = (): tf.Scalar => {
    forward();
    return tf.addN(upstream.map(({ name, tensor }) => tf.sum(tf.mul(outputOf(outputs, name), tensor))));
  };
  const wanted = [...ports.map(({ tensor }) => tensor), ...trainable.map((name) => tensorOf(weights, name))];
  if (upstream.length === 0) tf.tidy(forward);
  const { value, gradients: backwards } = upstream.length === 0 ? { value: undefined, gradients: [] } : gradientsOf(product, wanted);

  const results = new Map<string, NamedArray>();
  for (const { name, shape } of model.outputs) results.set(name, await download(outputOf(outputs, name), dataLayout(shape, batch)));
  for (const [index, { name, shape }] of model.inputs.entries()) {
    const gradient = backwards[index];
    if (gradient) results.set(`grad_${name}`, await download(gradient, dataLayout(shape, batch)));
  }
  for (const [index, name] of trainable.entries()) {
    const gradient = backwards[ports.length + index];
    const { shape, toTorch: inTorch } = layoutOf(model, name);
    if (gradient) results.set(`grad/${name}`, { shape, values: inTorch(Float32Array.from(await gradient.data())) });
  }
  tf.dispose([ports.map(({ tensor }) => tensor), upstream.map(({ tensor }) => tensor), [...outputs.values()], [...backwards], value ?? []]);
  return results;
}

type DataLayout = ReturnType<typeof dataLayout>;

function upload(given: Given | undefined, layout: DataLayout): tf.Tensor {
  if (!given) throw new Error("A tensor is missing that was read.");
  return tf.tensor(toTensorFlow(layout, given.values), [...layout.shape]);
}

const download = async (tensor: tf.Tensor, layout: DataLayout): Promise<NamedArray> => ({
  shape: layout.torch,
  values: toTorch(layout, Float32Array.from(await tensor.data())),
});

function tensorOf(weights: Network["weights"], name: string): tf.Tensor {
  const tensor = weights[name];
  if (!tensor) throw new Error(`There is no weight ${name}.`);
  return tensor;
}

/** Running statistics and counters as the pass left them. */
async function buffers({ model, weights }: Network): Promise<readonly (readonly [string, NamedArray])[]> {
  const kinds = new Map(model.layers.flatMap((layer) => layer.weights.map(({ name, kind }) => [name, kind] as const)));
  return [...(await downloadWeights(model, weights))].flatMap(([name, array]) => (kinds.get(name) === "buffer" ? [[`after/${name}`, array] as const] : []));
}
