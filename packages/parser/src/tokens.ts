/**
 * The tokens, and the lexer that cuts a text into them.
 *
 * The lexer knows characters only. What a token is by its neighbours (a keyword used as a label, a bracket
 * glued to a name, a line break that counts) is settled afterwards in `scan.ts` and `lines.ts`, so that
 * the grammar needs one token of look-ahead. Token types without a pattern are made there.
 */

import { EOF, Lexer, type IToken, type TokenType } from "chevrotain";

/** Every token; the grammar uses it to skip what it could not read. */
export const Anything: TokenType = { name: "Anything", PATTERN: Lexer.NA };

/** Lexer and parser give each of the vocabulary what `createToken` would, all at once: one by one that takes milliseconds of each start. */
const kind = (name: string, categories: TokenType[] = [], more: Partial<TokenType> = { PATTERN: Lexer.NA }): TokenType =>
  ({ name, CATEGORIES: [Anything, ...categories], ...more });

const sign = (name: string, text: string, categories?: TokenType[]): TokenType => kind(name, categories, { PATTERN: text });

/** With the characters that a token begins with, Chevrotain has not to work them out. */
const pattern = (name: string, starts: string, form: RegExp): TokenType => kind(name, [], { PATTERN: form, START_CHARS_HINT: [...starts] });

/** Chevrotain drops a regular expression's flag `u`; a function keeps it. */
function matchAt(form: RegExp, text: string, offset: number): [string] | null {
  form.lastIndex = offset;
  const match = form.exec(text);
  return match && [match[0]];
}

/** Chevrotain files tokens by their first character, those above 255 in classes of 255: one of each class is enough to name it. */
const anyStart = [...Array(513).keys()].map((index) => (index < 256 ? index : Math.max(256, (index - 255) * 255)));

// Categories: a grammar rule that asks for one of these takes any of its members.
export const Word = kind("Word");
export const Name = kind("Name", [Word]);
export const Label = kind("Label");
export const Operator = kind("Operator");
export const LParen = sign("LParen", "(");
export const LBracket = sign("LBracket", "[");

export const Identifier = kind("Identifier", [Name, Word], { PATTERN: nameAt, START_CHARS_HINT: anyStart.slice(0x41) });

/** Most names are ASCII. The classes of Unicode, which take long to compile, are asked where that does not do. */
function nameAt(text: string, offset: number): [string] | null {
  const plain = matchAt(/[A-Za-z_][A-Za-z0-9_]*/y, text, offset);
  const goesOn = !plain || text.charCodeAt(offset + plain[0].length) > 0x7f;
  return goesOn ? matchAt(/[\p{L}_][\p{L}\p{M}0-9_]*/uy, text, offset) : plain;
}

const keyword = (text: string, categories: TokenType[] = [Word]): TokenType => kind(`\`${text}\``, categories);
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
export const Key = kind("Key", [Name, Word]);
/** A name before `@`. */
export const ChannelName = kind("ChannelName", [Name, Word]);
/** What stands before a `:`. */
export const WordLabel = kind("WordLabel", [Label]);
export const IntegerLabel = kind("IntegerLabel", [Label]);
export const StringLabel = kind("StringLabel", [Label]);
/** A label with expressions, as `"block{s}-{i}"`, comes as `"block{`, s, `}-{`, i, `}"`. */
export const TemplateStart = kind("TemplateStart", [Label]);
export const TemplateMiddle = kind("TemplateMiddle");
export const TemplateEnd = kind("TemplateEnd");
/** `return` where a step begins: a habit, reported and passed over. */
export const Return = kind("Return");

// Literals. A number with letters after it (`5abc`) is put together, and reported, in `scan.ts`.
export const Size = pattern("Size", "0123456789?", /(?:\d[\d_]*|\?)(?:x(?:\d[\d_]*|\?))+/);
export const Real = pattern("Real", "0123456789", /\d[\d_]*(?:\.\d[\d_]*(?:[eE][+-]?\d+)?|[eE][+-]?\d+)(?:[KMG]iB|[kMG]B|[kMGB])?/);
export const Integer = pattern("Integer", "0123456789", /\d[\d_]*(?:[KMG]iB|[kMG]B|[kMGB])?/);
export const StringToken = pattern("String", '"', /"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"/);

