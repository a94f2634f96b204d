/**
 * The way back over TensorFlow.js's tape. Its own walk keeps everything until its end; this one frees what a step back leaves behind,
 * so that the next one finds room in memory that was just used.
 */

import * as tf from "@tensorflow/tfjs-core";
import { gradientOfLoss } from "../kernels/gradients.ts";

type Tape = ReturnType<typeof tf.engine>["state"]["activeTape"];

/**
 * A number and its gradient for each of the tensors, which `forward` must take as they are: the tape knows them by identity. It is
 * zero for a tensor that the number does not depend on, where `tf.valueAndGrads` throws.
 */
export function gradientsOf(forward: () => tf.Scalar, tensors: readonly tf.Tensor[]): { readonly value: tf.Scalar; readonly gradients: readonly tf.Tensor[] } {
  return tf.tidy(() => {
    const { value, tape } = record(forward);
    try {
      const gradients = walkBack(tape, value, tensors);
      return { value, gradients: tensors.map((tensor) => gradients.get(tensor.id) ?? tf.zerosLike(tensor)) };
    } finally {
      for (const { saved } of tape) free(saved);
    }
  });
}

/** Computes the number, and gives the operations that it came from, in their order. */
function record(forward: () => tf.Scalar): { readonly value: tf.Scalar; readonly tape: Tape } {
  const { state } = tf.engine();
  const tape: Tape = [];
  const before = state.activeTape;
  state.activeTape = tape;
  state.gradientDepth += 1;
  try {
    return { value: tf.tidy(forward), tape };
  } catch (error) {
    for (const { saved } of tape) free(saved);
    throw error;
  } finally {
    state.gradientDepth -= 1;
    state.activeTape = before;
  }
}

/** The gradients of the tensors that the number depends on, by their ids. */
function walkBack(tape: Tape, value: tf.Scalar, tensors: readonly tf.Tensor[]): ReadonlyMap<number, tf.Tensor> {
  const wanted = new Set(tensors.map(({ id }) => id));
  const dependent = new Set(wanted);
  for (const { inputs, outputs } of tape) {
    if (Object.values(inputs).some(({ id }) => dependent.has(id))) for (const { id } of outputs) dependent.add(id);
  }
  const gradients = new Map<number, tf.Tensor>([[value.id, gradientOfLoss()]]);
  // All uses of a tensor come before the operation that made it: by then its gradient is complete, and needed for the last time.
  for (const node of tape.toReversed()) {
    if (node.outputs.some(({ id }) => gradients.has(id))) {
      const inputs = Object.entries(node.inputs).filter(([, { id }]) => dependent.has(id));
      for (const [i, gradient] of stepBack(node, inputs.map(([name]) => name), gradients).entries()) {
        const id = inputs[i]?.[1].id ?? Number.NaN, sum = gradients.get(id);
        gradients.set(id, sum ? tf.add(sum, gradient) : gradient);
        if (sum) free([sum, gradient]);
      }
      free(node.outputs.flatMap(({ id }) => (wanted.has(id) ? [] : (gradients.get(id) ?? []))));
    }
    free(node.saved);
  }
  return gradients;
}

/** `tf.dispose` looks for tensors in whatever it is given, which takes a while where it is called so often. */
function free(tensors: readonly tf.Tensor[] = []): void {
  for (const tensor of tensors) tensor.dispose();
}

/** The gradients of an operation's inputs, in the order of their names, from those of its outputs. */
function stepBack({ kernelName, outputs, gradient }: Tape[number], names: readonly string[], gradients: ReadonlyMap<number, tf.Tensor>): readonly tf.Tensor[] {
  return tf.tidy(() => {
    const given = outputs.map(({ id, shape }) => gradients.get(id) ?? tf.zeros(shape));
    const make = gradient?.(given);
    const made = names.map((name) => make?.[name]?.());
    return made.map((tensor, i) => {
      if (!tensor) throw new Error(`There is no gradient of ${kernelName}.`);
      // Each has one owner, who frees it.
      return given.includes(tensor) || made.indexOf(tensor) < i ? tf.clone(tensor) : tensor;
    });
  });
}
