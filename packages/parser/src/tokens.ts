/**
 * The tokens, and the lexer that cuts a text into them.
 *
 * The lexer knows characters only. What a token is by its neighbours (a keyword used as a label, a bracket
 * glued to a name, a line break that counts) is settled afterwards in `scan.ts` and `lines.ts`, so that
 * the grammar needs one token of look-ahead. Token types without a pattern are made there.
 */

import { createToken, EOF, Lexer, type IToken, type TokenType } from "chevrotain";

/** Every token; the grammar uses it to skip what it could not read. */
export const Anything = createToken({ name: "Anything", pattern: Lexer.NA });

const kind = (name: string, pattern: RegExp | typeof Lexer.NA, categories: TokenType[] = []): TokenType =>
  createToken({ name, pattern, categories: [Anything, ...categories] });

/** Chevrotain drops a regular expression's flag `u`; a function keeps it. */
function matchAt(pattern: RegExp): (text: string, offset: number) => [string] | null {
  return (text, offset) => {
    pattern.lastIndex = offset;
    const match = pattern.exec(text);
    return match && [match[0]];
  };
}

/** Chevrotain files tokens by their first character, those above 255 in classes of 255: one of each class is enough to name it. */
const startsFrom = (first: number): number[] => [
  ...Array.from({ length: 256 - first }, (_, index) => first + index),
  ...Array.from({ length: 257 }, (_, index) => Math.max(256, (index + 1) * 255)),
];

