/** A step on webgpu that was computed once, forward and backward, with its commands kept: other batches go through the same commands. */

import type { Mode } from "@cnn-lang/codegen";
import * as tf from "@tensorflow/tfjs-core";
import type { Batch } from "../data/batch.ts";
import { compare } from "../kernels/webgpu/compare.ts";
import type { Place } from "../kernels/webgpu/memory.ts";
import type { Recorder } from "../kernels/webgpu/recorder.ts";
import { like } from "../primitives/tensors.ts";
import type { Weights } from "../weights/transfer.ts";
import { clip, type Computed, computeGradients, computeOn, given, sentOf, type Training } from "./step.ts";

export interface Recording {
  /** Whether the weights still lie where the commands look for them. */
  isCurrent(): boolean;
  /** What another batch is worth. Its gradients are those of the next one, too: whoever wants them takes them now. */
  replay(batch: Batch, mode: Mode): Computed;
  /** Computes a batch anew, and finds out whether the commands give the same bits for it. */
  prove(batch: Batch, mode: Mode): { readonly computed: Computed; readonly agrees: Promise<boolean> };
  dispose(): void;
}

/** Computes a batch and records it. There is no recording where something in the step happens outside of the card. */
export function record(training: Training, recorder: Recorder, first: Batch, mode: Mode): { readonly computed: Computed; readonly recording?: Recording } {
  const { weights } = training.network;
  const before = { ...weights }, counts = countsIn(recorder, weights);
  const tensors = given(first);
  const places = [tensors.sent, tensors.labels, ...floatsIn(weights)].map((tensor) => recorder.placeOf(tensor));
  const { result: recorded, plan } = recorder.capture(() => clippedOf(training, computeOn(training, tensors, mode)));
  const release = (): void => {
    tf.dispose([tensors.sent, tensors.labels]);
    plan?.release();
  };
  // Batch norms count their batches in numbers that never get to the card.
  const replaced = Object.keys(weights).filter((name) => weights[name] !== before[name]);
  const counted = countsIn(recorder, weights);
  if (!plan || replaced.some((name) => counted.get(name) !== (counts.get(name) ?? NaN) + 1)) {
    release();
    return { computed: recorded };
  }

  /** The results of the commands that were sent last, those that a step hands on as copies. */
  const results = (): Computed => ({ loss: copied(recorder, recorded.loss), tally: copied(recorder, recorded.tally), gradients: recorded.gradients });
  const send = (batch: Batch, { random }: Mode): void => {
    recorder.submit();
    recorder.write(tensors.sent, sentOf(batch));
    recorder.write(tensors.labels, batch.labels);
    plan.replay(random?.step ?? 0);
  };
  /** What a batch is worth when it is computed anew, in the same memory. */
  const anew = (batch: Batch, mode: Mode): Computed => {
    const kept = each(recorded, (tensor) => like(tensor, roomFor(recorder, tensor)));
    plan.within(() => {
      const computed = clippedOf(training, computeGradients(training, batch, mode));
      for (const [tensor, to] of pairs(computed, kept)) recorder.copy(tensor, to);
      tf.dispose([computed.loss, computed.tally, computed.gradients]);
    });
    return kept;
  };

  const recording: Recording = {
    isCurrent: () => [tensors.sent, tensors.labels, ...floatsIn(weights)].every((tensor, i) => isSame(recorder.placeOf(tensor), places[i])),
    replay(batch, mode) {
      send(batch, mode);
      for (const name of replaced) countUp(weights, name);
      return results();
    },
    prove(batch, mode) {
      const moving = floatsIn(weights).filter((tensor) => !training.trainable.some((name) => weights[name] === tensor));
      const begin = moving.map((tensor) => copied(recorder, tensor));
      send(batch, mode);
      const end = moving.map((tensor) => copied(recorder, tensor));
      for (const [i, tensor] of moving.entries()) recorder.copy(begin[i] ?? tensor, tensor);
      const computed = anew(batch, mode), differs = tf.tensor1d([0], "int32");
      compare(recorder, [...pairs(computed, recorded), ...moving.map((tensor, i) => [tensor, end[i] ?? tensor] as const)], differs);
      tf.dispose([begin, end]);
      const agrees = differs.data().then(([found]) => {
        differs.dispose();
        return found === 0;
      });
      return { computed, agrees };
    },
    dispose() {
      tf.dispose([recorded.loss, recorded.tally, recorded.gradients]);
      release();
    },
  };
  return { computed: results(), recording };
}

/** All of a step but the optimizer, whose numbers differ from step to step. */
const clippedOf = (training: Training, { gradients, ...result }: Computed): Computed => ({ ...result, gradients: clip(training, gradients) });

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

/** A tensor of that shape, of any values, with a buffer of its own. */
function roomFor(recorder: Recorder, { shape, dtype }: tf.Tensor): tf.Tensor {
  const room = recorder.output(shape, dtype);
  recorder.placeOf(room);
  return tf.engine().makeTensorFromTensorInfo(room);
}

const floatsIn = (weights: Weights): readonly tf.Tensor[] => Object.values(weights).filter(({ dtype }) => dtype === "float32");

/** The counters among the weights, by their names. */
function countsIn(recorder: Recorder, weights: Weights): ReadonlyMap<string, number> {
  const counters = Object.entries(weights).filter(([, { dtype, size }]) => dtype === "int32" && size === 1);
  return new Map(counters.flatMap(([name, tensor]): [string, number][] => {
    const [count] = recorder.valuesHere(tensor) ?? [];
    return typeof count === "number" ? [[name, count]] : [];
  }));
}

function countUp(weights: Weights, name: string): void {
  const before = weights[name];
  weights[name] = tf.keep(tf.scalar((before?.dataSync()[0] ?? 0) + 1, "int32"));
  before?.dispose();
}

const copied = <T extends tf.Tensor>(recorder: Recorder, tensor: T): T => like(tensor, tf.engine().makeTensorFromTensorInfo(recorder.copy(tensor)));

const isSame = (place: Place, other: Place | undefined): boolean => place.buffer === other?.buffer && place.offset === other.offset;
