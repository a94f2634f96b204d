/** Tokens that are wrong by their characters alone: each is reported and made what was surely meant, or `Mistake`. */

import type { IToken, TokenType } from "chevrotain";
import { syntax } from "./codes.ts";
import type { Mistakes } from "./mistakes.ts";
import {
  And, Arrow, AtLeast, AtMost, Break, Comma, Dot, endOf, Equals, EqualTo, Greater, Integer, LBrace, LBracket, Less, LineComment, LParen, makeToken, markTold,
  Minus, Mistake, Not, NotEqualTo, OpenComment, Or, Plus, Power, RBrace, Real, retype, RParen, Slash, Star, StringToken,
} from "./tokens.ts";

/** `#` comments and comments without an end; both swallow what follows. */
export function reportComment(mistakes: Mistakes, token: IToken): void {
  const { startOffset: start } = token;
  if (token.tokenType === OpenComment) {
    const end = endOf(token);
    const fix = { title: "close the comment", changes: [{ start: end, end, text: " */" }] };
    mistakes.report(syntax.openComment({}), start, start + 2, { fixes: [fix] });
  } else {
    const fix = { title: "write //", changes: [{ start, end: start + 1, text: "//" }] };
    mistakes.report(syntax.hash({}), start, start + 1, { fixes: [fix] });
  }
}

/** `5abc`: a number and the word glued to it become one mistake. `3X3` and `3x` are left to `sizes.ts`. */
export function mendNumber(mistakes: Mistakes, number: IToken, word: IToken): void {
  number.image += word.image;
  retype(number, Mistake);
  if (isSizeLike(number.image) || isHalfSize(number.image)) return;
  reportNumber(mistakes, number);
}

export function reportNumber(mistakes: Mistakes, number: IToken): void {
  mistakes.report(syntax.badNumber({ text: number.image }), number.startOffset, endOf(number));
}

/** `3X3`. */
export const isSizeLike = (text: string): boolean => /^\d+(?:[xX]\d+)+$/.test(text);
/** The `3x` of `3x 3`. */
export const isHalfSize = (text: string): boolean => /^\d+[xX]$/.test(text);

/** What a point and digits may stand behind as a number of their own. */
const beforeFraction = new Set<TokenType>([Minus, Plus, Slash, Equals, EqualTo, Less, Greater, AtMost, AtLeast, LParen, LBracket, Comma]);

/** `.5` → `0.5`; true where it was one, and the point before is replaced. In `a.5` and `1.5.7` it is none. */
export function mendFraction(mistakes: Mistakes, tokens: IToken[], digits: IToken): boolean {
  const point = tokens.at(-1);
  const before = tokens.at(-2);
  if (!point || digits.image.includes(".") || (before && endOf(before) === point.startOffset && !beforeFraction.has(before.tokenType))) return false;
  const image = `.${digits.image}`;
  const start = point.startOffset;
  const fix = { title: `write 0${image}`, changes: [{ start, end: start, text: "0" }] };
  mistakes.report(syntax.bareFraction({ text: image }), start, endOf(digits), { fixes: [fix] });
  tokens[tokens.length - 1] = markTold(makeToken(Real, image, start));
  return true;
}

