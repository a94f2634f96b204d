/**
 * The first pass over the lexer's tokens: comments are set aside, words become keywords and labels, and
 * what is wrong by its characters alone is reported and mended (`characters.ts`), so that nothing else
 * trips over it.
 */

import type { IToken, TokenType } from "chevrotain";
import type { Comment } from "./ast.ts";
import {
  continuesLine, mendDecimalComma, mendFraction, mendNumber, mendOpenFraction, mendOpenString, mendPair, mendPercent, mendQuotedString, mendSemicolon, reportComment, reportStrange,
} from "./characters.ts";
import { labelTokens } from "./labels.ts";
import type { Mistakes } from "./mistakes.ts";
import { dropModules } from "./modules.ts";
import { mendSizes } from "./sizes.ts";
import {
  Arrow, Assert, BlockComment, Break, Colon, Comma, Dot, endOf, Equals, Greater, HashComment, Identifier, If, Integer, keywords, LBrace, LBracket, Less,
  Let, LineComment, LParen, OpenComment, OpenString, Percent, Pipe, Project, QuotedString, RBracket, Real, Repeat, retype, Return, RParen, Semicolon,
  Size, Skip, Star, Strange, StringToken, tokenize,
} from "./tokens.ts";

export interface Scanned {
  /** With line breaks, without comments. */
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
}

const beforeStep = new Set<TokenType | undefined>([undefined, Break, Arrow, LBrace, Pipe, Colon]);
const notInLabels = new Set<TokenType>([LineComment, BlockComment, OpenComment, HashComment, OpenString, QuotedString, Semicolon]);
const numbers = new Set<TokenType | undefined>([Integer, Real, Size]);
/** What values stand behind, up to the end of the line or a brace. */
const beforeValues = new Set<TokenType | undefined>([Assert, If, Let, Repeat, Skip]);
const endsValues = new Set<TokenType | undefined>([Break, LBrace, RParen, Arrow, Pipe]);
/** What may be the second part of a sign of two, as in `=>`. */
const secondSigns = new Set<TokenType | undefined>([Greater, Less, Equals, Arrow, Pipe, Star]);

/** Whether the last of these tokens stands among values, rather than between layers. */
function areAmongValues(tokens: readonly IToken[]): boolean {
  const last = tokens.findLast(({ tokenType }, i) => i < tokens.length - 1 && (beforeValues.has(tokenType) || endsValues.has(tokenType)));
  return last !== undefined && beforeValues.has(last.tokenType);
}

/** Cuts a text into tokens for `brackets.ts` and `lines.ts`. */
export function scan(mistakes: Mistakes): Scanned {
  const comments: Comment[] = [];
  const tokens = scanText(mistakes, mistakes.source.text, 0, comments);
  return { tokens: dropModules(mistakes, mendSizes(mistakes, tokens)), comments };
}

/** Comments go into `comments`. Without it the text is an expression in a label, which holds none. */
function scanText(mistakes: Mistakes, text: string, start: number, comments?: Comment[]): IToken[] {
  const tokens: IToken[] = [];
  const inLabel = (part: string, from: number): readonly IToken[] => scanText(mistakes, part, from);
  const all = tokenize(text);
  const inValues = (): boolean => !comments || (!mistakes.isFull() && areAmongValues(tokens));
  let depth = 0;

  for (let index = 0; index < all.length; index++) {
    const token = all[index];
    if (!token) break;
    token.startOffset += start;
    const previous = tokens.at(-1);
    const isGlued = previous !== undefined && endOf(previous) === token.startOffset;

    if (!comments && notInLabels.has(token.tokenType)) {
      reportStrange(mistakes, token);
      tokens.push(token);
      continue;
    }
    if (isGlued && secondSigns.has(token.tokenType) && mendPair(mistakes, previous, token, inValues)) continue;
    switch (token.tokenType) {
      case LParen:
      case LBracket:
        depth += 1;
        break;
      case RParen:
      case RBracket:
        depth -= 1;
        break;
      case LineComment:
      case BlockComment:
        comments?.push({ kind: "comment", span: mistakes.source.span(token.startOffset, endOf(token)), text: token.image });
        if (!/[\r\n]/.test(token.image)) continue;
        retype(token, Break);
        break;
      case OpenComment:
      case HashComment:
        reportComment(mistakes, token);
        continue;
      case Identifier:
        if (isGlued && numbers.has(previous.tokenType)) {
          mendNumber(mistakes, previous, token);
          continue;
        }
        if (token.image === "return" && beforeStep.has(previous?.tokenType)) retype(token, Return);
        else retype(token, keywords.get(token.image) ?? Identifier);
        break;
      case Colon: {
        const index = tokens.findLastIndex((before) => before.tokenType !== Break);
        const label = tokens[index];
        if (label) tokens.splice(index, 1, ...labelTokens(mistakes, label, inLabel));
        break;
      }
      case StringToken:
        if (previous?.tokenType !== Project) break;
        tokens.push(...labelTokens(mistakes, token, inLabel));
        continue;
      case Integer:
      case Real:
        if (isGlued && previous.tokenType === Dot && mendFraction(mistakes, tokens, token)) continue;
        if (isGlued && previous.tokenType === Comma && depth === 0 && mendDecimalComma(mistakes, tokens, token)) continue;
        break;
      case Percent:
        if (isGlued && mendPercent(mistakes, previous, all[index + 1])) continue;
        break;
      case Dot:
        if (mendOpenFraction(mistakes, tokens, token)) continue;
        break;
      case OpenString:
        tokens.push(...mendOpenString(mistakes, token));
        continue;
      case QuotedString:
        mendQuotedString(mistakes, token);
        break;
      case Semicolon:
        mendSemicolon(mistakes, token);
        break;
      case Strange:
        if (continuesLine(mistakes, token, all[index + 1])) {
          index += 1;
          continue;
        }
        // `sizes.ts` looks at this one, which may stand between two numbers.
        if (token.image !== "×") reportStrange(mistakes, token, inValues);
    }
    tokens.push(token);
  }
  return tokens;
}
