/** The mend that takes one layer out of the text. */

import type { Fix, Position, Span } from "@cnn-lang/parser";
import type { Layer } from "../../model/model.ts";
import type { Linted } from "./linted.ts";

/** As far as a mend looks around, in characters: a long text is not searched anew for each of its layers. */
const nearby = 500;

/**
 * Takes a layer out with the arrow before it, the arrow behind it, or the line it has to itself. Nothing is offered where a
 * label or a name belongs to it, and inside a block, where other uses may need it.
 */
export function withoutLayer({ span, operator, calls }: Layer, { sourceOf }: Linted): readonly Fix[] {
  const source = sourceOf(span);
  const { text } = source;
  const { start, end } = span;
  const back = (by: number): Position => source.position(start.offset - by);
  const forward = (by: number): Position => source.position(end.offset + by);
  const before = text.slice(Math.max(0, start.offset - nearby), start.offset);
  const after = text.slice(end.offset, end.offset + nearby);
  if (calls.some(({ kind }) => kind === "block") || /:\s*$|\bfrozen\s*$/.test(before) || /^(?:\s|\/\/[^\r\n]*|\/\*[^]*?\*\/)*as\b/.test(after)) return [];
  const arrow = /\s*->\s*$/.exec(before);
  if (arrow) return [mend(operator, { ...span, start: back(arrow[0].length) })];
  const next = /^\s*->[^\S\r\n]*/.exec(after);
  if (next) return [mend(operator, { ...span, end: forward(next[0].length) })];
  const indent = /(?<=^|[\r\n])[^\S\r\n]*$/.exec(before);
  const ending = /^[^\S\r\n]*(\r\n|\r|\n)/.exec(after);
  // An arrow behind or before comments: to leave the arrow out would move them.
  if (!indent || !ending || /^(?:\s|\/\/[^\r\n]*|\/\*[^]*?\*\/)*->/.test(after) || /->\s*(?:\/\/[^\r\n]*\s*|\/\*[^]*?\*\/\s*)+$/.test(before)) return [];
  return [mend(operator, { ...span, start: back(indent[0].length), end: forward(ending[0].length) })];
}

const mend = (operator: string, span: Span): Fix => ({ title: `leave ${operator} out`, edits: [{ span, text: "" }] });
