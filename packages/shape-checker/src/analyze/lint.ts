/** What trains badly rather than fails. Correct published networks stay silent. */

import { locate, type Diagnostic } from "@cnn-lang/parser";
import { weightProblems } from "../codes/weights.ts";
import type { Model } from "../model/model.ts";

export function lintModel(model: Model, report: (diagnostic: Diagnostic) => void): void {
  lintFreezing(model, report);
}

function lintFreezing({ layers, name, span, freeze }: Model, report: (diagnostic: Diagnostic) => void): void {
  const withWeights = layers.filter((layer) => layer.weights.some(({ kind }) => kind === "parameter"));
  if (withWeights.length > 0 && withWeights.every((layer) => layer.frozen)) {
    report(locate(weightProblems.nothingTrains({ model: name }), freeze[0]?.span ?? withWeights[0]?.span ?? span));
  }
}
