/** One optimizer step over all weights in one call of a kernel, in place. */

import type { OptimizerRule } from "@cnn-lang/shape-checker";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Parameter } from "../optimizer.ts";
import type { Heap } from "./heap.ts";

/** Words of a record of `assembly/optimizer.ts`. */
const recordWords = 8;

/** Moves all weights and what is remembered of them; `steps` counts from 1. */
export function stepInOne(heap: Heap, settings: OptimizerRule, parameters: readonly Parameter[], steps: number): void {
  const words = new Int32Array(parameters.length * recordWords);
  const floats = new Float32Array(words.buffer);
  for (const [index, { value, gradient, slots, learningRate, weightDecay }] of parameters.entries()) {
    const [first = 0, second = 0, third = 0] = inOrder(settings, slots).map((slot) => (slot ? heap.address(slot) : 0));
    const at = index * recordWords;
    words.set([heap.address(value), heap.address(gradient), first, second, third, value.size], at);
    floats.set([learningRate, weightDecay], at + 6);
  }
  for (const { value } of parameters) heap.packs.forget(value.dataId);
  heap.withInts(words, words.byteLength, (table) => {
    const call = (routine: string, ...settings: number[]) => heap.call(routine, table, parameters.length, ...settings);
    switch (settings.name) {
      case "sgd":
        return call("sgd", settings.momentum, Number(settings.nesterov));
      case "adam":
      case "adamw": {
        const [beta1, beta2] = settings.betas;
        return call("adam", beta1, beta2, settings.epsilon, 1 - beta1 ** steps, 1 - beta2 ** steps, Number(settings.name === "adamw"));
      }
      case "rmsprop":
        return call("rmsprop", settings.alpha, settings.epsilon, settings.momentum);
    }
  });
}

/** The slots in the places where the kernel looks for them. */
function inOrder(settings: OptimizerRule, slots: readonly Tensor[]): readonly (Tensor | undefined)[] {
  if (settings.name !== "rmsprop" || settings.momentum > 0) return slots;
  const [square, mean] = slots;
  return [square, undefined, mean];
}
