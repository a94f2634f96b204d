/** Collects what is wrong with one text. Offsets come in, located diagnostics go out, bounded in number. */

import { syntax } from "./codes.ts";
import { compareDiagnostics, locate, type Diagnostic, type Finding, type Fix } from "./diagnostic.ts";
import type { Source, Span } from "./source.ts";

/** How many mistakes of one file are told. */
export const mostMistakes = 100;
/** How many are kept before they are put in order. */
const mostKept = 10 * mostMistakes;

/** An edit by offsets: the text from `start` up to `end` becomes `text`. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface More {
  readonly fixes?: readonly { readonly title: string; readonly changes: readonly Change[] }[];
  readonly related?: readonly { readonly message: string; readonly start: number; readonly end: number }[];
}

export interface Mistakes {
  readonly source: Source;
  /** How many were reported so far, those beyond the bound included. */
  readonly reported: number;
  report(finding: Finding, start: number, end: number, more?: More): void;
  /** The text of a place as the first mends of the mistakes in it leave it; they count as part of another one, and are told no more. */
  absorb(start: number, end: number): string;
  /** Whether a mistake of this code was reported. */
  has(code: string): boolean;
  /** True when so many are kept already that looking for more is of no use. */
  isFull(): boolean;
  /** In order of place; past the bound one diagnostic says that there are more. */
  diagnostics(): readonly Diagnostic[];
}

export function createMistakes(source: Source): Mistakes {
  const kept: Diagnostic[] = [];
  const codes = new Set<string>();
  let reported = 0;

  const toFix = ({ title, changes }: NonNullable<More["fixes"]>[number]): Fix => ({
    title,
    edits: changes.map(({ start, end, text }) => ({ span: source.span(start, end), text })),
  });

  const lies = ({ start, end }: Span, from: number, to: number): boolean => start.offset >= from && end.offset <= to;

  return {
    source,
    get reported() {
      return reported;
    },
    absorb(start, end) {
      const { text } = source;
      if (kept.length === mostKept) return text.slice(start, end);
      let mended = "";
      let at = start;
      const inner = kept.filter(({ span, fixes: [fix] }) => lies(span, start, end) && fix?.edits.every((edit) => lies(edit.span, start, end)));
      for (const diagnostic of inner) kept.splice(kept.indexOf(diagnostic), 1);
      const edits = inner.flatMap(({ fixes: [fix] }) => fix?.edits ?? []).toSorted((a, b) => a.span.start.offset - b.span.start.offset);
      for (const { span, text: written } of edits) {
        if (span.start.offset < at) continue;
        mended += text.slice(at, span.start.offset) + written;
        at = span.end.offset;
      }
      return mended + text.slice(at, end);
    },
    report(finding, start, end, { fixes = [], related = [] } = {}) {
      reported += 1;
      codes.add(finding.code);
      if (kept.length === mostKept) return;
      const places = related.map((place) => ({ message: place.message, span: source.span(place.start, place.end) }));
      kept.push(locate(finding, source.span(start, end), { fixes: fixes.map(toFix), related: places }));
    },
    has: (code) => codes.has(code),
    isFull: () => kept.length === mostKept,
    diagnostics() {
      const told = kept.toSorted(compareDiagnostics).slice(0, mostMistakes);
      const last = told.at(-1);
      if (kept.length > told.length && last) told.push(locate(syntax.more({ shown: told.length }), last.span));
      return told;
    },
  };
}
