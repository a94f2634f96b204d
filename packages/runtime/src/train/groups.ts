/** The recipe's groups: which weights have a learning rate and a weight decay of their own. */

import type { Layer, Model, OptimizerSettings } from "@cnn-lang/shape-checker";
import { selectsPath } from "@cnn-lang/shape-checker";
import type { ParameterGroup } from "./optimizers.ts";

const norms: readonly Layer["operator"][] = ["batchnorm", "layernorm", "groupnorm", "instancenorm"];

/** How each weight of a model is treated, by its name. Of the groups that select its layer the last counts. */
export function groupsOf({ layers }: Model, { groups, decayNormsAndBiases }: OptimizerSettings): (weight: string) => ParameterGroup {
  const treated = new Map(
    layers.flatMap(({ path, operator, weights }) => {
      const group = groups.findLast((one) => one.layers.some((selector) => selectsPath(selector, path)));
      return weights.map(({ name }): [string, ParameterGroup] => {
        const decays = decayNormsAndBiases || !(norms.includes(operator) || name.endsWith(".bias"));
        const weightDecay = decays ? (group?.weightDecay ?? undefined) : 0;
        return [name, { ...(typeof group?.learningRate === "number" && { learningRate: group.learningRate }), ...(weightDecay !== undefined && { weightDecay }) }];
      });
    }),
  );
  return (weight) => treated.get(weight) ?? {};
}

/** The learning rates that groups have of their own. */
export const ownLearningRates = ({ groups }: OptimizerSettings): readonly number[] =>
  groups.flatMap(({ learningRate }) => (learningRate === null ? [] : [learningRate]));