/** `1.` → `1.0`; true where the point went into the number. In `1.weight` and `a.1.b` it stays. */
export function mendOpenFraction(mistakes: Mistakes, tokens: readonly IToken[], point: IToken): boolean {
  const digits = tokens.at(-1);
  const end = endOf(point);
  if (digits?.tokenType !== Integer || endOf(digits) !== point.startOffset) return false;
  if (tokens.at(-2)?.tokenType === Dot || /[\p{L}\p{M}\w"*.]/u.test(mistakes.source.text.slice(end, end + 1))) return false;
  digits.image += ".";
  const fix = { title: `write ${digits.image}0`, changes: [{ start: end, end, text: "0" }] };
  mistakes.report(syntax.bareFraction({ text: digits.image }), digits.startOffset, end, { fixes: [fix] });
  retype(markTold(digits), Real);
  return true;
}

/** `0,5` → `0.5`, outside brackets; true where it was one, and the tokens before are replaced. */
export function mendDecimalComma(mistakes: Mistakes, tokens: IToken[], digits: IToken): boolean {
  const [zero, comma] = tokens.slice(-2);
  if (zero?.tokenType !== Integer || zero.image !== "0" || !comma || endOf(zero) !== comma.startOffset) return false;
  const start = zero.startOffset;
  const image = `0,${digits.image}`;
  const text = `0.${digits.image}`;
  mistakes.report(syntax.badNumber({ text: image }), start, endOf(digits), { fixes: [{ title: `write ${text}`, changes: [{ start, end: endOf(digits), text }] }] });
  tokens.splice(-2, 2, markTold(makeToken(Real, image, start)));
  return true;
}

const endsPercent = new Set<TokenType | undefined>([undefined, Break, Arrow, RBrace, RParen, Comma, LineComment]);

/** `50%`, where `next` is no operand: a share. */
export function mendPercent(mistakes: Mistakes, number: IToken, next: IToken | undefined): boolean {
  if (number.tokenType !== Integer || !endsPercent.has(next?.tokenType)) return false;
  const text = `${Number(number.image) / 100}`;
  number.image += "%";
  retype(number, Mistake);
  const [start, end] = [number.startOffset, endOf(number)];
  mistakes.report(syntax.badNumber({ text: number.image }), start, end, { fixes: [{ title: `write ${text}`, changes: [{ start, end, text }] }] });
  return true;
}

/** A string without its closing quote runs to the end of its line, but leaves a `{` there its place. */
export function mendOpenString(mistakes: Mistakes, token: IToken): readonly IToken[] {
  const image = token.image.trimEnd();
  const brace = image.endsWith("{") ? makeToken(LBrace, "{", token.startOffset + image.length - 1) : undefined;
  token.image = brace ? image.slice(0, -1).trimEnd() : image;
  retype(token, Mistake);
  const end = endOf(token);
  const fix = { title: "close the string", changes: [{ start: end, end, text: '"' }] };
  const quote = token.image.charAt(0);
  mistakes.report(syntax.openString({ text: `\`${quote}\`` }), token.startOffset, end, quote === '"' ? { fixes: [fix] } : {});
  return brace ? [token, brace] : [token];
}

/** `'…'` and `“…”` are taken for strings. */
export function mendQuotedString(mistakes: Mistakes, token: IToken): void {
  if (!/^(?:'.*'|[“”„].*[“”])$/.test(token.image)) {
    mendOpenString(mistakes, token);
    return;
  }
  const inner = token.image.slice(1, -1);
  const start = token.startOffset;
  const end = endOf(token);
  const text = `"${inner.replaceAll(/(?<!\\)"/g, '\\"')}"`;
  mistakes.report(syntax.singleQuotes({}), start, end, { fixes: [{ title: `write ${text}`, changes: [{ start, end, text }] }] });
  token.image = `"${inner}"`;
  retype(markTold(token), StringToken);
}

/** Nothing more in a line, or a comment or a brace alone. */
const endsLine = /[ \t]*(?:\/\/|\/\*|\}|[\r\n]|$)/y;

/** `;` is taken for a line break. */
export function mendSemicolon(mistakes: Mistakes, token: IToken): void {
  const start = token.startOffset;
  const end = endOf(token);
  endsLine.lastIndex = end;
  const fix = endsLine.test(mistakes.source.text)
    ? { title: "remove it", changes: [{ start, end, text: "" }] }
    : { title: "begin a new line", changes: [{ start, end, text: "\n" }] };
  mistakes.report(syntax.semicolon({}), start, end, { fixes: [fix] });
  retype(token, Break);
}

interface LookAlike {
  readonly type: TokenType;
  readonly text: string;
}

/** What people write, or what editors make of it, for a sign of the language. */
const lookAlikes: Readonly<Record<string, LookAlike>> = {
  "&&": { type: And, text: "and" },
  "&": { type: And, text: "and" },
  "!": { type: Not, text: "not " },
  "=>": { type: Arrow, text: "->" },
  "-->": { type: Arrow, text: "->" },
  "==>": { type: Arrow, text: "->" },
  ">>": { type: Arrow, text: "->" },
  "|>": { type: Arrow, text: "->" },
  "===": { type: EqualTo, text: "==" },
  "!==": { type: NotEqualTo, text: "!=" },
  "<>": { type: NotEqualTo, text: "!=" },
  "=<": { type: AtMost, text: "<=" },
  "→": { type: Arrow, text: "->" },
  "⟶": { type: Arrow, text: "->" },
  "–": { type: Minus, text: "-" },
  "−": { type: Minus, text: "-" },
  "×": { type: Star, text: "*" },
  "·": { type: Star, text: "*" },
  "÷": { type: Slash, text: "/" },
  "≤": { type: AtMost, text: "<=" },
  "≥": { type: AtLeast, text: ">=" },
  "≠": { type: NotEqualTo, text: "!=" },
  "，": { type: Comma, text: "," },
  "（": { type: LParen, text: "(" },
  "）": { type: RParen, text: ")" },
};

/** What some of them mean between values. */
const amongValues: Readonly<Record<string, LookAlike>> = { "=>": { type: AtLeast, text: ">=" }, "||": { type: Or, text: "or" } };

const meantBy = (text: string, inValues: () => boolean): LookAlike | undefined =>
  Object.hasOwn(amongValues, text) && inValues() ? amongValues[text] : Object.hasOwn(lookAlikes, text) ? lookAlikes[text] : undefined;

/** Signs of other languages that come as two tokens, as `=>`; `**` is left to `operations.ts`. */
export function mendPair(mistakes: Mistakes, first: IToken, second: IToken, inValues: () => boolean): boolean {
  const text = first.image + second.image;
  if (text !== "**" && !meantBy(text, inValues)) return false;
  first.image = text;
  if (text === "**") retype(first, Power);
  else reportStrange(mistakes, first, inValues);
  return true;
}

/** `\` at the end of a line, as in Python: the next line belongs to it, the break `next` goes. */
export function continuesLine(mistakes: Mistakes, token: IToken, next: IToken | undefined): boolean {
  if (token.image !== "\\" || next?.tokenType !== Break) return false;
  const [start, end] = [token.startOffset, endOf(token)];
  const line = /^[^\r\n]*?([ \t]*)$/.exec(mistakes.source.text.slice(Math.max(0, start - 200), start));
  const fix = { title: "join the lines", changes: [{ start: start - (line?.[1]?.length ?? 0), end: end + next.image.length, text: " " }] };
  mistakes.report(syntax.strange({ text: token.image }), start, end, { fixes: [fix] });
  return true;
}

/** Signs of other languages become what they look like, the rest `Mistake`. */
export function reportStrange(mistakes: Mistakes, token: IToken, inValues = (): boolean => false): void {
  const { image: text, startOffset: start } = token;
  if (text === "^") return retype(token, Power);
  const end = endOf(token);
  const instead = meantBy(text, inValues);
  const name = `U+${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  const isAscii = /^[\x00-\x7f]*$/.test(text);
  const finding = syntax.strange({ text, ...(!isAscii && { name }), ...(instead && { instead: instead.text.trim() }) });
  const fixes = instead ? [{ title: `write ${instead.text.trim()}`, changes: [{ start, end, text: instead.text }] }] : [];
  mistakes.report(finding, start, end, { fixes });
  retype(markTold(token), instead?.type ?? Mistake);
}
