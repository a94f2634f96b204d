/**
 * Optimizers with PyTorch's rules. On wasm one kernel call moves all weights in place, on webgpu a few do, on
 * tensorflow TensorFlow's own operations; elsewhere each weight's step is made of TensorFlow.js's. The last two give the map new tensors.
 */

import type { OptimizerRule } from "@cnn-lang/shape-checker";
import * as tf from "@tensorflow/tfjs-core";
import type { Parameter } from "../kernels/optimizer.ts";
import { currentOperations } from "../kernels/tensorflow/install.ts";
import { createVariables, isKnownRule } from "../kernels/tensorflow/optimizer.ts";
import { stepInOne } from "../kernels/wasm/optimizer.ts";
import { currentHeap } from "../kernels/wasm/install.ts";
import { currentRecorder } from "../kernels/webgpu/install.ts";
import { stepTogether } from "../kernels/webgpu/optimizer.ts";

/** Tensors by name. */
export type Weights = { [name: string]: tf.Tensor };

/** How some weights are treated unlike the others. */
export interface ParameterGroup {
  /** Instead of the optimizer's, before any schedule. */
  readonly learningRate?: number;
  /** Instead of the optimizer's. */
  readonly weightDecay?: number;
}

/** The memory of an optimizer: `step`, one number, and by slot and weight (`exp_avg/conv_1.weight`) what PyTorch calls so. */
export type OptimizerState = Readonly<Record<string, Float32Array>>;

export interface Optimizer {
  /**
   * Moves all trainable weights against their gradients. `momentum`, for schedules that move it, stands in for the
   * settings' (of Adam: for the first beta); `groups` says what groups use in the place of their own learning rates. Throws where
   * a gradient is missing.
   */
  step(gradients: Readonly<Weights>, learningRate: number, momentum?: number, groups?: ReadonlyMap<number, number>): void;
  /** A copy of the memory, in the layout that the weights have here. */
  state(): Promise<OptimizerState>;
  /** Goes on from a memory. Throws where it is not one of these weights and this optimizer. */
  restore(state: OptimizerState): void;
  dispose(): void;
}

/** The tensors that an optimizer remembers for each weight, by PyTorch's names. */
function slotNames(settings: OptimizerRule): readonly string[] {
  switch (settings.name) {
    case "adam":
    case "adamw":
      return ["exp_avg", "exp_avg_sq"];
    case "sgd":
      return settings.momentum > 0 ? ["momentum_buffer"] : [];
    case "rmsprop":
      return ["square_avg", ...(settings.momentum > 0 ? ["momentum_buffer"] : []), ...(settings.centered ? ["grad_avg"] : [])];
  }
}

/** An optimizer for the weights called `trainable` in the map; `groupOf` gives some of them settings of their own. */
export function createOptimizer(
  settings: OptimizerRule,
  weights: Weights,
  trainable: readonly string[],
  groupOf: (name: string) => ParameterGroup = () => ({}),
): Optimizer {
  const names = slotNames(settings);
  const treated = trainable.map((name) => ({ name, weightDecay: settings.weightDecay, ...groupOf(name) }));
  const slots = new Map(trainable.map((name) => [name, names.map(() => tf.keep(tf.zerosLike(find(weights, name, "weight"))))]));
  const operations = currentOperations();
  const variables = operations && isKnownRule(settings) ? createVariables(operations, trainable.map((name) => [find(weights, name, "weight"), ...(slots.get(name) ?? [])])) : undefined;
  let steps = 0;

  return {
    step(gradients, learningRate, momentum, groups) {
      steps += 1;
      const parameters = treated.map(({ name, learningRate: own, weightDecay }): Parameter & { readonly name: string } => {
        const [value, gradient] = [find(weights, name, "weight"), find(gradients, name, "gradient")];
        return { name, value, gradient, slots: slots.get(name) ?? [], learningRate: own === undefined ? learningRate : (groups?.get(own) ?? own), weightDecay };
      });
      const moving = momentum === undefined ? settings : withMomentum(settings, momentum);
      const heap = currentHeap();
      if (heap) return stepInOne(heap, moving, parameters, steps);
      const recorder = currentRecorder();
      if (recorder) return stepTogether(recorder, moving, parameters, steps);
      const moved = variables && isKnownRule(moving) ? variables.step(moving, parameters, steps) : parameters.map((parameter) => replace(moving, parameter, steps));
      for (const [k, { name, value: before }] of parameters.entries()) {
        const [value = before, ...remembered] = moved[k] ?? [];
        weights[name] = value;
        slots.set(name, remembered);
      }
    },
    async state() {
      const state: { [name: string]: Float32Array } = { step: Float32Array.of(steps) };
      for (const [name, own] of slots) for (const [index, tensor] of own.entries()) state[`${names[index]}/${name}`] = Float32Array.from(await tensor.data());
      return state;
    },
    restore(state) {
      for (const [name, own] of slots) {
        const restored = own.map((old, index) => {
          const values = state[`${names[index]}/${name}`];
          if (values?.length !== old.size) throw new Error(`The optimizer's state has no ${names[index]} of ${old.size} numbers for ${name}.`);
          return tf.keep(tf.tensor(values, old.shape));
        });
        tf.dispose(own);
        slots.set(name, restored);
      }
      steps = state.step?.[0] ?? 0;
    },
    dispose() {
      tf.dispose([...slots.values()]);
      variables?.dispose();
    },
  };
}

