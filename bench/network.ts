/** A network of the goldens, emitted and ready to be trained for a step: what the benchmarks time. */

import { readFileSync } from "node:fs";
import { emit } from "@cnn-lang/codegen";
import { check, memoryProject } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import { loadModule } from "../packages/runtime/src/load-module.ts";
import { crossEntropy } from "../packages/runtime/src/nn.ts";
import { createOptimizer, type Weights } from "../packages/runtime/src/train/optimizers.ts";

export interface Trainee {
  /** One step on the same random batch; the loss. */
  step(): number;
}

/** A network of `test/goldens/nets`, or of any `.cnn` file with one model, with random weights, and Adam. */
export async function prepare(name: string, batch: number): Promise<Trainee> {
  const source = readFileSync(name.endsWith(".cnn") ? name : new URL(`../test/goldens/nets/${name}.cnn`, import.meta.url), "utf8");
  const [model] = check(memoryProject({ "main.cnn": source }), "main.cnn").models;
  if (!model) throw new Error(`${name}.cnn has no model.`);
  const { forward, weightShapes } = await loadModule((await emit(model)).code);
  const weights: Weights = {};
  for (const [name, shape] of Object.entries(weightShapes)) {
    const fan = shape.slice(0, -1).reduce((all, n) => all * n, 1);
    const ones = /weight$|running_var$/.test(name) && shape.length === 1;
    weights[name] = ones ? tf.ones([...shape]) : shape.length < 2 ? tf.zeros([...shape]) : tf.randomUniform([...shape], -1 / Math.sqrt(fan), 1 / Math.sqrt(fan), "float32", 1);
  }
  const trainable = model.layers.flatMap((layer) => layer.weights.filter(({ trainable }) => trainable).map(({ name }) => name));
  const optimizer = createOptimizer({ name: "adam", learningRate: 0.001, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 }, weights, trainable);
  const { channels, axes } = model.inputs[0]?.shape ?? { channels: 1, axes: [] };
  const x = tf.randomNormal([batch, ...axes.map(Number), Number(channels)], 0, 1, "float32", 2);
  const labels = tf.randomUniform([batch], 0, 10, "int32", 3);
  let count = 0;

  return {
    step() {
      const mode = { training: true, random: { seed: 1, step: count++ } };
      return tf.tidy(() => {
        const given = trainable.map((name) => weights[name] ?? tf.scalar(0));
        const loss = (...moved: tf.Tensor[]): tf.Scalar => {
          const all = Object.assign(weights, Object.fromEntries(trainable.map((name, i) => [name, moved[i]])));
          const y = forward(all, x, mode);
          if (!(y instanceof tf.Tensor)) throw new Error("The benchmark takes networks of one output.");
          return crossEntropy(y, labels);
        };
        const { value, grads } = tf.valueAndGrads((...moved: tf.Tensor[]) => loss(...moved))(given);
        Object.assign(weights, Object.fromEntries(trainable.map((name, i) => [name, given[i]])));
        optimizer.step(Object.fromEntries(trainable.map((name, i) => [name, grads[i] ?? tf.scalar(0)])), 0.001);
        return value.dataSync()[0] ?? Number.NaN;
      });
    },
  };
}
