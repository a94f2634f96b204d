/** A model expanded, with all that was said on the way: what an editor may keep as long as the texts behind it stay the same. */

import type { Diagnostic, ModelDeclaration } from "@cnn-lang/parser";
import { checkBudgets } from "../analyze/budgets.ts";
import type { Model } from "../model/model.ts";
import type { FileScope } from "../resolve/program.ts";
import type { Recursion } from "../resolve/recursion.ts";
import { type Elaborated, elaborateModel, type ElaborationOptions } from "./model.ts";

export interface Expansion {
  /** As far as it could be expanded; absent where it is derived from nothing. */
  readonly model?: Model;
  /** All shapes are known and nothing is wrong. */
  readonly isWhole: boolean;
  /** Paths beside those of the layers that selectors may name. */
  readonly silentPaths: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
  /** What its assertions say of the whole model. */
  readonly budgets: readonly Diagnostic[];
  readonly rehearse?: Elaborated["rehearse"];
}

export type Expand = (scope: FileScope, declaration: ModelDeclaration, options: ElaborationOptions, recursion: Recursion) => Expansion;

export const expandModel: Expand = (scope, declaration, options, recursion) => {
  const diagnostics: Diagnostic[] = [];
  const budgets: Diagnostic[] = [];
  const elaborated = elaborateModel(scope, declaration, options, recursion, (diagnostic) => diagnostics.push(diagnostic));
  if (!elaborated) return { isWhole: false, silentPaths: new Set(), diagnostics, budgets };
  const { model, complete, silentPaths } = elaborated;
  const isWhole = complete && diagnostics.every(({ severity }) => severity !== "error");
  if (isWhole) checkBudgets(model, elaborated.budgets, (diagnostic) => budgets.push(diagnostic));
  return { model, isWhole, silentPaths, diagnostics, budgets, ...(elaborated.rehearse && { rehearse: elaborated.rehearse }) };
};
