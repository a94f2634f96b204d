/**
 * Brings the brackets into balance, so that the grammar meets only whole groups: a mistake inside one can't
 * reach outside. Works on one region at a time; a region ends where `block`, `model` or `import` stands in
 * column 1, so that an unclosed bracket costs one declaration.
 */

import type { IToken, TokenType } from "chevrotain";
import { balanceBraces } from "./braces.ts";
import { syntax } from "./codes.ts";
import type { Mistakes } from "./mistakes.ts";
import { limitNesting } from "./nesting.ts";
import {
  Arrow, As, Block, Break, Comma, Dot, endOf, Import, LBrace, LBracket, LParen, makeToken, Mistake, Model, Pipe, RBrace,
  RBracket, retype, RParen, TemplateEnd, TemplateMiddle, TemplateStart,
} from "./tokens.ts";

/** The tokens with every bracket matched: closing braces are added, what can't be matched becomes `Mistake`. */
export function balanceBrackets(mistakes: Mistakes, tokens: readonly IToken[]): IToken[] {
  const balanced: IToken[] = [];
  for (const region of splitRegions(mistakes.source.text, tokens)) {
    const matched = matchRoundAndSquare(mistakes, balanceBraces(mistakes, region));
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

const partners = new Map<TokenType, TokenType>([[LParen, RParen], [LBracket, RBracket]]);
/** Where an unclosed `(` or `[` is taken to end. */
const endsPart = new Set<TokenType>([Break, Arrow, As, Pipe, LBrace, RBrace, TemplateMiddle, TemplateEnd]);

function matchRoundAndSquare(mistakes: Mistakes, tokens: readonly IToken[]): readonly IToken[] {
  const open: { readonly token: IToken; readonly index: number }[] = [];
  const unclosed = new Set<number>();
  const dropped = new Set<number>();

  const closeInner = (): void => {
    for (let top = open.at(-1); top && partners.has(top.token.tokenType); top = open.at(-1)) {
      unclosed.add(top.index);
      open.pop();
    }
  };

  for (const [index, token] of tokens.entries()) {
    switch (token.tokenType) {
      case LParen:
      case LBracket:
      case LBrace:
      case TemplateStart:
        open.push({ token, index });
        break;
      case RBrace:
      case TemplateEnd:
        closeInner();
        open.pop();
        break;
      case TemplateMiddle:
        closeInner();
        break;
      case RParen:
      case RBracket: {
        const inner = open.slice(open.findLastIndex((bracket) => !partners.has(bracket.token.tokenType)) + 1);
        const wanted = inner.findLastIndex((bracket) => partners.get(bracket.token.tokenType) === token.tokenType);
        if (inner.length === 0) {
          dropped.add(index);
          reportStray(mistakes, token);
        } else if (wanted < 0) {
          mendWrong(mistakes, open.pop()?.token, token);
        } else {
          for (const bracket of inner.slice(wanted + 1)) unclosed.add(bracket.index);
          open.length -= inner.length - wanted;
        }
      }
    }
  }
  closeInner();
  return unclosed.size + dropped.size === 0 ? tokens : withoutUnmatched(mistakes, tokens, unclosed, dropped);
}

function withoutUnmatched(mistakes: Mistakes, tokens: readonly IToken[], unclosed: ReadonlySet<number>, dropped: ReadonlySet<number>): IToken[] {
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
    const { source } = mistakes;
    const restOfLine = source.line(source.position(end).line).slice(source.position(end).column - 1);
    const finding = syntax.unclosed({ text: token.image, comment: /^\s*\/\//.test(restOfLine) });
    mistakes.report(finding, token.startOffset, endOf(token));
    kept.push(makeToken(Mistake, source.text.slice(token.startOffset, end), token.startOffset));
    index = last;
  }
  return kept;
}

function reportStray(mistakes: Mistakes, token: IToken): void {
  const [start, end] = [token.startOffset, endOf(token)];
  const fix = { title: "Remove it", changes: [{ start, end, text: "" }] };
  mistakes.report(syntax.closesNothing({ text: token.image }), start, end, { fixes: [fix] });
}

function mendWrong(mistakes: Mistakes, open: IToken | undefined, close: IToken): void {
  const right = open?.tokenType === LBracket ? "]" : ")";
  const [start, end] = [close.startOffset, endOf(close)];
  mistakes.report(syntax.wrongBracket({ open: open?.image ?? "", close: close.image, right }), start, end, {
    fixes: [{ title: `Write ${right}`, changes: [{ start, end, text: right }] }],
    related: open ? [{ message: "It is opened here.", start: open.startOffset, end: endOf(open) }] : [],
  });
  retype(close, right === "]" ? RBracket : RParen);
}
