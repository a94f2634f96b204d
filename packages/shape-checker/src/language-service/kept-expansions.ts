/**
 * Expansions kept from keystroke to keystroke. A model is expanded anew only where its own text, or that of a block it
 * comes to, has changed; where these have moved as a whole, what was kept moves with them.
 */

import type { Diagnostic, Edit, Position, Span } from "@cnn-lang/parser";
import { type Expand, expandModel, type Expansion } from "../elaborate/expand.ts";
import type { Call, Model } from "../model/model.ts";
import type { Declared, FileScope } from "../resolve/program.ts";

/** A declaration that a model comes to, and what of its file it may depend on. */
interface Part {
  readonly file: string;
  readonly text: string;
  readonly start: Position;
  readonly end: number;
  /** What the file's names are. */
  readonly names: string;
}

interface Kept {
  readonly parts: readonly Part[];
  readonly expansion: Expansion;
}

/** Expands like `expandModel`, for the models of one entry file checked again and again. */
export function keepExpansions(): Expand {
  const kept = new Map<string, Kept>();
  const words = new Map<string, readonly string[]>();

  return (scope, declaration, options, recursion) => {
    const name = declaration.name.text;
    const own = scope.names.get(name);
    // One of two models of a name is not to be told from the other.
    if (own?.kind !== "model" || own.declaration !== declaration) return expandModel(scope, declaration, options, recursion);
    if (words.size > 5000) words.clear();
    const parts = partsOf(own, words);
    const known = kept.get(name);
    // Whether a model without an input is told to lack one depends on the rest of its file.
    const isApart = (known?.expansion.model?.inputs.length ?? 0) > 0;
    const moved = known && isApart && isSame(known.parts, parts) ? move(known, parts) : undefined;
    const expansion = moved ?? expandModel(scope, declaration, options, recursion);
    kept.set(name, { parts, expansion });
    return expansion;
  };
}

type Declaration = Exclude<Declared, { kind: "failed" }>;

/** The declaration and all that it comes to, in the order in which their names are first written. */
function partsOf(declared: Declaration, words: Map<string, readonly string[]>): readonly Part[] {
  const parts: Part[] = [];
  const seen = new Set<unknown>();
  const visit = ({ declaration: { span }, scope }: Declaration): void => {
    const text = scope.text.slice(span.start.offset, span.end.offset);
    parts.push({ file: scope.file, text, start: span.start, end: span.end.offset, names: namesOf(scope) });
    let written = words.get(text);
    if (!written) words.set(text, (written = [...new Set(text.normalize("NFC").match(/[\p{L}_][\p{L}\p{M}\p{Nd}_]*/gu))]));
    for (const word of written) {
      const next = scope.names.get(word);
      if (!next || next.kind === "failed" || seen.has(next.declaration)) continue;
      seen.add(next.declaration);
      visit(next);
    }
  };
  seen.add(declared.declaration);
  visit(declared);
  return parts;
}

const described = new WeakMap<FileScope, string>();

function namesOf(scope: FileScope): string {
  const known = described.get(scope);
  if (known !== undefined) return known;
  const text = [...scope.names].map(([name, { kind }]) => `${kind} ${name}`).join("\n");
  described.set(scope, text);
  return text;
}

const isSame = (before: readonly Part[], after: readonly Part[]): boolean =>
  before.length === after.length &&
  before.every((part, i) => {
    const other = after[i];
    return other !== undefined && part.file === other.file && part.names === other.names && part.start.column === other.start.column && part.text === other.text;
  });

/** What was kept, at the places where its parts are now; undefined where that cannot be told. */
function move({ parts: before, expansion }: Kept, after: readonly Part[]): Expansion | undefined {
  const moves = before.map((part, i) => ({ ...part, lines: (after[i]?.start.line ?? 0) - part.start.line, offset: (after[i]?.start.offset ?? 0) - part.start.offset }));
  if (moves.every(({ offset, lines }) => offset === 0 && lines === 0)) return expansion;
  const { model, diagnostics, budgets } = expansion;
  // Some messages name a line.
  if ([...diagnostics, ...budgets].some(({ message }) => /\bline \d/.test(message))) return undefined;

  const spans = new Map<Span, Span>();
  let isLost = false;
  const span = (place: Span): Span => {
    const known = spans.get(place);
    if (known) return known;
    const part = moves.find(({ file, start, end }) => file === place.file && start.offset <= place.start.offset && place.end.offset <= end);
    if (!part) isLost = true;
    const { lines, offset } = part ?? { lines: 0, offset: 0 };
    const at = (position: Position): Position => ({ line: position.line + lines, column: position.column, offset: position.offset + offset });
    const moved = lines === 0 && offset === 0 ? place : { file: place.file, start: at(place.start), end: at(place.end) };
    spans.set(place, moved);
    return moved;
  };
  const lists = new Map<readonly Call[], readonly Call[]>();
  const calls = (list: readonly Call[]): readonly Call[] => {
    const known = lists.get(list);
    if (known) return known;
    const moved = list.map((call) => ({ ...call, span: span(call.span) }));
    lists.set(list, moved);
    return moved;
  };
  const edit = (each: Edit): Edit => ({ ...each, span: span(each.span) });
  const diagnostic = (each: Diagnostic): Diagnostic => ({
    ...each,
    span: span(each.span),
    related: each.related.map((place) => ({ ...place, span: span(place.span) })),
    fixes: each.fixes.map((fix) => ({ ...fix, edits: fix.edits.map(edit) })),
  });
  const moveModel = (whole: Model): Model => ({
    ...whole,
    span: span(whole.span),
    layers: whole.layers.map((layer) => ({ ...layer, span: span(layer.span), calls: calls(layer.calls) })),
    load: whole.load.map((statement) => ({ ...statement, span: span(statement.span) })),
    freeze: whole.freeze.map((statement) => ({ ...statement, span: span(statement.span) })),
  });
  const moved = { ...expansion, ...(model && { model: moveModel(model) }), diagnostics: diagnostics.map(diagnostic), budgets: budgets.map(diagnostic) };
  return isLost ? undefined : moved;
}
