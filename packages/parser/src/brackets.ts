/**
 * Brings the brackets into balance, so that the grammar meets only whole groups: a mistake inside one can't
 * reach outside. Works on one region at a time; a region ends where `block`, `model` or `import` stands in
 * column 1, so that an unclosed bracket costs one declaration.
 */

import type { IToken, TokenType } from "chevrotain";
import { balanceBraces } from "./braces.ts";
import { syntax } from "./codes.ts";
import type { Mistakes } from "./mistakes.ts";
import { deepest, limitNesting } from "./nesting.ts";
import {
  Arrow, As, Assert, Block, Break, Comma, Dot, endOf, Equals, False, For, Freeze, Frozen, Identifier, Import, Input, Integer, IntegerLabel,
  LBrace, LBracket, Let, Load, LParen, makeToken, Mistake, Model, Output, Pipe, RBrace, RBracket, Real, Repeat, retype, Reuse, RParen,
  Size, Skip, StringLabel, StringToken, TemplateEnd, TemplateMiddle, TemplateStart, True, WordLabel,
} from "./tokens.ts";

/** The tokens with every bracket matched: closing braces are added, what can't be matched becomes `Mistake`. */
export function balanceBrackets(mistakes: Mistakes, tokens: readonly IToken[]): IToken[] {
  const balanced: IToken[] = [];
  for (const region of splitRegions(mistakes.source.text, tokens)) {
    // What is missing may stand in a comment that never ends, which is told: it takes all to the end of the text.
    const isCut = mistakes.has("CNN1006") && region.at(-1) === tokens.at(-1);
    const matched = matchRoundAndSquare(mistakes, balanceBraces(mistakes, region, isCut), isCut);
    for (const token of limitNesting(mistakes, matched)) balanced.push(token);
  }
  return balanced;
}

const declares = new Set<TokenType>([Block, Model, Import]);

function splitRegions(text: string, tokens: readonly IToken[]): readonly (readonly IToken[])[] {
  const starts = [0];
  for (const [index, token] of tokens.entries()) {
    if (index === 0 || !declares.has(token.tokenType) || !/^[\r\n]?$/.test(text.charAt(token.startOffset - 1))) continue;
    // `block.0` and `block,` are parts of a selector.
    const next = tokens[index + 1]?.tokenType;
    if (next !== Dot && next !== Comma) starts.push(index);
  }
  return starts.map((start, index) => tokens.slice(start, starts[index + 1]));
}

const partners = new Map<TokenType | undefined, TokenType>([[LParen, RParen], [LBracket, RBracket]]);
/** Where an unclosed `(` or `[` is taken to end. */
const endsPart = new Set<TokenType>([Break, Arrow, As, Pipe, LBrace, RBrace, RParen, RBracket, TemplateMiddle, TemplateEnd]);

/** What never stands in round or square brackets, but in braces inside them: there a bracket before was left open. */
const endsBrackets = new Set<TokenType>([
  Arrow, As, Pipe, Let, Assert, Load, Freeze, Frozen, Input, Output, Repeat, Skip, For, Reuse, WordLabel, IntegerLabel, StringLabel,
]);
const endsValue = new Set<TokenType | undefined>([Identifier, Integer, Real, Size, StringToken, RParen, RBracket, True, False]);

