/**
 * Habits of other languages that the grammar reads on purpose, to say how the same is written here:
 * arithmetic between arguments, calls with parentheses, tuples, shapes in PyTorch's and Keras's notation.
 */

import type { IToken } from "chevrotain";
import type { Argument, Expression, Name, NameReference } from "./ast.ts";
import { needsParentheses } from "./build-ast.ts";
import { syntax } from "./codes.ts";
import type { Change, Mistakes } from "./mistakes.ts";
import type { Span } from "./source.ts";
import { endOf, isEnd } from "./tokens.ts";

interface Titled {
  readonly title: string;
  readonly changes: readonly Change[];
}

const replace = (start: number, end: number, text: string): Titled => ({ title: `write ${text.trim()}`, changes: [{ start, end, text }] });

const textAt = ({ source }: Mistakes, start: number, end: number): string => source.text.slice(start, end);

export const blanksFrom = (mistakes: Mistakes, start: number): number => /^\s*/.exec(textAt(mistakes, start, start + 100))?.[0].length ?? 0;

/** Factors up to this are more probably those of a kernel than of a product. */
const largestKernel = 15;

/** `width-1`, `pad=(k-1)/2`, `3*3` as an argument. */
export function reportArithmetic(mistakes: Mistakes, start: number, end: number): void {
  const text = textAt(mistakes, start, end);
  const fixes = [replace(start, end, `(${text})`)];
  const factors = /^\d+(?:\s*\*\s*\d+)+$/.test(text) ? text.split("*").map(Number) : [];
  if (factors.length > 0 && factors.every((factor) => factor <= largestKernel)) fixes.unshift(replace(start, end, factors.join("x")));
  mistakes.report(syntax.arithmetic({ text }), start, end, { fixes });
}

/** `conv - 1`, `conv-1`: a minus behind an operator's name. */
export function reportLooseMinus(mistakes: Mistakes, minus: IToken): void {
  const [start, end] = [minus.startOffset, endOf(minus)];
  mistakes.report(syntax.looseMinus({}), start, end, { fixes: [replace(start, end + blanksFrom(mistakes, end), " -")] });
}

/** `my-block`, read as `my_block`. */
export function reportHyphen(mistakes: Mistakes, instead: string, place: Span): void {
  const [start, end] = [place.start.offset, place.end.offset];
  mistakes.report(syntax.hyphen({ instead }), start, end, { fixes: [replace(start, end, instead)] });
}

/** `conv(16, (3, 3))`, `relu()`: the place runs from bracket to bracket; how its values are written is part of the habit. */
export function reportCallParentheses(mistakes: Mistakes, callee: Name, given: readonly Argument[], place: Span): void {
  const written = given.map(({ name, value }) => {
    const text = mistakes.absorb(value.span.start.offset, value.span.end.offset);
    return `${name ? `${name.text}=` : ""}${needsParentheses(value) ? `(${text})` : text}`;
  });
  const call = [callee.text, ...written].join(" ");
  const [start, end] = [place.start.offset, place.end.offset];
  const changes = [{ start, end, text: written.map((text) => ` ${text}`).join("") }];
  mistakes.report(syntax.callParentheses({ call }), start, end, { fixes: [{ title: `write ${call}`, changes }] });
}

/** `(3, 3)`: a size where all are counts, else a list; a shape where one is due. */
export function reportTuple(mistakes: Mistakes, values: readonly Expression[], place: Span, isShape: boolean): void {
  const texts = values.map(({ span }) => textAt(mistakes, span.start.offset, span.end.offset));
  const areCounts = texts.every((text) => /^\d+$/.test(text));
  const isSize = areCounts && texts.length <= 3;
  const instead = isShape ? shapeText(texts, areCounts) : isSize ? texts.join("x") : `[${texts.join(", ")}]`;
  const [start, end] = [place.start.offset, place.end.offset];
  const isGlued = isShape && /[\p{L}\d_]/u.test(textAt(mistakes, start - 1, start));
  const fixes = [replace(start, end, isGlued ? ` ${instead}` : instead)];
  if (!isShape && isSize) fixes.push(replace(start, end, `[${texts.join(", ")}]`));
  mistakes.report(syntax.tuple({ instead }), start, end, { fixes });
}

/** `(3, 32, 32)` → `3@32x32`; `(c, h, w)` → `c@size(h, w)`. */
function shapeText([channels = "?", ...axes]: readonly string[], areCounts: boolean): string {
  return axes.length === 1 ? `${channels}@(${axes.join("")})`.replace(/@\((\d+)\)/, "@$1") : `${channels}@${areCounts ? axes.join("x") : `size(${axes.join(", ")})`}`;
}

