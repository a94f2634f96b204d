/**
 * How the runtime's inner functions refuse: reading files and running trainings can fail at every line, so they throw a
 * finding, and the public functions, alone, catch it and hand it on as a diagnostic with its place.
 */

import { type Diagnostic, type Finding, locate, type Span } from "@cnn-lang/parser";

export class Failure extends Error {
  readonly finding: Finding;
  /** Where it is told, where that is known. */
  readonly span: Span | undefined;

  constructor(finding: Finding, span?: Span) {
    super(finding.message);
    this.finding = finding;
    this.span = span;
  }
}

/** Ends what runs now; the public function that was called returns the finding as a diagnostic. */
export function fail(finding: Finding): never {
  throw new Failure(finding);
}

/** Gives the failures of what it runs a place, unless they have one. */
export function within<T>(span: Span, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Failure) throw new Failure(error.finding, error.span ?? span);
    throw error;
  }
}

/** `within` for what takes its time. */
export async function withinAsync<T>(span: Span, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    return within(span, () => {
      throw error;
    });
  }
}

/** The place of a mistake that has no text to show: the beginning of a file or folder. */
export function startOf(file: string): Span {
  const start = { line: 1, column: 1, offset: 0 };
  return { file, start, end: start };
}

/** The diagnostic of a failure, at its own place or the given one; any other error is ours and goes on its way. */
export function diagnosticOf(error: unknown, span: Span): Diagnostic {
  if (error instanceof Failure) return locate(error.finding, error.span ?? span);
  throw error;
}
