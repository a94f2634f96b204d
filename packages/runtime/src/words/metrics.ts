/** A training's metrics in words. */

import { percent } from "../numbers.ts";
import type { HeadMetrics } from "../train/metrics.ts";

/** What metrics are called, by their names in `metrics.jsonl`. */
const names = { iou: "IoU", accuracy: "accuracy", top5: "top-5", mae: "MAE" } as const;

/** `top5` → top-5; other names stay as they are. */
export const metricName = (key: string): string => Object.entries(names).find(([name]) => name === key)?.[1] ?? key;

/** `["accuracy", "93.4 %"]`, one pair a metric, the loss not among them. */
export function metricWords({ accuracy, top5, iou, mae }: Omit<HeadMetrics, "loss">, digits?: number): readonly (readonly [name: string, value: string])[] {
  return [
    ...(iou === undefined ? [] : [[names.iou, percent(iou, digits)] as const]),
    ...(accuracy === undefined ? [] : [[names.accuracy, percent(accuracy, digits)] as const]),
    ...(top5 === undefined ? [] : [[names.top5, percent(top5, digits)] as const]),
    ...(mae === undefined ? [] : [[names.mae, mae.toPrecision(4)] as const]),
  ];
}
