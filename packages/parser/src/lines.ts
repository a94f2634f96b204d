/**
 * From the tokens of a text to the tokens of the grammar: drops the line breaks that do not separate, and
 * names tokens by their neighbours, so that one token of look-ahead is enough.
 *
 * A break counts where the innermost open bracket is `{` (or none), unless it stands at the file's start,
 * next to another, after `-> { | , = : else`, or before `-> } | , : else project`.
 */

import type { IToken, TokenType } from "chevrotain";
import { syntax } from "./codes.ts";
import type { Mistakes } from "./mistakes.ts";
import {
  Arrow, As, At, Block, BranchBrace, Break, ChannelName, Colon, Comma, Else, endOf, Equals, GluedBracket, GluedParen, Identifier, Import,
  Integer, Key, LBrace, LBracket, LParen, Minus, Model, Name, Pipe, Project, RBrace, RBracket, retype, RParen,
  Sign, Size, Real, TemplateEnd, TemplateStart, Word,
} from "./tokens.ts";

const continues = new Set<TokenType>([Arrow, LBrace, BranchBrace, Pipe, Comma, Equals, Colon, Else]);
const isContinued = new Set<TokenType>([Arrow, RBrace, Pipe, Comma, Colon, Else, Project]);
const declares = new Set<TokenType>([Block, Model, Import]);
const opens = new Set<TokenType>([LParen, LBracket, LBrace, TemplateStart]);
const closes = new Set<TokenType>([RParen, RBracket, RBrace, TemplateEnd]);
const canBeGlued = new Set<TokenType>([RParen, RBracket, Integer, Real, Size]);

/** The tokens that the grammar reads. `tokens` hold line breaks and balanced brackets, no comments. */
export function arrangeLines(mistakes: Mistakes, tokens: readonly IToken[]): IToken[] {
  const { text } = mistakes.source;
  const arranged: IToken[] = [];
  const open: TokenType[] = [];
  let previous: IToken | undefined;

  for (const [index, token] of tokens.entries()) {
    const type = token.tokenType;
    if (type === Break) {
      if (!breakCounts(open.at(-1), previous, tokens, index)) continue;
      const next = tokens[index + 1];
      if (next?.tokenType === As && previous) {
        reportDetachedAs(mistakes, previous, next);
      } else {
        arranged.push(token);
        previous = token;
      }
      continue;
    }
    if (opens.has(type)) open.push(type);
    else if (closes.has(type)) open.pop();

    if (previous) nameByNeighbour(text, previous, token);
    arranged.push(token);
    previous = token;
  }
  return arranged;
}

function breakCounts(open: TokenType | undefined, previous: IToken | undefined, tokens: readonly IToken[], index: number): boolean {
  const next = tokens[index + 1];
  if (!previous || previous.tokenType === Break || !next || next.tokenType === Break) return false;
  // A declaration goes on from nothing, whatever stands before it.
  if (declares.has(next.tokenType)) return true;
  if (continues.has(previous.tokenType) || (open && open !== LBrace)) return false;
  return !isContinued.has(next.tokenType);
}

/** An `as` at the start of a line is read as if it stood in the line before. */
function reportDetachedAs(mistakes: Mistakes, previous: IToken, as: IToken): void {
  const between = mistakes.source.text.slice(endOf(previous), as.startOffset);
  const changes = [{ start: endOf(previous), end: as.startOffset, text: " " }];
  const fixes = between.trim() === "" ? [{ title: "join the lines", changes }] : [];
  mistakes.report(syntax.detachedAs({}), as.startOffset, endOf(as), { fixes });
}

/** Retypes the token before, or this one, where the pair makes them special. */
function nameByNeighbour(text: string, previous: IToken, token: IToken): void {
  const before = previous.tokenType;
  const isWord = before === Identifier || before.CATEGORIES?.includes(Word) === true;
  switch (token.tokenType) {
    case Equals:
      if (isWord && before.CATEGORIES?.includes(Name)) retype(previous, Key);
      return;
    case At:
      if (isWord && before.CATEGORIES?.includes(Name)) retype(previous, ChannelName);
      return;
    case Pipe:
      if (before === LBrace) retype(previous, BranchBrace);
      return;
    case LParen:
    case LBracket:
      if (endOf(previous) === token.startOffset && (isWord || canBeGlued.has(before))) {
        retype(token, token.tokenType === LParen ? GluedParen : GluedBracket);
      }
      return;
    case Minus:
      if (/\s/.test(text.charAt(token.startOffset - 1)) && /\S/.test(text.charAt(token.startOffset + 1))) retype(token, Sign);
  }
}
