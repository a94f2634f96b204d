/**
 * What stands before a `:` is a label, also where it would be a keyword or number elsewhere. A string
 * label's `{expressions}` are cut into tokens that keep their true places in the text.
 */

import type { IToken } from "chevrotain";
import { syntax } from "./codes.ts";
import { readString } from "./literals.ts";
import type { Mistakes } from "./mistakes.ts";
import {
  Identifier, Integer, IntegerLabel, makeToken, Mistake, retype, StringLabel, StringToken, TemplateEnd, TemplateMiddle, TemplateStart,
  Word, WordLabel,
} from "./tokens.ts";

/** Cuts the text of an expression that starts at an offset. */
type ScanText = (text: string, start: number) => readonly IToken[];

/** Makes one token a label, or, where it holds expressions, the tokens of one. */
export function labelTokens(mistakes: Mistakes, token: IToken, scanText: ScanText): readonly IToken[] {
  const type = token.tokenType;
  if (type === Identifier || type.CATEGORIES?.includes(Word)) retype(token, WordLabel);
  else if (type === Integer) retype(token, IntegerLabel);
  else if (type === StringToken) return stringLabel(mistakes, token, scanText);
  return [token];
}

function stringLabel(mistakes: Mistakes, token: IToken, scanText: ScanText): readonly IToken[] {
  const tokens: IToken[] = [];
  let from = 0;
  for (const piece of readString(token.image, true)) {
    if (piece.kind === "text" || (piece.kind === "mistake" && piece.what === "escape")) continue;
    const isOpen = piece.kind === "mistake";
    const start = isOpen ? piece.end : piece.start;
    const end = isOpen ? token.image.length - 1 : start + piece.text.length;
    if (isOpen) mistakes.report(syntax.openExpression({}), token.startOffset + piece.start, token.startOffset + piece.end);
    const type = from === 0 ? TemplateStart : TemplateMiddle;
    tokens.push(makeToken(type, token.image.slice(from, start), token.startOffset + from));
    if (isOpen) tokens.push(makeToken(Mistake, token.image.slice(start, end), token.startOffset + start));
    else tokens.push(...scanText(piece.text, token.startOffset + start));
    from = end;
  }
  if (from === 0) retype(token, StringLabel);
  else tokens.push(makeToken(TemplateEnd, token.image.slice(from), token.startOffset + from));
  return from === 0 ? [token] : tokens;
}

