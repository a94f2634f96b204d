/**
 * What stands before a `:` is a label, also where it would be a keyword or number elsewhere. A string
 * label's `{expressions}` are cut into tokens that keep their true places in the text.
 */

import type { IToken } from "chevrotain";
import { syntax } from "./codes.ts";
import { readString } from "./literals.ts";
import type { Mistakes } from "./mistakes.ts";
import {
  Identifier, Integer, IntegerLabel, makeToken, retype, StringLabel, StringToken, TemplateEnd, TemplateMiddle, TemplateStart,
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
    if (piece.kind === "mistake" && piece.what === "brace") {
      mistakes.report(syntax.openExpression({}), token.startOffset + piece.start, token.startOffset + piece.end);
    }
    if (piece.kind !== "expression") continue;
    const type = from === 0 ? TemplateStart : TemplateMiddle;
    tokens.push(makeToken(type, token.image.slice(from, piece.start), token.startOffset + from));
    tokens.push(...scanText(piece.text, token.startOffset + piece.start));
    from = piece.start + piece.text.length;
  }
  if (from === 0) retype(token, StringLabel);
  else tokens.push(makeToken(TemplateEnd, token.image.slice(from), token.startOffset + from));
  return from === 0 ? [token] : tokens;
}

