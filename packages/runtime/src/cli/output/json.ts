/** `cnn check --format json`: one document, whose shape docs/schemas/check.schema.json describes. */

import type { Diagnostic, Severity } from "@cnn-lang/parser";

/** What was found in one of the files that were given. */
export interface FileReport {
  readonly file: string;
  readonly diagnostics: readonly Diagnostic[];
}

export function checkDocument(files: readonly FileReport[]): string {
  const count = (severity: Severity): number =>
    files.reduce((sum, { diagnostics }) => sum + diagnostics.filter((diagnostic) => diagnostic.severity === severity).length, 0);
  return `${JSON.stringify({ version: 1, errors: count("error"), warnings: count("warning"), files }, undefined, 2)}\n`;
}
