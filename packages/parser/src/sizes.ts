/** `3 x 3`, `3×3` and `3X3` for the size `3x3`. */

import type { IToken } from "chevrotain";
import { isSizeLike, reportStrange } from "./characters.ts";
import { syntax } from "./codes.ts";
import type { Mistakes } from "./mistakes.ts";
import { endOf, Identifier, Integer, makeToken, markTold, Mistake, Question, Size, Strange } from "./tokens.ts";

/** The tokens with every misspelt size reported and made one. */
export function mendSizes(mistakes: Mistakes, tokens: readonly IToken[]): readonly IToken[] {
  if (!tokens.some((token) => isTimes(token) || isSizeWithCapital(token))) return tokens;
  const xIsName = tokens.some((token, index) => token.tokenType === Identifier && isTimes(token) && !joinsNumbers(tokens, index));
  const mended: IToken[] = [];

  for (let index = 0; index < tokens.length; index++) {
    const first = tokens[index];
    if (!first) break;
    let last = index;
    while (joinsNumbers(tokens, last + 1) && !(xIsName && tokens[last + 1]?.tokenType === Identifier)) last += 2;
    const end = endOf(tokens[last] ?? first);
    if (last > index || isSizeWithCapital(first)) {
      const image = mistakes.source.text.slice(first.startOffset, end);
      const size = image.replaceAll(/\s*[xX×]\s*/g, "x");
      const fix = { title: `write ${size}`, changes: [{ start: first.startOffset, end, text: size }] };
      mistakes.report(syntax.size({ size }), first.startOffset, end, { fixes: [fix] });
      mended.push(markTold(makeToken(Size, image, first.startOffset)));
      index = last;
    } else {
      if (first.tokenType === Strange) reportStrange(mistakes, first);
      mended.push(first);
    }
  }
  return mended;
}

const isTimes = (token: IToken | undefined): boolean =>
  (token?.tokenType === Identifier && (token.image === "x" || token.image === "X")) || (token?.tokenType === Strange && token.image === "×");

const isSizeWithCapital = (token: IToken): boolean => token.tokenType === Mistake && isSizeLike(token.image);

const isCount = (token: IToken | undefined): boolean =>
  token !== undefined &&
  ((token.tokenType === Integer && /^\d+$/.test(token.image)) ||
    token.tokenType === Size ||
    token.tokenType === Question ||
    isSizeWithCapital(token));

const joinsNumbers = (tokens: readonly IToken[], index: number): boolean =>
  isTimes(tokens[index]) && isCount(tokens[index - 1]) && isCount(tokens[index + 1]);
