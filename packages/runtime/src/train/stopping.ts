/** Which epoch is the best so far, and whether a training gets no better: what judges it is a metric of the validation images. */

import { direction, type EarlyStopping, type Recipe } from "@cnn-lang/shape-checker";
import { type Metrics, metricIn } from "./metrics.ts";

/** The best epoch: the step at its end, and what it was judged by. */
export interface Best {
  readonly step: number;
  readonly value: number;
  readonly loss: number;
}

/** All that a resumed training must know of early stopping. */
export interface Patience {
  /** The value that must be bettered; null before the first epoch. */
  readonly value: number | null;
  /** Epochs since the last progress. */
  readonly waited: number;
}

export const startPatience: Patience = { value: null, waited: 0 };

/** What epochs are judged by: what early stopping watches, else the first metric. */
const judgedBy = ({ earlyStopping, metrics }: Pick<Recipe, "earlyStopping" | "metrics">): EarlyStopping["metric"] =>
  earlyStopping?.metric ?? metrics[0] ?? "loss";

/** The best epoch after a further one; of equally good ones that with the lower loss, else the first. */
export function better(recipe: Pick<Recipe, "earlyStopping" | "metrics">, best: Best | null, step: number, metrics: Metrics): Best {
  const metric = judgedBy(recipe);
  const value = metricIn(metrics, metric);
  const isBetter = best === null || isMore(metric, value, best.value) || (value === best.value && metrics.loss < best.loss);
  return isBetter ? { step, value, loss: metrics.loss } : best;
}

/** The patience that is left after a further epoch. A value that is no number is no progress. */
export function observePatience({ metric, minimumDelta }: EarlyStopping, { value: best, waited }: Patience, metrics: Metrics): Patience {
  const value = metricIn(metrics, metric);
  const isProgress = best === null ? !Number.isNaN(value) : isMore(metric, value, best, minimumDelta);
  return isProgress ? { value, waited: 0 } : { value: best, waited: waited + 1 };
}

const isMore = (metric: EarlyStopping["metric"], value: number, than: number, by = 0): boolean =>
  direction[metric] === "up" ? value > than + by : value < than - by;

/** Whether a training with this patience left is to end. */
export const isOut = (stopping: EarlyStopping | null, { waited }: Patience): boolean => stopping !== null && waited >= stopping.patience;