/** `4x4@128`, `3x32x32` or `32x32x3` where a shape is due. `size` has numbers only. */
export function reportShapeForm(mistakes: Mistakes, size: readonly (number | "?")[], channels: string | undefined, place: Span): void {
  const first = size[0];
  const last = size.at(-1);
  const isChannelsLast = size.length > 2 && (last === 1 || last === 3) && first !== 1 && first !== 3;
  const shape =
    channels !== undefined ? `${channels}@${size.join("x")}`
    : size.length === 2 ? `1@${size.join("x")}`
    : isChannelsLast ? `${last}@${size.slice(0, -1).join("x")}`
    : `${first}@${size.slice(1).join("x")}`;
  const [start, end] = [place.start.offset, place.end.offset];
  mistakes.absorb(start, end);
  mistakes.report(syntax.shapeForm({ text: textAt(mistakes, start, end), shape }), start, end, { fixes: [replace(start, end, shape)] });
}

/** `conv 16, 3`: all commas of a call are one mistake. */
export function reportCommas(mistakes: Mistakes, commas: readonly IToken[]): void {
  const [first] = commas;
  if (!first) return;
  const changes = commas.map((comma) => {
    const [start, end] = [comma.startOffset, endOf(comma)];
    return { start, end, text: /\s/.test(textAt(mistakes, end, end + 1)) ? "" : " " };
  });
  mistakes.report(syntax.argumentComma({}), first.startOffset, endOf(first), { fixes: [{ title: "remove the commas", changes }] });
}

/** `conv1: frozen conv …`; `first` is the step's first token, `next` the one behind `frozen`. */
export function reportLateFrozen(mistakes: Mistakes, frozen: IToken, first: IToken, next: IToken): void {
  const [start, end] = [frozen.startOffset, endOf(frozen)];
  const insert = { start: first.startOffset, end: first.startOffset, text: "frozen " };
  const remove = { start, end: startOr(next, end), text: "" };
  mistakes.report(syntax.frozenAfterLabel({}), start, end, { fixes: [{ title: "move it before the label", changes: [insert, remove] }] });
}

/** `classes 10`, `classes: 10`, `classes: int = 10`; what stands between `from` and `to` joins them. Glued where it is an argument. */
export function reportEquals(mistakes: Mistakes, name: Span, from: number, to: number, value: Span | undefined, isArgument = false): void {
  const sign = isArgument ? "=" : " = ";
  const text = textAt(mistakes, name.start.offset, name.end.offset);
  const instead = value ? `${text}${sign}${textAt(mistakes, value.start.offset, value.end.offset)}` : text;
  const fix = { title: `write ${instead}`, changes: [{ start: from, end: to, text: value ? sign : "" }] };
  mistakes.report(syntax.equals({ instead }), name.start.offset, value ? value.end.offset : to, { fixes: [fix] });
}

/** `assert 16@8x8`. */
export function reportAssertedShape(mistakes: Mistakes, word: IToken, shape: Span): void {
  const [start, end] = [word.startOffset, endOf(word)];
  const fix = { title: "leave it out", changes: [{ start, end: shape.start.offset, text: "" }] };
  mistakes.report(syntax.assertedShape({ shape: textAt(mistakes, shape.start.offset, shape.end.offset) }), start, end, { fixes: [fix] });
}

/** `return conv …`. */
export function reportReturn(mistakes: Mistakes, token: IToken, next: IToken): void {
  const [start, end] = [token.startOffset, endOf(token)];
  mistakes.report(syntax.return({}), start, end, { fixes: [{ title: "remove it", changes: [{ start, end: startOr(next, end), text: "" }] }] });
}

/** `-> let x = 1`. */
export function reportLetAfterArrow(mistakes: Mistakes, arrow: IToken): void {
  const [start, end] = [arrow.startOffset, endOf(arrow)];
  mistakes.report(syntax.afterArrow({}), start, end, { fixes: [{ title: "begin a new line", changes: [{ start, end, text: "\n" }] }] });
}

/** `{ -> relu }`. */
export function reportFirstArrow(mistakes: Mistakes, arrow: IToken, next: IToken): void {
  const [start, end] = [arrow.startOffset, endOf(arrow)];
  mistakes.report(syntax.firstArrow({}), start, end, { fixes: [{ title: "remove it", changes: [{ start, end: startOr(next, end), text: "" }] }] });
}

/** `input n`, where `n` could be name or shape; it is read as the shape. */
export function reportBareInput(mistakes: Mistakes, name: NameReference): void {
  const [start, end] = [name.span.start.offset, name.span.end.offset];
  mistakes.report(syntax.bareInput({ text: name.text }), start, end, { fixes: [replace(start, end, `(${name.text})`)] });
}

/** Where a token begins; the end of the file has no place of its own. */
const startOr = (token: IToken, otherwise: number): number => (isEnd(token) ? otherwise : token.startOffset);
