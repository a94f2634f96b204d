/** Budgets: assertions about a whole model, checked when all of it is known. */

import type { Diagnostic, Related } from "@cnn-lang/parser";
import { checkCondition, partsOf } from "../elaborate/assertions.ts";
import type { Budget } from "../elaborate/model.ts";
import { numberValue, printBytes, type Value } from "../elaborate/values.ts";
import { textAt } from "../elaborate/walk.ts";
import type { Layer, Model } from "../model/model.ts";
import { countElements } from "../shapes/shape.ts";
import { bytesPerNumber, keptValues, memoryOf, trainingMemory } from "./memory.ts";
import { mentionsMetric } from "./metrics.ts";
import { receptiveFieldOf, totalsOf } from "./totals.ts";

export function checkBudgets(model: Model, budgets: readonly Budget[], report: (diagnostic: Diagnostic) => void): void {
  if (budgets.length === 0) return;
  const totals = totalsOf(model);
  const bytes = (value: number): Value => ({ type: "number", value, bytes: true });
  const memory = memoryOf(model);
  const metrics = new Map<string, Value | ((...args: number[]) => Value)>([
    ["parameters", numberValue(totals.parameters)],
    ["trainable", numberValue(totals.trainable)],
    ["macs", numberValue(totals.macs)],
    ["receptive_field", numberValue(Math.min(...receptiveFieldOf(model)))],
    ["memory", bytes(memory.weights + memory.activations)],
    ["training_memory", (batch = 1) => bytes(trainingMemory(model, batch))],
  ]);
  for (const { assertion, environment } of budgets) {
    const { conditions, said } = partsOf(assertion);
    for (const condition of conditions) {
      const metric = mentionsMetric(condition, environment);
      if (metric === undefined) continue;
      const sight = { environment, here: "nothing", metrics, report, text: (span: typeof condition.span) => textAt(environment.file, span) } as const;
      checkCondition(condition, said, sight, costliest(model, metric));
    }
  }
}

function words(metric: string, value: number): string {
  if (metric === "memory") return `${printBytes(value)} of weights and output`;
  if (metric === "training_memory") return `${printBytes(value)} kept for its gradient, for each image`;
  return `${value.toLocaleString("en")} ${metric === "trainable" ? "trainable parameters" : metric}`;
}

/** The layers that cost most of what a budget limits. */
function costliest(model: Model, metric: string): readonly Related[] {
  const cost: Readonly<Record<string, (layer: Layer) => number>> = {
    parameters: (layer) => layer.cost.parameters,
    trainable: (layer) => (layer.frozen ? 0 : layer.cost.parameters),
    macs: (layer) => layer.cost.macs,
    memory: (layer) => bytesPerNumber * (layer.cost.parameters + layer.cost.buffers + countElements(layer.outputShape)),
    training_memory: (layer) => bytesPerNumber * keptValues(layer, model.layers),
  };
  const of = cost[metric];
  if (!of) return [];
  return model.layers
    .map((layer) => ({ layer, value: of(layer) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, 3)
    .map(({ layer, value }) => ({ message: `${layer.path}: ${words(metric, value)}`, span: layer.span }));
}