// Categories: a grammar rule that asks for one of these takes any of its members.
export const Word = kind("Word", Lexer.NA);
export const Name = kind("Name", Lexer.NA, [Word]);
export const Label = kind("Label", Lexer.NA);
export const Operator = kind("Operator", Lexer.NA);
export const LParen = kind("LParen", /\(/);
export const LBracket = kind("LBracket", /\[/);

export const Identifier = createToken({
  name: "Identifier",
  pattern: matchAt(/[\p{L}_][\p{L}\p{M}0-9_]*/uy),
  start_chars_hint: startsFrom(0x41),
  line_breaks: false,
  categories: [Anything, Name, Word],
});

const keyword = (text: string, categories: TokenType[] = [Word]): TokenType => kind(`\`${text}\``, Lexer.NA, categories);
const softKeyword = (text: string): TokenType => keyword(text, [Name, Word]);

export const Model = keyword("model");
export const Block = keyword("block");
export const Import = keyword("import");
export const Input = keyword("input");
export const Output = keyword("output");
export const Let = keyword("let");
export const If = keyword("if");
export const Else = keyword("else");
export const For = keyword("for");
export const In = keyword("in");
export const Repeat = keyword("repeat");
export const Skip = keyword("skip");
export const Project = keyword("project");
export const As = keyword("as");
export const Load = keyword("load");
export const Freeze = keyword("freeze");
export const Frozen = keyword("frozen");
export const Reuse = keyword("reuse");
export const Assert = keyword("assert");
export const True = keyword("true");
export const False = keyword("false");
export const And = keyword("and", [Word, Operator]);
export const Or = keyword("or", [Word, Operator]);
export const Not = keyword("not");
export const All = softKeyword("all");
export const Except = softKeyword("except");
export const From = softKeyword("from");
export const Then = softKeyword("then");
export const Here = softKeyword("here");

const keywordTypes = [
  Model, Block, Import, Input, Output, Let, If, Else, For, In, Repeat, Skip, Project, As, Load, Freeze,
  Frozen, Reuse, Assert, True, False, And, Or, Not, All, Except, From, Then, Here,
];

/** Keyword → its token type. */
export const keywords: ReadonlyMap<string, TokenType> = new Map(
  keywordTypes.map((type) => [type.name.slice(1, -1), type]),
);

/** The words that can't be names. */
export const reservedWords: readonly string[] = [...keywords].filter(([, type]) => !type.CATEGORIES?.includes(Name)).map(([text]) => text);

// Names that their right neighbour makes special; all are still names.
/** A name before `=`. */
export const Key = kind("Key", Lexer.NA, [Name, Word]);
/** A name before `@`. */
export const ChannelName = kind("ChannelName", Lexer.NA, [Name, Word]);
/** What stands before a `:`. */
export const WordLabel = kind("WordLabel", Lexer.NA, [Label]);
export const IntegerLabel = kind("IntegerLabel", Lexer.NA, [Label]);
export const StringLabel = kind("StringLabel", Lexer.NA, [Label]);
/** A label with expressions, as `"block{s}-{i}"`, comes as `"block{`, s, `}-{`, i, `}"`. */
export const TemplateStart = kind("TemplateStart", Lexer.NA, [Label]);
export const TemplateMiddle = kind("TemplateMiddle", Lexer.NA);
export const TemplateEnd = kind("TemplateEnd", Lexer.NA);
/** `return` where a step begins: a habit, reported and passed over. */
export const Return = kind("Return", Lexer.NA);

// Literals. A number with letters after it (`5abc`) is put together, and reported, in `scan.ts`.
export const Size = kind("Size", /(?:\d[\d_]*|\?)(?:x(?:\d[\d_]*|\?))+/);
export const Real = kind("Real", /\d[\d_]*(?:\.\d[\d_]*(?:[eE][+-]?\d+)?|[eE][+-]?\d+)(?:[KMG]iB|[kMG]B|[kMGB])?/);
export const Integer = kind("Integer", /\d[\d_]*(?:[KMG]iB|[kMG]B|[kMGB])?/);
export const StringToken = kind("String", /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"/);

// Signs.
export const Arrow = kind("`->`", /->/);
export const Minus = kind("Minus", /-/, [Operator]);
/** A minus with a blank before it and none after: in a list of arguments it is a sign. */
export const Sign = kind("Sign", Lexer.NA, [Minus, Operator]);
export const Plus = kind("Plus", /\+/, [Operator]);
/** `**` and `^` of other languages: a habit, reported where it is read. */
export const Power = kind("Power", Lexer.NA, [Operator]);
export const Star = kind("Star", /\*/, [Operator]);
export const Slash = kind("Slash", /\//, [Operator]);
export const Percent = kind("Percent", /%/, [Operator]);
export const EqualTo = kind("EqualTo", /==/, [Operator]);
export const NotEqualTo = kind("NotEqualTo", /!=/, [Operator]);
export const AtMost = kind("AtMost", /<=/, [Operator]);
export const Less = kind("Less", /</, [Operator]);
export const AtLeast = kind("AtLeast", />=/, [Operator]);
export const Greater = kind("Greater", />/, [Operator]);
export const Equals = kind("`=`", /=/);
export const Comma = kind("`,`", /,/);
export const Colon = kind("`:`", /:/);
export const Dot = kind("`.`", /\./);
export const At = kind("`@`", /@/);
export const Question = kind("`?`", /\?/);
export const Pipe = kind("`|`", /\|/);
export const LBrace = kind("`{`", /\{/);
/** `{` before `|`. */
export const BranchBrace = kind("BranchBrace", Lexer.NA);
export const RBrace = kind("`}`", /\}/);
export const RParen = kind("`)`", /\)/);
export const RBracket = kind("`]`", /\]/);
/** Brackets with a letter, digit, `_`, `)` or `]` directly before: a call, an index. */
export const GluedParen = kind("GluedParen", Lexer.NA, [LParen]);
export const GluedBracket = kind("GluedBracket", Lexer.NA, [LBracket]);

// Between the lines.
/** A line break and the blanks and empty lines after it. */
export const Break = kind("Break", /[\r\n]\s*/);
const Blank = createToken({ name: "Blank", pattern: /[\t\v\f \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+/, group: Lexer.SKIPPED });
export const LineComment = kind("LineComment", /\/\/[^\r\n]*/);
export const BlockComment = kind("BlockComment", /\/\*[\u0000-\uffff]*?\*\//);

// What is wrong already as it stands; `scan.ts` reports it.
export const OpenComment = kind("OpenComment", /\/\*[\u0000-\uffff]*/);
export const OpenString = kind("OpenString", /"[^\r\n]*/);
export const HashComment = kind("HashComment", /#[^\r\n]*/);
export const QuotedString = kind("QuotedString", /'[^'\r\n]*'?|[“”„][^“”\r\n]*[“”]/);
export const Semicolon = kind("Semicolon", /;/);
/** A run of characters that no token may hold; `&&` is one. */
export const Strange = createToken({
  name: "Strange",
  pattern: matchAt(/[^\s\p{L}\p{M}\d_"'#()[\]{}.,:;@?|<>=+\-*/%]+|[^]/uy),
  start_chars_hint: startsFrom(0),
  line_breaks: false,
  categories: [Anything],
});
/** Stands for what was reported already, wherever a layer or value may stand. */
export const Mistake = kind("Mistake", Lexer.NA);

const lexed = [
  Blank, Break, LineComment, BlockComment, OpenComment, StringToken, OpenString, QuotedString, HashComment,
  Size, Real, Integer, Identifier, Arrow, Minus, Plus, Star, Slash, Percent, EqualTo, NotEqualTo, AtMost, Less,
  AtLeast, Greater, Equals, Comma, Colon, Dot, At, Question, Pipe, LBrace, RBrace, LParen, RParen, LBracket,
  RBracket, Semicolon, Strange,
];

/** All token types that the grammar may name. */
export const vocabulary: TokenType[] = [
  Anything, Word, Name, Label, Operator, ...keywordTypes, ...lexed, Key, ChannelName, WordLabel, IntegerLabel,
  StringLabel, TemplateStart, TemplateMiddle, TemplateEnd, Return, Sign, Power, BranchBrace, GluedParen, GluedBracket, Mistake,
];

let lexer: Lexer | undefined;

/** Cuts a text into tokens; every character lands in one or is a blank. */
export function tokenize(text: string): IToken[] {
  lexer ??= new Lexer(lexed, { positionTracking: "onlyOffset", ensureOptimizations: true, skipValidations: true });
  return lexer.tokenize(text).tokens;
}

/** Whether it is none of the text's tokens, but what stands before the first and behind the last. */
export const isEnd = ({ tokenType }: IToken): boolean => tokenType === EOF;

/** Where a token ends, exclusive. */
export const endOf = (token: IToken): number => token.startOffset + token.image.length;

/** Marks a token whose mistake is told already: if it does not fit where it stands, nothing more is said. */
export function markTold(token: IToken): IToken {
  token.payload = told;
  return token;
}

const told = Symbol("told");
export const isToldToken = (token: IToken): boolean => token.payload === told;

/** Makes a token another type's, in place: the lexer's tokens belong to one parse alone. */
export function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
}

/** A token that the text does not hold as such. */
export function makeToken(type: TokenType, image: string, startOffset: number): IToken {
  return { image, startOffset, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
}
