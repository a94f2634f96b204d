/**
 * How the runtime's inner functions refuse: reading files and running trainings can fail at every line, so they throw a
 * finding, and the public functions, alone, catch it and hand it on as a diagnostic with its place.
 */

import { type Diagnostic, type Finding, locate, type Span } from "@cnn-lang/parser";

export class Failure extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.message);
    this.finding = finding;
  }
}

/** Ends what runs now; the public function that was called returns the finding as a diagnostic. */
export function fail(finding: Finding): never {
  throw new Failure(finding);
}

/** The place of a mistake that has no text to show: the beginning of a file that is not text. */
export function startOf(file: string): Span {
  const start = { line: 1, column: 1, offset: 0 };
  return { file, start, end: start };
}

/** The diagnostic of a failure at its place; any other error is ours and goes on its way. */
export function diagnosticOf(error: unknown, span: Span): Diagnostic {
  if (error instanceof Failure) return locate(error.finding, span);
  throw error;
}
