/** `x = …`, as most languages write it: what is meant, and how that is written here. */

import type { IToken } from "chevrotain";
import { syntax } from "./codes.ts";
import { literals } from "./expressions.ts";
import { blanksFrom } from "./habits.ts";
import type { Mistakes } from "./mistakes.ts";
import { Arrow, At, Break, Comma, Dot, endOf, Equals, Except, Freeze, Here, Identifier, Key, LBrace, Name, Pipe, Reuse } from "./tokens.ts";

/** `x =`. */
export interface Assignment {
  readonly key: IToken;
  readonly equals: IToken;
  readonly meant: "flow" | "point" | "label";
}

/** `x = conv …`; `last` is the layer's last token. */
export function reportAssignment(mistakes: Mistakes, { key, equals }: Assignment, meant: Assignment["meant"], last: IToken): void {
  const [start, end, text] = [key.startOffset, endOf(equals), key.image];
  const remove = { start, end: end + blanksFrom(mistakes, end), text: "" };
  const fix = {
    flow: { title: "leave it out", changes: [remove] },
    point: { title: `write as ${text} behind it`, changes: [remove, { start: endOf(last), end: endOf(last), text: ` as ${text}` }] },
    label: { title: `write ${text}:`, changes: [{ start: endOf(key), end, text: ":" }] },
  }[meant];
  // Where nothing is assigned, that is the mistake to mend.
  mistakes.report(syntax.assignment({ text, meant }), start, end, { fixes: endOf(last) > end ? [fix] : [] });
}

/** `width = 16`, `int width = 16`. */
export function reportValue(mistakes: Mistakes, type: IToken | undefined, key: IToken, equals: IToken): void {
  const start = (type ?? key).startOffset;
  const fix = { title: `write let ${key.image} =`, changes: [{ start, end: key.startOffset, text: "let " }] };
  mistakes.report(syntax.assignment({ text: key.image, meant: "value" }), start, endOf(equals), { fixes: [fix] });
}

/** Words before a value's name in other languages. */
const declares = new Set(["var", "const", "int", "float", "double"]);

/** `width = 16` gives a value a name; `x = 16@8x8` asserts what flows. Before the name may stand another language's word. */
export function isAssignedValue(tokens: readonly IToken[]): boolean {
  const [first] = tokens;
  const hasWord = first?.tokenType === Identifier && declares.has(first.image);
  const [key, equals, value, next] = tokens.slice(hasWord ? 1 : 0);
  if (key?.tokenType !== Key || equals?.tokenType !== Equals) return false;
  return hasWord || (value !== undefined && (literals.has(value.tokenType) || value.tokenType === Here) && next?.tokenType !== At);
}

const beforeSteps = new Set([Break, Arrow, LBrace, Pipe]);
const beforeSelectors = new Set([Reuse, Freeze, Except, Dot, Comma]);

interface Uses {
  assigned: number;
  isRead: boolean;
  isSelected: boolean;
}

/** Counted once for a text. */
const counted = new WeakMap<readonly IToken[], ReadonlyMap<string, Uses>>();

/** In these tokens, a name that is assigned again and again is the flow; one that is read is a point; another one names the layer. */
export function meaningOf(tokens: readonly IToken[], key: IToken): Assignment["meant"] {
  const known = counted.get(tokens) ?? countUses(tokens);
  counted.set(tokens, known);
  const { assigned = 0, isRead = false, isSelected = false } = known.get(key.image) ?? {};
  return assigned > 1 ? "flow" : isRead && !isSelected ? "point" : "label";
}

function countUses(tokens: readonly IToken[]): ReadonlyMap<string, Uses> {
  const all = new Map<string, Uses>();
  for (const [index, { image, tokenType }] of tokens.entries()) {
    if (!tokenType.CATEGORIES?.includes(Name)) continue;
    const uses = all.get(image) ?? { assigned: 0, isRead: false, isSelected: false };
    all.set(image, uses);
    const before = tokens[index - 1]?.tokenType;
    if (tokenType === Key && (before === undefined || beforeSteps.has(before))) uses.assigned += 1;
    else if (before && beforeSelectors.has(before)) uses.isSelected = true;
    else uses.isRead = true;
  }
  return all;
}
