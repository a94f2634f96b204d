/** PyTorch's optimizers, step by step: the goldens as settings of ours. */

import { readFileSync } from "node:fs";
import type { OptimizerRule } from "@cnn-lang/shape-checker";

interface Arguments {
  readonly lr: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weight_decay?: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly alpha?: number;
  readonly centered?: boolean;
}
interface Case {
  readonly optimizer: string;
  readonly args: Arguments;
  readonly defaults_filled_in: Arguments;
  readonly after_each_step: readonly (readonly number[])[];
}
const { start, gradients, cases }: { readonly start: number[]; readonly gradients: number[][]; readonly cases: Readonly<Record<string, Case>> } = JSON.parse(
  readFileSync(new URL("../goldens/optimizers.json", import.meta.url), "utf8"),
);

/** PyTorch's arguments as settings of ours. */
function settingsOf({ optimizer, args, defaults_filled_in }: Case): OptimizerRule {
  const { lr, momentum = 0, nesterov = false, weight_decay = 0, betas = [0.9, 0.999], eps = 1e-8, alpha = 0.99, centered = false } = { ...defaults_filled_in, ...args };
  const shared = { learningRate: lr, weightDecay: weight_decay };
  if (optimizer === "SGD") return { name: "sgd", ...shared, momentum, nesterov };
  if (optimizer === "RMSprop") return { name: "rmsprop", ...shared, alpha, epsilon: eps, momentum, centered };
  return { name: optimizer === "Adam" ? "adam" : "adamw", ...shared, betas, epsilon: eps };
}

export interface GoldenOptimizer {
  readonly name: string;
  readonly settings: OptimizerRule;
  readonly afterEachStep: readonly (readonly number[])[];
}

/** One weight of five numbers, and its gradients step by step: the same for all optimizers. */
export { start as goldenStart, gradients as goldenGradients };

/** What PyTorch has and we have not. */
const missing = ["sgd_dampening", "adam_amsgrad", "adagrad", "adadelta", "adamax", "nadam", "radam"];

export const goldenOptimizers: readonly GoldenOptimizer[] = Object.entries(cases)
  .filter(([name]) => !missing.includes(name))
  .map(([name, golden]) => ({ name, settings: settingsOf(golden), afterEachStep: golden.after_each_step }));
