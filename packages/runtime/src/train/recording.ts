/** What a batch is worth, computed once while that was kept, forward and backward: other batches go through the same. */

import type { Mode } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/batch.ts";
import type { Capturer, Place } from "../kernels/capture.ts";
import { like } from "../primitives/tensors.ts";
import type { Weights } from "../weights/transfer.ts";
import { type Computed, type Given, given, sentOf } from "./step.ts";

/** What is computed of a batch in a step: all but the optimizer, whose numbers differ from step to step. */
export interface Computation {
  readonly weights: Weights;
  /** The weights that move by their gradients. */
  readonly trainable: readonly string[];
  on(given: Given, mode: Mode): Computed;
}

export interface Recording {
  /** Whether the weights still lie where the recording looks for them. */
  isCurrent(): boolean;
  /** What another batch is worth. Its gradients are those of the next one, too: whoever wants them takes them now. */
  replay(batch: Batch, mode: Mode): Computed;
  /** Computes a batch of any size anew, in the same memory. */
  anew(batch: Batch, mode: Mode): Computed;
  /** The same, and finds out whether the recording gives the same bits for it. */
  prove(batch: Batch, mode: Mode, tell: (agrees: boolean) => void): Computed;
  dispose(): void;
}

/** Computes a batch, and all that is left behind by that. */
export function compute(computation: Computation, batch: Batch, mode: Mode): Computed {
  const tensors = given(batch);
  const computed = computation.on(tensors, mode);
  tf.dispose([tensors.sent, tensors.labels]);
  return computed;
}

/** Computes a batch and records it. There is no recording where something in the step happens outside of kernels. */
export function record(computation: Computation, capturer: Capturer, first: Batch, mode: Mode): { readonly computed: Computed; readonly recording?: Recording } {
  const { weights, trainable } = computation;
  const before = { ...weights }, counts = countsIn(capturer, weights);
  const tensors = given(first);
  const places = [tensors.sent, tensors.labels, ...floatsIn(weights)].map((tensor) => capturer.placeOf(tensor));
  const { result: recorded, plan } = capturer.capture(() => computation.on(tensors, mode));
  const release = (): void => {
    tf.dispose([tensors.sent, tensors.labels]);
    plan?.release();
  };
  // Batch norms count their batches in whole numbers, which are counted here instead.
  const replaced = Object.keys(weights).filter((name) => weights[name] !== before[name]);
  const counted = countsIn(capturer, weights);
  if (!plan || replaced.some((name) => counted.get(name) !== (counts.get(name) ?? NaN) + 1)) {
    release();
    return { computed: recorded };
  }
  const settle = (): void => {
    for (const [name, count] of countsIn(capturer, weights)) if (replaced.includes(name)) setCount(weights, name, count);
  };
  settle();

  /** The results of what was done last, those that a step hands on as copies. */
  const results = (): Computed => ({ loss: copied(capturer, recorded.loss), tally: copied(capturer, recorded.tally), gradients: recorded.gradients });
  const again = (batch: Batch, { random }: Mode): void => {
    capturer.write(tensors.sent, sentOf(batch));
    capturer.write(tensors.labels, batch.labels);
    plan.replay(random?.step ?? 0);
  };

  const recording: Recording = {
    isCurrent: () => [tensors.sent, tensors.labels, ...floatsIn(weights)].every((tensor, i) => isSame(capturer.placeOf(tensor), places[i])),
    replay(batch, mode) {
      again(batch, mode);
      for (const name of replaced) setCount(weights, name, countOf(weights, name) + 1);
      return results();
    },
    anew(batch, mode) {
      const kept = each(recorded, (tensor) => like(tensor, tf.engine().makeTensorFromTensorInfo(capturer.output(tensor.shape, tensor.dtype))));
      plan.within(() => {
        const computed = compute(computation, batch, mode);
        for (const [tensor, to] of pairs(computed, kept)) capturer.copy(tensor, to);
        tf.dispose([computed.loss, computed.tally, computed.gradients]);
        settle();
      });
      return kept;
    },
    prove(batch, mode, tell) {
      const moving = floatsIn(weights).filter((tensor) => !trainable.some((name) => weights[name] === tensor));
      const begin = moving.map((tensor) => copied(capturer, tensor));
      again(batch, mode);
      const end = moving.map((tensor) => copied(capturer, tensor));
      for (const [i, tensor] of moving.entries()) capturer.copy(begin[i] ?? tensor, tensor);
      const computed = recording.anew(batch, mode);
      capturer.compare([...pairs(computed, recorded), ...moving.map((tensor, i) => [tensor, end[i] ?? tensor] as const)], tell);
      tf.dispose([begin, end]);
      return computed;
    },
    dispose() {
      tf.dispose([recorded.loss, recorded.tally, recorded.gradients]);
      release();
    },
  };
  return { computed: results(), recording };
}

/** The same with other tensors in the place of all. */
const each = ({ loss, tally, gradients }: Computed, of: <T extends tf.Tensor>(tensor: T) => T): Computed => ({
  loss: of(loss),
  tally: of(tally),
  gradients: Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, of(gradient)])),
});

/** The tensors of two results, by twos. */
const pairs = (a: Computed, b: Computed): readonly (readonly [tf.Tensor, tf.Tensor])[] => [
  [a.loss, b.loss],
  [a.tally, b.tally],
  ...Object.entries(a.gradients).map(([name, gradient]) => [gradient, b.gradients[name] ?? gradient] as const),
];

const floatsIn = (weights: Weights): readonly tf.Tensor[] => Object.values(weights).filter(({ dtype }) => dtype === "float32");

/** The counters among the weights, by their names. */
function countsIn(capturer: Capturer, weights: Weights): ReadonlyMap<string, number> {
  const counters = Object.entries(weights).filter(([, { dtype, size }]) => dtype === "int32" && size === 1);
  return new Map(counters.flatMap(([name, tensor]): [string, number][] => {
    const [count] = capturer.valuesHere(tensor) ?? [];
    return typeof count === "number" ? [[name, count]] : [];
  }));
}

const countOf = (weights: Weights, name: string): number => weights[name]?.dataSync()[0] ?? 0;

/** Puts a tensor with another number in a counter's place, which lies outside of any plan's memory. */
function setCount(weights: Weights, name: string, count: number): void {
  const before = weights[name];
  weights[name] = tf.keep(tf.scalar(count, "int32"));
  before?.dispose();
}

const copied = <T extends tf.Tensor>(capturer: Capturer, tensor: T): T => like(tensor, tf.engine().makeTensorFromTensorInfo(capturer.copy(tensor)));

const isSame = (place: Place, other: Place | undefined): boolean => place.buffer === other?.buffer && place.offset === other.offset;
