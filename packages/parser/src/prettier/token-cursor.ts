/**
 * The printer's way through the tokens. Whatever is printed is taken from here in order, and the comments before
 * a token are printed with the gap before it: so nothing is lost, and no comment can move across a token.
 */

import type { IToken } from "chevrotain";
import type { Doc } from "prettier";
import { builders } from "prettier/doc";
import type { Comment } from "../ast.ts";
import { endOf } from "../tokens.ts";

/** What separates two tokens where no comment stands between them. */
export type Separator = "nothing" | "space" | "line" | "softline" | "newline";

export interface Gap {
  /** The comments, each with what stands before it. */
  readonly comments: Doc;
  /** What stands before the token. */
  readonly separator: Doc;
}

export interface TokenCursor {
  /** The next token, or undefined at the end. */
  peek(ahead?: number): IToken | undefined;
  /** Does an arrow lead to the token that starts at an offset? */
  followsArrow(start: number): boolean;
  /** The text of the next token, which must be the given one if any is. */
  take(text?: string): string;
  /** The gap before the next token, comments first. */
  gap(separator: Separator): Doc;
  /** The same in two parts: comments before a closing bracket belong to what it closes. */
  gapParts(separator: Separator): Gap;
  mark(): number;
  /** Goes back to a mark, to print something again in another way. */
  reset(mark: number): void;
}

const { hardline, join, line, lineSuffix, literalline, softline } = builders;
const docs: Readonly<Record<Separator, Doc>> = { nothing: "", space: " ", line, softline, newline: hardline };

/** `tokens` without line breaks. */
export function createTokenCursor(text: string, tokens: readonly IToken[], comments: readonly Comment[]): TokenCursor {
  const commentsBefore = assignComments(tokens, comments);
  const afterArrow = new Set(tokens.filter((_, index) => tokens[index - 1]?.image === "->").map((token) => token.startOffset));
  let at = 0;

  const breaksBetween = (start: number, end: number): number => text.slice(start, end).split("\n").length - 1;

  function gapParts(separator: Separator): Gap {
    const previous = tokens[at - 1];
    const next = tokens[at];
    const here = commentsBefore.get(at) ?? [];
    const isAfterOpening = previous === undefined || /^[([{|]$/.test(previous.image);
    const isBeforeClosing = next === undefined || /^[)\]}]$/.test(next.image);
    const keepsBlank = separator === "newline";
    let end = previous ? endOf(previous) : 0;

    /** In one line with both tokens, where a new line begins between them: such comments belong to what follows. */
    const isBesideNext =
      keepsBlank && !isBeforeClosing && here.length > 0 && !here.some(isLineComment) && !text.slice(here.at(-1)?.span.end.offset, next.startOffset).includes("\n");

    const newline = (start: number, allowed: boolean): Doc =>
      keepsBlank && allowed && breaksBetween(end, start) > 1 ? [hardline, hardline] : hardline;

    const printed = here.map((comment, index) => {
      const start = comment.span.start.offset;
      const before = text.slice(end, start);
      const isFirst = index === 0;
      const doc = printComment(comment);
      let leading: Doc;
      const isInBracket = isFirst && (previous?.image === "(" || previous?.image === "[");
      if (isFirst && previous === undefined) leading = "";
      else if (before.includes("\n")) leading = newline(start, !(isFirst && isAfterOpening));
      else if (isFirst && isBesideNext) leading = newline(start, !isAfterOpening);
      else if (isInBracket) leading = docs[separator];
      else leading = separator === "nothing" && before === "" ? "" : " ";
      end = comment.span.end.offset;
      return leading === " " && isLineComment(comment) ? lineSuffix([" ", doc]) : [leading, doc];
    });

    const last = here.at(-1);
    const start = next ? next.startOffset : text.length;
    if (!last) {
      if (previous === undefined) return { comments: "", separator: "" };
      const doc = separator === "newline" ? newline(start, !isAfterOpening && !isBeforeClosing) : docs[separator];
      return { comments: "", separator: doc };
    }
    const between = text.slice(end, start);
    let after: Doc;
    if (isLineComment(last) || (separator === "newline" && between.includes("\n"))) after = newline(start, !isBeforeClosing);
    else if (next?.image === "," || (isBeforeClosing && separator !== "newline" && separator !== "space")) after = "";
    else if (separator === "nothing") after = between === "" ? "" : " ";
    else after = separator === "newline" && !isBeforeClosing ? " " : separator === "softline" ? line : docs[separator];
    return { comments: printed, separator: after };
  }

  return {
    peek: (ahead = 0) => tokens[at + ahead],
    followsArrow: (start) => afterArrow.has(start),
    take(expected) {
      const token = tokens[at];
      if (!token || (expected !== undefined && token.image !== expected)) {
        throw new Error(`The printer wants ${expected ?? "a token"} where ${token?.image ?? "the end"} stands.`);
      }
      at += 1;
      return token.image;
    },
    gap(separator) {
      const { comments: before, separator: after } = gapParts(separator);
      return [before, after];
    },
    gapParts,
    mark: () => at,
    reset: (mark) => {
      at = mark;
    },
  };
}

/** Index of a token (one past the last for the end) → the comments directly before it. */
function assignComments(tokens: readonly IToken[], comments: readonly Comment[]): ReadonlyMap<number, readonly Comment[]> {
  const before = new Map<number, Comment[]>();
  let index = 0;
  for (const comment of comments) {
    for (let token = tokens[index]; token && token.startOffset < comment.span.start.offset; token = tokens[index]) index += 1;
    const list = before.get(index) ?? [];
    list.push(comment);
    before.set(index, list);
  }
  return before;
}

const isLineComment = ({ text }: Comment): boolean => text.startsWith("//");

/** Lines of a block comment stay where they are. */
const printComment = (comment: Comment): Doc =>
  isLineComment(comment) ? comment.text.trimEnd() : join(literalline, comment.text.split("\n"));