function matchRoundAndSquare(mistakes: Mistakes, tokens: readonly IToken[], isCut: boolean): readonly IToken[] {
  const open: Open[] = [];
  const unclosed = new Set<number>();
  const dropped = new Set<number>();

  let braces = 0;
  const closeInner = (): void => {
    for (let top = open.at(-1); top && partners.has(top.token.tokenType); top = open.at(-1)) {
      unclosed.add(top.index);
      open.pop();
    }
  };

  for (const [index, token] of tokens.entries()) {
    if (braces > 0 && (endsBrackets.has(token.tokenType) || beginsLine(tokens, index))) closeInner();
    switch (token.tokenType) {
      case LParen:
      case LBracket:
      case LBrace:
      case TemplateStart:
        open.push({ token, index });
        if (token.tokenType === LBrace) braces += 1;
        break;
      case RBrace:
      case TemplateEnd:
        closeInner();
        if (open.pop()?.token.tokenType === LBrace) braces -= 1;
        break;
      case TemplateMiddle:
        closeInner();
        break;
      case RParen:
      case RBracket: {
        const wanted = findOpener(open, token.tokenType);
        if (wanted !== undefined) {
          for (const bracket of open.splice(wanted).slice(1)) unclosed.add(bracket.index);
        } else if (partners.has(open.at(-1)?.token.tokenType)) {
          mendWrong(mistakes, open.pop()?.token, token);
        } else {
          dropped.add(index);
          reportStray(mistakes, token);
        }
      }
    }
  }
  closeInner();
  return unclosed.size + dropped.size === 0 ? tokens : withoutUnmatched(mistakes, tokens, unclosed, dropped, isCut);
}

/** A name in a new line after a value that nothing goes on from: a layer, not part of what is in brackets. */
const beginsLine = (tokens: readonly IToken[], index: number): boolean =>
  tokens[index]?.tokenType === Identifier &&
  tokens[index - 1]?.tokenType === Break &&
  endsValue.has(tokens[index - 2]?.tokenType) &&
  tokens[index + 1]?.tokenType !== Equals;

const commentNext = /[ \t]*\/\//y;

function withoutUnmatched(mistakes: Mistakes, tokens: readonly IToken[], unclosed: ReadonlySet<number>, dropped: ReadonlySet<number>, isCut: boolean): IToken[] {
  const kept: IToken[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token || dropped.has(index)) continue;
    if (!unclosed.has(index)) {
      kept.push(token);
      continue;
    }
    let depth = 0;
    let last = index;
    for (let next = tokens[last + 1]; next && (depth > 0 || !endsPart.has(next.tokenType)); next = tokens[last + 1]) {
      last += 1;
      if (partners.has(next.tokenType) && !unclosed.has(last)) depth += 1;
      else if (next.tokenType === RParen || next.tokenType === RBracket) depth -= 1;
    }
    const end = endOf(tokens[last] ?? token);
    const { text } = mistakes.source;
    commentNext.lastIndex = end;
    const finding = syntax.unclosed({ text: token.image, comment: commentNext.test(text) });
    if (!isCut) mistakes.report(finding, token.startOffset, endOf(token));
    kept.push(makeToken(Mistake, text.slice(token.startOffset, end), token.startOffset));
    index = last;
  }
  return kept;
}

interface Open {
  readonly token: IToken;
  readonly index: number;
}

/** The place of the innermost bracket that a closing one fits, with only round and square ones inside it. */
function findOpener(open: readonly Open[], close: TokenType): number | undefined {
  for (let index = open.length - 1; index >= Math.max(0, open.length - deepest); index--) {
    const partner = partners.get(open[index]?.token.tokenType);
    if (partner === close) return index;
    if (partner === undefined) return undefined;
  }
  return undefined;
}

function reportStray(mistakes: Mistakes, token: IToken): void {
  const [start, end] = [token.startOffset, endOf(token)];
  const fix = { title: "remove it", changes: [{ start, end, text: "" }] };
  mistakes.report(syntax.closesNothing({ text: token.image }), start, end, { fixes: [fix] });
}

function mendWrong(mistakes: Mistakes, open: IToken | undefined, close: IToken): void {
  const right = open?.tokenType === LBracket ? "]" : ")";
  const [start, end] = [close.startOffset, endOf(close)];
  mistakes.report(syntax.wrongBracket({ open: open?.image ?? "", close: close.image, right }), start, end, {
    fixes: [{ title: `write ${right}`, changes: [{ start, end, text: right }] }],
    related: open ? [{ message: "it is opened here", start: open.startOffset, end: endOf(open) }] : [],
  });
  retype(close, right === "]" ? RBracket : RParen);
}
