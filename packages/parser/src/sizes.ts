/** `3 x 3`, `3×3` and `3X3` for the size `3x3`. */

import type { IToken } from "chevrotain";
import { isHalfSize, isSizeLike, reportNumber, reportStrange } from "./characters.ts";
import { syntax } from "./codes.ts";
import type { Mistakes } from "./mistakes.ts";
import { endOf, Identifier, Integer, makeToken, markTold, Mistake, Question, Size, Strange } from "./tokens.ts";

/** The tokens with every misspelt size reported and made one. */
export function mendSizes(mistakes: Mistakes, tokens: readonly IToken[]): readonly IToken[] {
  if (!tokens.some((token) => isTimes(token) || isSizeWithCapital(token) || isHalf(token) || isRest(token))) return tokens;
  const mended: IToken[] = [];
  const names = namesLikeSizes(tokens);

  for (let index = 0; index < tokens.length; index++) {
    const first = tokens[index];
    if (!first) break;
    let last = index;
    if (isCount(first) || isHalf(first)) {
      for (let length = joined(tokens, last, names); length > 0; length = joined(tokens, last, names)) last += length;
    }
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
      if (isHalf(first)) reportNumber(mistakes, first);
      mended.push(first);
    }
  }
  return mended;
}

const isTimes = (token: IToken | undefined): boolean =>
  (token?.tokenType === Identifier && (token.image === "x" || token.image === "X")) || (token?.tokenType === Strange && token.image === "×");

const isSizeWithCapital = (token: IToken): boolean => token.tokenType === Mistake && isSizeLike(token.image);

/** The `3x` of `3x 3`. */
const isHalf = (token: IToken | undefined): boolean => token?.tokenType === Mistake && isHalfSize(token.image);

/** The `x3` of `3 x3`. */
const isRest = (token: IToken | undefined): boolean => token?.tokenType === Identifier && (token.image.startsWith("x") || token.image.startsWith("X")) && /^[xX]\d+$/.test(token.image);

const isCount = (token: IToken | undefined): boolean =>
  token !== undefined &&
  ((token.tokenType === Integer && /^\d+$/.test(token.image)) ||
    token.tokenType === Size ||
    token.tokenType === Question ||
    isSizeWithCapital(token));

/** Names that stand elsewhere than behind a number: there they are no part of a size either. */
function namesLikeSizes(tokens: readonly IToken[]): ReadonlySet<string> {
  const names = tokens.filter((token, index) => token.tokenType === Identifier && (isTimes(token) || isRest(token)) && !isCount(tokens[index - 1]));
  return new Set(names.map(({ image }) => image));
}

/** How many of the tokens behind this one go on with its size: two in `3 x 3`, one in `3x 3` and `3 x3`, else none. */
function joined(tokens: readonly IToken[], index: number, names: ReadonlySet<string>): number {
  const [token, next] = [tokens[index], tokens[index + 1]];
  if (isHalf(token)) return isCount(next) ? 1 : 0;
  if (!isCount(token) && !isRest(token)) return 0;
  if (next?.tokenType === Identifier && names.has(next.image)) return 0;
  // In `conv 16 x3` the number is a count of its own.
  if (isRest(next)) return tokens[index - 1]?.tokenType === Identifier ? 0 : 1;
  return isTimes(next) && isCount(tokens[index + 2]) ? 2 : 0;
}
