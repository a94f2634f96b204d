/** A model expanded once more, to see whether it takes inputs of another shape. */

import type { Diagnostic, ModelDeclaration } from "@cnn-lang/parser";
import type { Failure } from "../analyze/provenance.ts";
import { flowProblems } from "../codes/flow.ts";
import type { FileScope } from "../resolve/program.ts";
import type { Recursion } from "../resolve/recursion.ts";
import type { Shape } from "../shapes/shape.ts";
import { LimitReached } from "./limits.ts";
import { elaborateModel, type ElaborationOptions } from "./model.ts";

const assertedShape = flowProblems.assertedShape({ asserted: "", found: "" }).code;

/**
 * Expands a model that is known to be right with other input shapes, and ends at the first error. Shapes that the text
 * asserts are not held to: they say what its author has built, not what would work.
 */
export function attempt(
  scope: FileScope,
  declaration: ModelDeclaration,
  options: ElaborationOptions,
  recursion: Recursion,
  inputs: ReadonlyMap<string, Shape>,
): Failure | undefined {
  const errors: Diagnostic[] = [];
  const elaborated = elaborateModel(scope, declaration, { ...options, input: inputs }, recursion, (diagnostic) => {
    if (diagnostic.severity !== "error" || diagnostic.code === assertedShape) return;
    errors.push(diagnostic);
    throw new LimitReached();
  });
  const [diagnostic] = errors;
  return diagnostic && { diagnostic, layers: elaborated?.model.layers ?? [] };
}
