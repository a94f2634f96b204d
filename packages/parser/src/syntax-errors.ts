/** What Chevrotain could not go on with, told in the language's own words. */

import type { IRecognitionException } from "chevrotain";
import { syntax } from "./codes.ts";
import type { Mistakes } from "./mistakes.ts";
import { endOf } from "./tokens.ts";

export function tellMistake(mistakes: Mistakes, error: IRecognitionException): void {
  const at = Number.isNaN(error.token.startOffset) ? mistakes.source.text.length : error.token.startOffset;
  mistakes.report(syntax.unexpected({ expected: error.message, found: error.token.image }), at, Math.max(at, endOf(error.token) || at));
}