function find(tensors: Readonly<Weights>, name: string, what: string): tf.Tensor {
  const tensor = tensors[name];
  if (!tensor) throw new Error(`There is no ${what} ${name}.`);
  return tensor;
}

const withMomentum = (settings: OptimizerRule, momentum: number): OptimizerRule =>
  "betas" in settings ? { ...settings, betas: [momentum, settings.betas[1]] } : { ...settings, momentum };

/** The weight and its slots after step `steps`; those of before are disposed. */
function replace(settings: OptimizerRule, parameter: Parameter, steps: number): tf.Tensor[] {
  const moved = tf.tidy(() => move(settings, parameter, steps).map((tensor) => tf.keep(tensor)));
  tf.dispose([parameter.value, ...parameter.slots]);
  return moved;
}

/** The weight and its slots after step `steps`, made of TensorFlow.js's operations. */
function move(settings: OptimizerRule, { value, gradient, slots: [first = value, second = value, third = value], learningRate, weightDecay }: Parameter, steps: number): tf.Tensor[] {
  const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, weightDecay));
  switch (settings.name) {
    case "sgd": {
      if (settings.momentum === 0) return [tf.sub(value, tf.mul(decayed, learningRate))];
      const velocity = tf.add(tf.mul(first, settings.momentum), decayed);
      const step = settings.nesterov ? tf.add(decayed, tf.mul(velocity, settings.momentum)) : velocity;
      return [tf.sub(value, tf.mul(step, learningRate)), velocity];
    }
    case "adam":
    case "adamw": {
      const [beta1, beta2] = settings.betas;
      const g = settings.name === "adam" ? decayed : gradient;
      const kept = settings.name === "adam" ? value : tf.mul(value, 1 - learningRate * weightDecay);
      const mean = blend(first, g, beta1), square = blend(second, tf.square(g), beta2);
      const root = tf.add(tf.mul(tf.sqrt(square), 1 / Math.sqrt(1 - beta2 ** steps)), settings.epsilon);
      return [tf.sub(kept, tf.div(tf.mul(mean, learningRate / (1 - beta1 ** steps)), root)), mean, square];
    }
    case "rmsprop": {
      const { alpha, epsilon, momentum, centered } = settings;
      const square = blend(first, tf.square(decayed), alpha);
      const mean = centered ? blend(momentum > 0 ? third : second, decayed, alpha) : undefined;
      const variance = mean ? tf.relu(tf.sub(square, tf.square(mean))) : square;
      let step = tf.div(decayed, tf.add(tf.sqrt(variance), epsilon));
      if (momentum > 0) step = tf.add(tf.mul(second, momentum), step);
      return [tf.sub(value, tf.mul(step, learningRate)), square, ...(momentum > 0 ? [step] : []), ...(mean ? [mean] : [])];
    }
  }
}

/** share · old + (1 − share) · fresh. */
const blend = (old: tf.Tensor, fresh: tf.Tensor, share: number): tf.Tensor => tf.add(tf.mul(old, share), tf.mul(fresh, 1 - share));
