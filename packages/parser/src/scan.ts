/**
 * The first pass over the lexer's tokens: comments are set aside, words become keywords and labels, and
 * what is wrong by its characters alone is reported and mended (`characters.ts`), so that nothing else
 * trips over it.
 */

import type { IToken, TokenType } from "chevrotain";
import type { Comment } from "./ast.ts";
import { mendFraction, mendNumber, mendOpenFraction, mendOpenString, mendQuotedString, mendSemicolon, reportComment, reportStrange } from "./characters.ts";
import { labelTokens } from "./labels.ts";
import type { Mistakes } from "./mistakes.ts";
import { mendSizes } from "./sizes.ts";
import {
  Arrow, BlockComment, Break, Colon, Dot, endOf, Equals, Greater, HashComment, Identifier, Integer, keywords, LBrace, LineComment, OpenComment,
  OpenString, Pipe, Project, QuotedString, Real, retype, Return, Semicolon, Size, Strange, StringToken, tokenize,
} from "./tokens.ts";

export interface Scanned {
  /** With line breaks, without comments. */
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
}

const beforeStep = new Set<TokenType | undefined>([undefined, Break, Arrow, LBrace, Pipe, Colon]);
const notInLabels = new Set<TokenType>([LineComment, BlockComment, OpenComment, HashComment, OpenString, QuotedString, Semicolon]);
const numbers = new Set<TokenType | undefined>([Integer, Real, Size]);

/** Cuts a text into tokens for `brackets.ts` and `lines.ts`. */
export function scan(mistakes: Mistakes): Scanned {
  const comments: Comment[] = [];
  const tokens = scanText(mistakes, mistakes.source.text, 0, comments);
  return { tokens: mendSizes(mistakes, tokens), comments };
}

/** Comments go into `comments`. Without it the text is an expression in a label, which holds none. */
function scanText(mistakes: Mistakes, text: string, start: number, comments?: Comment[]): IToken[] {
  const tokens: IToken[] = [];
  const inLabel = (part: string, from: number): readonly IToken[] => scanText(mistakes, part, from);

  for (const token of tokenize(text)) {
    token.startOffset += start;
    const previous = tokens.at(-1);
    const isGlued = previous !== undefined && endOf(previous) === token.startOffset;

    if (!comments && notInLabels.has(token.tokenType)) {
      reportStrange(mistakes, token);
      tokens.push(token);
      continue;
    }
    switch (token.tokenType) {
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
        break;
      case Greater:
        if (!isGlued || previous.tokenType !== Equals) break;
        previous.image = "=>";
        reportStrange(mistakes, previous);
        continue;
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
        // `sizes.ts` looks at this one, which may stand between two numbers.
        if (token.image !== "×") reportStrange(mistakes, token);
    }
    tokens.push(token);
  }
  return tokens;
}
