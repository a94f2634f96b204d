/** All codes that a check of a program or recipe may report, in order: what indexes, SARIF rules and `cnn explain` list. */

import { syntaxCodes, type Severity } from "@cnn-lang/parser";
import { flowCodes } from "./flow.ts";
import { ignoreCodes } from "./ignore.ts";
import { limitCodes, nameCodes } from "./program.ts";
import { recipeCodes } from "./recipe.ts";
import { shapeCodes } from "./shapes.ts";
import { trainingCodes } from "./training.ts";
import { valueCodes } from "./values.ts";
import { weightCodes } from "./weights.ts";

export interface DiagnosticCode {
  /** `CNN4001`. */
  readonly code: string;
  readonly severity: Severity;
  /** A few words that name the kind of mistake. */
  readonly title: string;
}

const tables = [
  syntaxCodes, nameCodes, ignoreCodes, valueCodes, shapeCodes, flowCodes, trainingCodes, weightCodes, recipeCodes, limitCodes,
];

export const diagnosticCodes: readonly DiagnosticCode[] = tables
  .flatMap((table): readonly DiagnosticCode[] => Object.values<DiagnosticCode>(table))
  .map(({ code, severity, title }) => ({ code, severity, title }))
  .sort((a, b) => (a.code < b.code ? -1 : 1));
