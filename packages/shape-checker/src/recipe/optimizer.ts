/** The recipe's `optimizer`: how gradients move the weights. */

import type { Written, WrittenForm } from "./written.ts";

interface OfEveryRule {
  readonly learningRate: number;
  readonly weightDecay: number;
}

interface Grouping {
  /** Whether norms and biases decay, too. */
  readonly decayNormsAndBiases: boolean;
  /** Layers that are treated unlike the others; of several that select a layer the last counts. */
  readonly groups: readonly OptimizerGroup[];
}

export interface OptimizerGroup {
  /** Beginnings of paths, in whole segments, as `freeze` takes them; `*` is any one segment. */
  readonly layers: readonly string[];
  /** Instead of the optimizer's own; null: that. */
  readonly learningRate: number | null;
  readonly weightDecay: number | null;
}

/** How one weight is moved. */
export type OptimizerRule = OfEveryRule &
  (
    | { readonly name: "adam" | "adamw"; readonly betas: readonly [number, number]; readonly epsilon: number }
    | { readonly name: "sgd"; readonly momentum: number; readonly nesterov: boolean }
    | { readonly name: "rmsprop"; readonly alpha: number; readonly epsilon: number; readonly momentum: number; readonly centered: boolean }
  );

export type OptimizerSettings = OptimizerRule & Grouping;

export type WrittenOptimizer = WithWrittenGroups<WrittenForm<OptimizerSettings>>;
type WithWrittenGroups<T> = T extends unknown ? Omit<T, "groups"> & { readonly groups?: readonly Written<OptimizerGroup, "layers">[] } : never;

/** Writes every default out: PyTorch's. */
export function resolveOptimizer(written: WrittenOptimizer): OptimizerSettings {
  const shared = {
    decayNormsAndBiases: written.decayNormsAndBiases ?? true,
    groups: (written.groups ?? []).map((group) => ({ learningRate: null, weightDecay: null, ...group })),
  };
  switch (written.name) {
    case "adam":
    case "adamw": {
      const weightDecay = written.name === "adam" ? 0 : 0.01;
      return { learningRate: 0.001, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay, ...written, ...shared };
    }
    case "sgd":
      return { learningRate: 0.01, momentum: 0, nesterov: false, weightDecay: 0, ...written, ...shared };
    case "rmsprop":
      return { learningRate: 0.01, alpha: 0.99, epsilon: 1e-8, momentum: 0, centered: false, weightDecay: 0, ...written, ...shared };
  }
}
