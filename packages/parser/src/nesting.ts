/**
 * Bounds the depth of the tree, so that nothing that walks it can run out of stack: brackets, conditions and
 * operations that hold one another count, whatever stands side by side does not.
 */

import type { IToken, TokenType } from "chevrotain";
import { syntax } from "./codes.ts";
import type { Mistakes } from "./mistakes.ts";
import {
  And, Arrow, AtLeast, AtMost, Break, Comma, Dot, endOf, EqualTo, Greater, If, LBrace, LBracket, Less, LParen, makeToken, Minus,
  Mistake, Not, NotEqualTo, Or, Percent, Pipe, Plus, RBrace, RBracket, RParen, Slash, Star, TemplateEnd, TemplateStart,
} from "./tokens.ts";

/** Far beyond what anyone writes, far below what a stack holds. */
export const deepest = 100;

const opens = new Set<TokenType>([LParen, LBracket, LBrace, TemplateStart]);
const closes = new Set<TokenType>([RParen, RBracket, RBrace, TemplateEnd]);
const deepens = new Set<TokenType>([
  If, Not, And, Or, Minus, Plus, Star, Slash, Percent, EqualTo, NotEqualTo, Less, AtMost, Greater, AtLeast, Dot,
]);
const separates = new Set<TokenType>([Comma, Arrow, Pipe, Break]);

/** The tokens of one region, or, where they nest too deeply, what stands before the outermost bracket. */
export function limitNesting(mistakes: Mistakes, tokens: readonly IToken[]): readonly IToken[] {
  /** Of each open bracket: its index, and the depth around it. */
  const open: { readonly index: number; readonly around: number; readonly type: TokenType }[] = [];
  let depth = 0;

  for (const [index, token] of tokens.entries()) {
    const type = token.tokenType;
    if (opens.has(type)) {
      open.push({ index, around: depth, type });
      depth += 1;
    } else if (closes.has(type)) {
      // One more stays behind, for `f(1)(2)(3)` and `else if`.
      depth = (open.pop()?.around ?? 0) + 1;
    } else if (deepens.has(type)) {
      depth += 1;
    } else if (separates.has(type) && (type !== Break || (open.at(-1)?.type ?? LBrace) === LBrace)) {
      const around = open.at(-1);
      depth = around ? around.around + 1 : 0;
    }
    if (depth <= deepest) continue;

    mistakes.report(syntax.tooDeep({ limit: deepest }), token.startOffset, endOf(token));
    const outermost = open[0];
    const bracket = outermost && tokens[outermost.index];
    if (!bracket) return [];
    const mistake = makeToken(Mistake, "", bracket.startOffset);
    const group = bracket.tokenType === LBrace ? [bracket, mistake, makeToken(RBrace, "", endOf(bracket))] : [mistake];
    return [...tokens.slice(0, outermost.index), ...group];
  }
  return tokens;
}