// Signs.
export const Arrow = sign("`->`", "->");
export const Minus = sign("Minus", "-", [Operator]);
/** A minus with a blank before it and none after: in a list of arguments it is a sign. */
export const Sign = kind("Sign", [Minus, Operator]);
export const Plus = sign("Plus", "+", [Operator]);
/** `**` and `^` of other languages: a habit, reported where it is read. */
export const Power = kind("Power", [Operator]);
export const Star = sign("Star", "*", [Operator]);
export const Slash = sign("Slash", "/", [Operator]);
export const Percent = sign("Percent", "%", [Operator]);
export const EqualTo = sign("EqualTo", "==", [Operator]);
export const NotEqualTo = sign("NotEqualTo", "!=", [Operator]);
export const AtMost = sign("AtMost", "<=", [Operator]);
export const Less = sign("Less", "<", [Operator]);
export const AtLeast = sign("AtLeast", ">=", [Operator]);
export const Greater = sign("Greater", ">", [Operator]);
export const Equals = sign("`=`", "=");
export const Comma = sign("`,`", ",");
export const Colon = sign("`:`", ":");
export const Dot = sign("`.`", ".");
export const At = sign("`@`", "@");
export const Question = sign("`?`", "?");
export const Pipe = sign("`|`", "|");
export const LBrace = sign("`{`", "{");
/** `{` before `|`. */
export const BranchBrace = kind("BranchBrace");
export const RBrace = sign("`}`", "}");
export const RParen = sign("`)`", ")");
export const RBracket = sign("`]`", "]");
/** Brackets with a letter, digit, `_`, `)` or `]` directly before: a call, an index. */
export const GluedParen = kind("GluedParen", [LParen]);
export const GluedBracket = kind("GluedBracket", [LBracket]);

// Between the lines.
/** A line break and the blanks and empty lines after it. */
export const Break = pattern("Break", "\r\n", /[\r\n]\s*/);
const blanks = "\t\v\f \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";
const Blank: TokenType = { ...pattern("Blank", blanks, new RegExp(`[${blanks}]+`)), GROUP: Lexer.SKIPPED };
export const LineComment = pattern("LineComment", "/", /\/\/[^\r\n]*/);
export const BlockComment = pattern("BlockComment", "/", /\/\*[\u0000-\uffff]*?\*\//);

// What is wrong already as it stands; `scan.ts` reports it.
export const OpenComment = pattern("OpenComment", "/", /\/\*[\u0000-\uffff]*/);
export const OpenString = pattern("OpenString", '"', /"[^\r\n]*/);
export const HashComment = pattern("HashComment", "#", /#[^\r\n]*/);
export const QuotedString = pattern("QuotedString", "'“”„", /'[^'\r\n]*'?|[“”„][^“”\r\n]*[“”]/);
export const Semicolon = sign("Semicolon", ";");
/** A run of characters that no token may hold; `&&` is one. */
export const Strange = kind("Strange", [], {
  PATTERN: (text, offset) => matchAt(/[^\s\p{L}\p{M}\d_"'#()[\]{}.,:;@?|<>=+\-*/%]+|[^]/uy, text, offset),
  START_CHARS_HINT: anyStart,
});
/** Stands for what was reported already, wherever a layer or value may stand. */
export const Mistake = kind("Mistake");

/** All token types that the grammar may name; those with a pattern in the order in which they are tried. */
export const vocabulary: TokenType[] = [
  Anything, Word, Name, Label, Operator, ...keywordTypes,
  Blank, Break, LineComment, BlockComment, OpenComment, StringToken, OpenString, QuotedString, HashComment,
  Size, Real, Integer, Identifier, Arrow, Minus, Plus, Star, Slash, Percent, EqualTo, NotEqualTo, AtMost, Less,
  AtLeast, Greater, Equals, Comma, Colon, Dot, At, Question, Pipe, LBrace, RBrace, LParen, RParen, LBracket,
  RBracket, Semicolon, Strange, Key, ChannelName, WordLabel, IntegerLabel, StringLabel, TemplateStart, TemplateMiddle,
  TemplateEnd, Return, Sign, Power, BranchBrace, GluedParen, GluedBracket, Mistake,
];

let lexer: Lexer | undefined;

/** Cuts a text into tokens; every character lands in one or is a blank. */
export function tokenize(text: string): IToken[] {
  lexer ??= new Lexer(vocabulary, { positionTracking: "onlyOffset", ensureOptimizations: true, skipValidations: true });
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
