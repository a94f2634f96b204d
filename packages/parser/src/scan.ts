/**
 * The first pass over the lexer's tokens: comments are set aside, words become keywords and labels, and
 * what can be known to be wrong by its characters alone is reported and mended, so that nothing else
 * trips over it.
 */

import type { IToken } from "chevrotain";
import type { Comment } from "./ast.ts";
import { labelTokens } from "./labels.ts";
import type { Mistakes } from "./mistakes.ts";
import { BlockComment, Break, Colon, endOf, Identifier, keywords, LineComment, Project, retype, StringToken, tokenize } from "./tokens.ts";

export interface Scanned {
  /** With line breaks, without comments. */
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
}

export function scan({ source }: Mistakes): Scanned {
  const comments: Comment[] = [];

  function scanText(text: string, start: number): IToken[] {
    const tokens: IToken[] = [];
    const makeLabel = (index: number): void => {
      const token = tokens[index];
      if (token) tokens.splice(index, 1, ...labelTokens(token, scanText));
    };

    for (const token of tokenize(text)) {
      token.startOffset += start;
      switch (token.tokenType) {
        case LineComment:
        case BlockComment:
          comments.push({ kind: "comment", span: source.span(token.startOffset, endOf(token)), text: token.image });
          if (/[\r\n]/.test(token.image)) {
            retype(token, Break);
            tokens.push(token);
          }
          continue;
        case Identifier:
          retype(token, keywords.get(token.image) ?? Identifier);
          break;
        case Colon:
          makeLabel(tokens.findLastIndex((before) => before.tokenType !== Break));
          break;
        case StringToken:
          if (tokens.at(-1)?.tokenType === Project) {
            tokens.push(...labelTokens(token, scanText));
            continue;
          }
      }
      tokens.push(token);
    }
    return tokens;
  }

  const tokens = scanText(source.text, 0);
  return { tokens, comments };
}
