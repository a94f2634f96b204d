/** Freezing that leaves nothing to train, or freezes what lies above. */

import { locate, type Diagnostic } from "@cnn-lang/parser";
import { weightProblems } from "../../codes/weights.ts";
import type { Layer, Model } from "../../model/model.ts";

const learns = ({ weights }: Layer): boolean => weights.some(({ kind }) => kind === "parameter");

export function lintFreezing({ layers, name, span, freeze }: Model, report: (diagnostic: Diagnostic) => void): void {
  const withWeights = layers.filter(learns);
  const statement = freeze[0]?.span;
  if (withWeights.length > 0 && withWeights.every(({ frozen }) => frozen)) {
    report(locate(weightProblems.nothingTrains({ model: name }), statement ?? withWeights[0]?.span ?? span));
    return;
  }
  const below = layers.map((): Layer | undefined => undefined);
  for (const layer of layers) {
    const trainable = layer.inputs.map((input) => below[input]).find((each) => each !== undefined);
    // Batch norms are frozen by themselves, for their statistics, above layers that train.
    if (layer.frozen && trainable && learns(layer) && layer.operator !== "batchnorm") {
      const related = [{ message: `${trainable.path} is trained`, span: trainable.span }];
      report(locate(weightProblems.frozenAbove({ frozen: layer.path, trainable: trainable.path }), statement ?? layer.span, { related }));
      return;
    }
    below[layer.id] = !layer.frozen && learns(layer) ? layer : trainable;
  }
}
