/** An optimizer's step on TensorFlow: for each weight its own operation, on variables that it moves where they lie. */

import type { OptimizerRule } from "@cnn-lang/shape-checker";
import { dispose, keep, scalar, tidy, type Tensor } from "@tensorflow/tfjs-core";
import type { Parameter } from "../optimizer.ts";
import { float, type Operations } from "./operations.ts";

/** The rules that TensorFlow has as PyTorch has them: of its RMSprop epsilon lies under the root. */
export type KnownRule = Exclude<OptimizerRule, { readonly name: "rmsprop" }>;
export const isKnownRule = (settings: OptimizerRule): settings is KnownRule => settings.name !== "rmsprop";

/** The weights and slots of one optimizer as TensorFlow's variables. */
export interface Variables {
  /** Moves all weights; `steps` counts from 1. Gives for each the tensors of weight and slots that stand for the old ones, which are disposed. */
  step(settings: KnownRule, parameters: readonly Parameter[], steps: number): Tensor[][];
  dispose(): void;
}

interface Variable {
  readonly handle: Tensor;
  /** The tensor that was last read of it. Any other in its place is written to it first. */
  read?: Tensor;
}

const typed = { dtype: { type: "float32" } } as const;
let named = 0;

/** Makes a variable for each tensor: of a row the first is a weight, the others are its slots. */
export function createVariables(operations: Operations, rows: readonly (readonly Tensor[])[]): Variables {
  const variables = rows.map((row) =>
    row.map(({ shape }): Variable => {
      const attributes = { ...typed, container: "", shared_name: `cnn-${(named += 1)}`, shape: { shape } };
      return { handle: keep(operations.run("VarHandleOp", [], attributes)) };
    }),
  );

  const read = (variable: Variable): Tensor => (variable.read = keep(operations.run("ReadVariableOp", [variable.handle], typed)));

  function move(settings: KnownRule, own: readonly Variable[], { value, gradient, slots, learningRate, weightDecay }: Parameter, steps: number, number: (value: number) => Tensor): Tensor[] {
    const tensors = [value, ...slots];
    for (const [k, variable] of own.entries()) {
      const tensor = tensors[k];
      if (tensor && tensor !== variable.read) operations.runForAll("AssignVariableOp", [variable.handle, tensor], typed, 0);
    }
    const decay = (rate: number): Tensor => operations.run("Mul", [value, number(rate)], float);
    const decayed = settings.name === "adamw" || weightDecay === 0 ? gradient : operations.run("AddV2", [gradient, decay(weightDecay)], float);
    const lost = settings.name === "adamw" && weightDecay !== 0 ? decay(learningRate * weightDecay) : undefined;
    // Before the variables move: a tensor that shares their memory would make TensorFlow copy it.
    dispose(tensors);
    const handles = own.map(({ handle }) => handle);
    if (lost) operations.runForAll("AssignSubVariableOp", [...handles.slice(0, 1), lost], typed, 0);
    switch (settings.name) {
      case "sgd":
        if (settings.momentum === 0) operations.runForAll("ResourceApplyGradientDescent", [...handles, number(learningRate), decayed], float, 0);
        else operations.runForAll("ResourceApplyMomentum", [...handles, number(learningRate), decayed, number(settings.momentum)], { ...float, use_nesterov: settings.nesterov }, 0);
        break;
      case "adam":
      case "adamw": {
        // The bias corrections are worked out here, of the betas as TensorFlow holds them: 1 − 0.999 is off by 1e-5 in its numbers.
        const [beta1, beta2] = settings.betas.map(Math.fround);
        if (beta1 === undefined || beta2 === undefined) throw new Error("Adam has two betas.");
        const root = Math.sqrt(1 - beta2 ** steps);
        const rate = (learningRate * root) / (1 - beta1 ** steps);
        const numbers = [0, 0, rate, beta1, beta2, settings.epsilon * root].map(number);
        operations.runForAll("ResourceApplyAdam", [...handles, ...numbers, decayed], float, 0);
      }
    }
    return own.map(read);
  }

  return {
    step: (settings, parameters, steps) => {
      const rows: Tensor[][] = [];
      tidy(() => {
        const numbers = new Map<number, Tensor>();
        const number = (value: number): Tensor => {
          const made = numbers.get(value) ?? scalar(value);
          numbers.set(value, made);
          return made;
        };
        for (const [k, parameter] of parameters.entries()) rows.push(move(settings, variables[k] ?? [], parameter, steps, number));
      });
      return rows;
    },
    dispose() {
      for (const { handle } of variables.flat()) {
        operations.runForAll("DestroyResourceOp", [handle], { ignore_lookup_error: true }, 0);
        handle.dispose();
      }
    },
  };
}
