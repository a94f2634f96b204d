/**
 * A mistake, told as data. The phase that has the facts makes a finding (what is wrong, in words from
 * its code's table), the place is added by `locate`, and every front only draws the result.
 */

import type { Span } from "./source.ts";

export type Severity = "error" | "warning" | "info";

export interface Related {
  readonly message: string;
  readonly span: Span;
}

export interface Edit {
  readonly span: Span;
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string;
}

export interface Diagnostic extends Finding {
  readonly span: Span;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}

/** One entry of a code table. `message` and `help` are functions of typed facts. */
export interface CodeEntry<Facts> {
  readonly code: string;
  readonly severity: Severity;
  /** A few words that name the kind of mistake, for indexes and SARIF rules. */
  readonly title: string;
  readonly message: (facts: Facts) => string;
  readonly help?: (facts: Facts) => string | undefined;
}

type FactsOf<Entry> = Entry extends { readonly message: (facts: infer Facts) => string } ? Facts : never;

/** A table's creators: `errors.kernelTooLarge({ kernel, input })` gives a finding. */
export type Creators<Table> = { readonly [Name in keyof Table]: (facts: FactsOf<Table[Name]>) => Finding };

/**
 * Turns a table of codes into typed creators. A missing fact or an unknown name does not compile.
 *
 * The one `any` of the house stands in this constraint: a table mixes entries of different facts,
 * and functions of different parameters have no other common type.
 */
// oxlint-disable-next-line typescript/no-explicit-any
export function defineCodes<const Table extends Record<string, CodeEntry<any>>>(
  table: Table,
): { readonly table: Table; readonly create: Creators<Table> } {
  const create = Object.fromEntries(
    Object.entries(table).map(([name, entry]) => [
      name,
      (facts: unknown): Finding => {
        const help = entry.help?.(facts);
        return { code: entry.code, severity: entry.severity, message: entry.message(facts), ...(help !== undefined && { help }) };
      },
    ]),
  );
  return { table, create: create as Creators<Table> };
}

/** Gives a finding its place. */
export function locate(
  finding: Finding,
  span: Span,
  more: { readonly related?: readonly Related[]; readonly fixes?: readonly Fix[] } = {},
): Diagnostic {
  return { ...finding, span, related: more.related ?? [], fixes: more.fixes ?? [] };
}

/** By file, then by place, then errors first. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  const rank = { error: 0, warning: 1, info: 2 };
  return (
    (a.span.file < b.span.file ? -1 : a.span.file > b.span.file ? 1 : 0) ||
    a.span.start.offset - b.span.start.offset ||
    rank[a.severity] - rank[b.severity] ||
    (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
  );
}
