/**
 * Translation validation: emitted code is run once and compared, layer by layer, with the model that was checked. It must
 * compute the same layers, in the same order, each once, each from what the layers it names have made, in the shapes and with
 * as many weights as the checker says. A difference is a mistake of the compiler, and nothing is computed with such code.
 */

import { type Observer, reaching, tensorShape } from "@cnn-lang/codegen";
import type { Layer, LayerId, Model } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { runProblems } from "../codes.ts";
import { Failure } from "../failure.ts";
import type { Forward, Tensors } from "../load-module.ts";
import type { Weights } from "../weights/transfer.ts";

export interface Emitted {
  readonly model: Model;
  readonly forward: Forward;
  /** The same code with an observer. */
  readonly observed: Forward;
  /** In TensorFlow.js's layout. */
  readonly weights: Weights;
}

/** Two images: with one alone, a batch that is taken for an axis of the map would go unseen. */
const batch = 2;

/** How far the outputs of plain and observed code may lie apart, as a share of the largest: the same kernels run, on some GPUs in another order. */
const tolerance = 1e-4;

/**
 * Runs a network once on two images of arbitrary numbers, without training.
 *
 * @throws Failure CNN8203 where the code is not the model, at the layer that differs.
 */
export async function validate({ model, forward, observed, weights }: Emitted): Promise<void> {
  countWeights(model, weights);
  const results = tf.tidy(() => {
    const inputs = model.inputs.map(({ name, shape }) => [name, arbitrary([batch, ...tensorShape(shape)])] as const);
    const [only] = inputs;
    const fed: Tensors = inputs.length === 1 && only ? only[1] : Object.fromEntries(inputs);
    const { observer, made, finish } = comparison(model, new Map(inputs));
    const seen = byName(model, observed(weights, fed, { training: false }, observer));
    finish();
    const plain = byName(model, forward(weights, fed, { training: false }));
    return model.outputs.map(({ name, layer, shape }): [string, tf.Tensor, tf.Tensor] => {
      const [output, other, { path = "", span = model.span } = {}] = [seen.get(name), plain.get(name), model.layers[layer]];
      if (!output || output !== made.get(layer)) return differ(span, `the output ${name} is not what ${path} makes`);
      if (!other || !isShaped(other, shape)) return differ(span, `the output ${name} is ${written(other?.shape)}, not ${written([batch, ...tensorShape(shape)])}`);
      return [name, output, other];
    });
  });
  for (const [name, output, other] of results) {
    const [a, b] = [Float32Array.from(await output.data()), Float32Array.from(await other.data())];
    tf.dispose([output, other]);
    const largest = a.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 0);
    const apart = a.findIndex((value, i) => !(Math.abs(value - (b[i] ?? NaN)) <= tolerance * largest) && !Object.is(value, b[i]));
    if (apart >= 0) differ(model.span, `value ${apart} of the output ${name} is ${b[apart]}, but ${a[apart]} where it is observed`);
  }
}

/** Numbers of both signs that repeat nowhere. */
function arbitrary(shape: readonly number[]): tf.Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor(Float32Array.from({ length: size }, (_, i) => Math.sin(i * i + 1)), [...shape]);
}

interface Comparison {
  readonly observer: Observer;
  /** What each layer made. */
  readonly made: ReadonlyMap<LayerId, tf.Tensor>;
  /** Whether all layers were seen. */
  readonly finish: () => void;
}

/** Layers are counted, not looked up: those that reuse others have their paths. */
function comparison(model: Model, inputs: ReadonlyMap<string, tf.Tensor>): Comparison {
  const made = new Map<LayerId, tf.Tensor>();
  for (const { name, layer } of model.inputs) {
    const given = inputs.get(name);
    if (given) made.set(layer, given);
  }
  const expected = reaching(model);
  let computed = 0;
  function current(path: string): Layer {
    const next = expected[computed];
    if (next?.path === path) return next;
    return differ(next?.span ?? model.span, `${path} is computed where ${next?.path ?? "nothing"} should be`);
  }
  return {
    made,
    observer: {
      input(path, index, x) {
        const layer = current(path);
        const source = layer.inputs[index] ?? -1;
        if (made.get(source) !== x) differ(layer.span, `input ${index} of ${path} is not what ${model.layers[source]?.path ?? "nothing"} makes`);
        return x;
      },
      output(path, y) {
        const layer = current(path);
        if (!isShaped(y, layer.outputShape)) differ(layer.span, `${path} makes ${written(y.shape)}, not ${written([batch, ...tensorShape(layer.outputShape)])}`);
        computed += 1;
        made.set(layer.id, y);
        return y;
      },
    },
    finish() {
      const missing = expected[computed];
      if (missing) differ(missing.span, `${missing.path} is not computed`);
    },
  };
}

/** Whether each layer has as many learnable numbers as the checker counts. */
function countWeights({ layers }: Model, weights: Weights): void {
  for (const layer of layers) {
    if (layer.reuses !== undefined) continue;
    const learnable = layer.weights.filter(({ kind }) => kind === "parameter");
    const count = learnable.reduce((sum, { name }) => sum + (weights[name]?.size ?? 0), 0);
    if (count !== layer.cost.parameters) differ(layer.span, `${layer.path} has ${count} learnable numbers, not ${layer.cost.parameters}`);
  }
}

const isShaped = (tensor: tf.Tensor, shape: Layer["outputShape"]): boolean => tensor.shape.join() === [batch, ...tensorShape(shape)].join();

const written = (shape: readonly number[] = []): string => `[${shape.join(", ")}]`;

const byName = ({ outputs }: Model, result: Tensors): ReadonlyMap<string, tf.Tensor> =>
  result instanceof tf.Tensor ? new Map([[outputs[0]?.name ?? "", result]]) : new Map(Object.entries(result));

function differ(span: Layer["span"], what: string): never {
  throw new Failure(runProblems.notTheModel({ what }), span);
}
