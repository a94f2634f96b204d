/** A training's metrics in words. */

import type { HeadMetrics } from "../../train/metrics.ts";
import { percent } from "../../numbers.ts";

/** `["accuracy", "93.4 %"]`, one pair a metric, the loss not among them. */
export function metricWords({ accuracy, top5, iou, mae }: Omit<HeadMetrics, "loss">, digits?: number): readonly (readonly [name: string, value: string])[] {
  return [
    ...(iou === undefined ? [] : [["IoU", percent(iou, digits)] as const]),
    ...(accuracy === undefined ? [] : [["accuracy", percent(accuracy, digits)] as const]),
    ...(top5 === undefined ? [] : [["top-5", percent(top5, digits)] as const]),
    ...(mae === undefined ? [] : [["MAE", mae.toPrecision(4)] as const]),
  ];
}
