/** The compiler as one function: check, then emit. */

import { locate, type Diagnostic } from "@cnn-lang/parser";
import { check, type CheckOptions, type Model, type Project } from "@cnn-lang/shape-checker";
import { emissionProblems } from "./codes.ts";
import { emit, type EmitOptions } from "./emit.ts";
import type { SourceMap } from "./source-map.ts";

export interface CompileResult {
  /** The module's text and its map; absent where the program has errors. */
  readonly code?: string;
  readonly map?: SourceMap;
  readonly models: readonly Model[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles one model of a `.cnn` file: the one that `options.model` names, or the only one. A program with errors gives
 * diagnostics and no code; a file without models gives neither.
 */
export async function compile(project: Project, entry: string, options: CheckOptions & EmitOptions = {}): Promise<CompileResult> {
  const checked = check(project, entry, options);
  const [model, second] = checked.models;
  if (model === undefined || checked.diagnostics.some(({ severity }) => severity === "error")) return checked;
  if (second) {
    const finding = emissionProblems.severalModels({ file: entry, models: checked.models.map(({ name }) => name) });
    const related = checked.models.map(({ name, span }) => ({ message: name, span }));
    return { ...checked, diagnostics: [...checked.diagnostics, locate(finding, second.span, { related })] };
  }
  return { ...checked, ...(await emit(model, options)) };
}
