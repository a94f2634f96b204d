/** Values, shapes and whatever stands in round or square brackets → documents for Prettier. */

import type { Doc } from "prettier";
import { builders } from "prettier/doc";
import type { Expression, Selector, ShapeLiteral, Unknown } from "../ast.ts";
import type { TokenCursor } from "./token-cursor.ts";

const { fill, group, ifBreak, indent, softline } = builders;

export type Value = Expression | Unknown | ShapeLiteral;

/** Prints a value from the tokens that stand next; operators get blanks around them, brackets none inside. */
export function printValue(cursor: TokenCursor, value: Value): Doc {
  const inner = (part: Value): Doc => printValue(cursor, part);
  switch (value.kind) {
    case "number":
    case "size":
    case "string":
    case "boolean":
    case "reference":
    case "unknown":
      return cursor.take();
    case "unary":
      return value.operator === "-"
        ? [cursor.take("-"), cursor.gap("nothing"), inner(value.operand)]
        : [cursor.take("not"), cursor.gap("space"), inner(value.operand)];
    case "binary":
      return [inner(value.left), cursor.gap("space"), cursor.take(value.operator), cursor.gap("space"), inner(value.right)];
    case "conditional":
      return [
        cursor.take("if"), cursor.gap("space"), inner(value.condition), cursor.gap("space"),
        cursor.take("then"), cursor.gap("space"), inner(value.then), cursor.gap("space"),
        cursor.take("else"), cursor.gap("space"), inner(value.else),
      ];
    case "member":
      return [inner(value.object), cursor.gap("nothing"), cursor.take("."), cursor.gap("nothing"), cursor.take()];
    case "index":
      return [inner(value.object), cursor.take("["), cursor.gap("nothing"), inner(value.index), cursor.gap("nothing"), cursor.take("]")];
    case "function-call":
      return [cursor.take(), printBracketed(cursor, value.arguments.map((argument) => () => inner(argument)), { trailingComma: false })];
    case "parenthesized":
      return [cursor.take("("), cursor.gap("nothing"), inner(value.inner), cursor.gap("nothing"), cursor.take(")")];
    case "list": {
      const areNumbers = value.items.every((item) => item.kind === "number" || item.kind === "size");
      return printBracketed(cursor, value.items.map((item) => () => inner(item)), { trailingComma: !areNumbers, packed: areNumbers });
    }
    case "shape":
      return value.axes
        ? [inner(value.channels), cursor.gap("nothing"), cursor.take("@"), cursor.gap("nothing"), inner(value.axes)]
        : inner(value.channels);
    case "invalid":
      throw new Error("A text with syntax errors can't be printed.");
  }
}

interface BracketStyle {
  /** Whether a comma follows the last item where the items stand in lines of their own. */
  readonly trailingComma: boolean;
  /** As many items in a line as fit, for numbers. */
  readonly packed?: boolean;
  /** Blanks inside the brackets. */
  readonly spaced?: boolean;
}

/** `( … , … )`, `[ … ]` or an import's `{ … }`: in one line, or with each item in its own. */
export function printBracketed(cursor: TokenCursor, items: readonly (() => Doc)[], { trailingComma, packed = false, spaced = false }: BracketStyle): Doc {
  const inside = spaced ? "line" : "softline";
  const open = cursor.take();
  if (items.length === 0) return [open, cursor.gap("nothing"), cursor.take()];
  const first = cursor.gap(inside);
  const parts: Doc[] = [];
  for (const [index, print] of items.entries()) {
    if (index > 0) parts.push(cursor.gap("line"));
    const item = print();
    const isLast = index === items.length - 1;
    const hasComma = cursor.peek()?.image === ",";
    const beforeComma = hasComma ? cursor.gap("nothing") : "";
    if (hasComma) cursor.take(",");
    parts.push([item, beforeComma, isLast ? (trailingComma ? ifBreak(",") : "") : ","]);
  }
  const end = cursor.gapParts(inside);
  const separator = end.separator === "" ? softline : end.separator;
  return group([open, indent([first, packed ? fill(parts) : parts, end.comments]), separator, cursor.take()]);
}

/** Values after a keyword, which may go on in further lines behind their commas. */
export function printCommaSeparated(cursor: TokenCursor, items: readonly (() => Doc)[]): Doc {
  const [first, ...rest] = items;
  if (!first) return "";
  const head = first();
  return group(indent([head, ...rest.map((print) => [cursor.gap("nothing"), cursor.take(","), cursor.gap("line"), print()])]));
}

/** `layer1.0.*`, from as many tokens as it was written with. */
export function printSelector(cursor: TokenCursor, selector: Selector): Doc {
  const parts: Doc[] = [];
  for (let token = cursor.peek(); token && token.startOffset < selector.span.end.offset; token = cursor.peek()) {
    if (parts.length > 0) parts.push(cursor.gap("nothing"));
    parts.push(cursor.take());
  }
  return parts;
}

