/** What of the layout is the author's choice: which braces span lines, and whether labels are aligned. */

import type { Body, Comment, Item, Label, Step } from "../ast.ts";
import { textWidth } from "../text-width.ts";
import type { TokenCursor } from "./token-cursor.ts";

export interface AuthorChoices {
  /** Items in lines: each line holds what arrows join. */
  lines(items: readonly Item[]): readonly (readonly Item[])[];
  /** Does a body span lines, by a break behind its brace or because what it holds needs lines? */
  expands(body: Body): boolean;
  /** The same for branches in braces that run from `start` to `end`. */
  expandsBranches(branches: readonly Body[], start: number, end: number): boolean;
}

export function readChoices(text: string, comments: readonly Comment[], cursor: TokenCursor): AuthorChoices {
  /** Comments that end or begin a line. */
  const inLines = comments.filter(
    ({ span, text: comment }) => comment.startsWith("//") || comment.includes("\n") || beginsLine(text, span.start.offset),
  );

  const lines = (items: readonly Item[]): readonly (readonly Item[])[] => {
    const all: Item[][] = [];
    for (const item of items) {
      const last = all.at(-1);
      if (last && cursor.followsArrow(item.span.start.offset)) last.push(item);
      else all.push([item]);
    }
    return all;
  };

  const needsLines = (start: number, end: number): boolean =>
    breakBehindBrace.test(text.slice(start, end)) ||
    inLines.some(({ span }) => start < span.start.offset && span.start.offset < end);

  const expands = ({ span, items }: Body): boolean => needsLines(span.start.offset, span.end.offset) || lines(items).length > 1;

  return {
    lines,
    expands,
    expandsBranches: (branches, start, end) => needsLines(start, end) || branches.some(({ items }) => lines(items).length > 1),
  };
}

function beginsLine(text: string, offset: number): boolean {
  let at = offset - 1;
  while (text[at] === " " || text[at] === "\t") at -= 1;
  return text[at] === "\n";
}

const breakBehindBrace = /^\{[ \t]*\n/;

/**
 * Blanks behind the colon of each line's label: one, or as many as align the labels of adjacent lines where the
 * author's were aligned.
 */
export function alignLabels(text: string, lines: readonly (readonly Item[])[]): readonly number[] {
  const labelled = lines.map(([first]) => (first?.kind === "step" && first.label ? measure(text, first, first.label) : undefined));
  const pads = lines.map(() => 1);
  for (let start = 0; start < lines.length; ) {
    const first = labelled[start];
    let end = start + 1;
    while (first && labelled[end]?.toCore === first.toCore && isAdjacent(text, lines[end - 1], lines[end])) end += 1;
    const run = labelled.slice(start, end);
    const widest = Math.max(...run.map((one) => one?.width ?? 0));
    for (const [index, one] of run.entries()) pads[start + index] = one ? widest + 1 - one.width : 1;
    start = end;
  }
  return pads;
}

interface Labelled {
  /** Columns from the line's start through the colon, as it will be printed. */
  readonly width: number;
  /** Columns from the line's start to what is labelled, as the author has it. */
  readonly toCore: number;
}

function measure(text: string, { span, frozen, core }: Step, label: Label): Labelled | undefined {
  const written = text.slice(span.start.offset, core.span.start.offset);
  if (!/:[ \t]*$/.test(written)) return undefined;
  const shown = text.slice(label.span.start.offset, label.span.end.offset);
  return { width: textWidth(shown) + 1 + (frozen ? "frozen ".length : 0), toCore: textWidth(written) };
}

/** Does a line follow another without an empty line or a comment's line between? */
function isAdjacent(text: string, before: readonly Item[] | undefined, after: readonly Item[] | undefined): boolean {
  const end = before?.at(-1)?.span.end.offset ?? 0;
  return text.slice(end, after?.[0]?.span.start.offset ?? end).split("\n").length === 2;
}
