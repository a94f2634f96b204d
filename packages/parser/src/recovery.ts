/**
 * What every rule shares: how a mistake is told and passed over, and how parts become nodes. Chevrotain wants
 * rules in a class, so this is the base of two layers of them: `expressions.ts`, then `grammar.ts`.
 *
 * Brackets are in balance before a rule sees them, so passing over is easy: tokens are skipped up to one that
 * ends the part, whole groups at once. After that nothing is said until a token has been read.
 */

import { EmbeddedActionsParser, isRecognitionException, type IRecognitionException, type IToken, type TokenType } from "chevrotain";
import type * as ast from "./ast.ts";
import { invalid, nameNode, numberNode, plainLabel, sizeNode, spanOf, stringNode, stringText } from "./build-ast.ts";
import { syntax } from "./codes.ts";
import type { Finding } from "./diagnostic.ts";
import { lookahead } from "./lookahead.ts";
import type { Mistakes, More } from "./mistakes.ts";
import { namesGivenIn, type Part, type Parts } from "./parts.ts";
import type { Source, Span } from "./source.ts";
import { expectations, unexpectedToken } from "./syntax-errors.ts";
import {
  Anything, As, BranchBrace, Break, Arrow, Comma, endOf, GluedBracket, GluedParen, isEnd, isToldToken, LBrace, LBracket, LParen, Mistake, Pipe, RBrace,
  RBracket, RParen, TemplateEnd, TemplateMiddle, TemplateStart, vocabulary,
} from "./tokens.ts";

export type Stops = ReadonlySet<TokenType>;

const openers: Stops = new Set([LParen, GluedParen, LBracket, GluedBracket, LBrace, BranchBrace, TemplateStart]);
const closers: Stops = new Set([RParen, RBracket, RBrace, TemplateEnd]);
/** What can follow a layer or statement. */
export const stepEnds: Stops = new Set([...closers, TemplateMiddle, Break, Arrow, Pipe]);
/** What can follow the layer itself in a step. */
export const coreEnds: Stops = new Set([...stepEnds, As]);
/** What can follow a condition or count before its body. */
export const headerEnds: Stops = new Set([...stepEnds, LBrace, BranchBrace]);
/** What can follow a value in a list. */
export const valueEnds: Stops = new Set([...closers, TemplateMiddle, Comma]);
const bracketEnds: Stops = new Set([...closers, TemplateMiddle]);
const nothing: Stops = new Set();

const isTemplate = ({ tokenType }: IToken): boolean => tokenType === TemplateMiddle || tokenType === TemplateEnd;

const isSyntaxError = (error: unknown): error is IRecognitionException => error instanceof Error && isRecognitionException(error);

export abstract class Recovery extends EmbeddedActionsParser {
  protected mistakes!: Mistakes;
  protected source!: Source;
  /** Words of the language that this text gives as names all the same: told once, not at each use. */
  private readonly reserved = new Set<string>();
  /** Names that this text has given so far, those with hyphens as they are read. */
  protected readonly knownNames = new Set<string>();
  /** Parts read before whose names are not among these yet: names are asked for only where something is wrong. */
  private passed: Part[] = [];
  /** Where the last skipping ended; a mistake at that very token is part of the one told. */
  private resumedAt: IToken | undefined;
  /** What is known of the text from before it was edited. */
  private parts: Parts | undefined;
  /** How often it was asked whether a mistake is told already, or something was skipped. */
  private doubts = 0;

  constructor() {
    super(vocabulary, {
      maxLookahead: 1,
      lookaheadStrategy: lookahead,
      recoveryEnabled: false,
      skipValidations: true,
      errorMessageProvider: expectations,
    });
  }

  protected begin(mistakes: Mistakes, tokens: IToken[], parts: Parts | undefined): void {
    this.mistakes = mistakes;
    this.parts = parts;
    this.source = mistakes.source;
    this.resumedAt = undefined;
    this.reserved.clear();
    this.knownNames.clear();
    this.passed = [];
    this.input = tokens;
  }

  /** The part that begins here, or behind so many tokens, where it was read before: they and its own are passed. */
  protected readBefore<Wanted extends Part>(isWanted: (part: Part) => part is Wanted, behind = 0): Wanted | undefined {
    if (this.RECORDING_PHASE) return undefined;
    const known = this.parts?.find(this.LA(1 + behind));
    if (!known || !isWanted(known.part)) return undefined;
    for (let left = behind + known.tokens; left > 0; left--) this.SKIP_TOKEN();
    this.passed.push(known.part);
    return known.part;
  }

  /** Reads a part, and keeps it where nothing about it was in doubt. */
  protected readPart<Read extends Part | undefined>(read: () => Read): Read {
    if (this.RECORDING_PHASE) return read();
    const first = this.LA(1);
    const doubts = this.doubts + this.mistakes.reported;
    const part = read();
    // A bracket that was added stands nowhere.
    const isWhole = doubts === this.doubts + this.mistakes.reported && this.LA(0).image !== "";
    if (part && isWhole) this.parts?.keep(part, first, this.LA(0));
    return part;
  }

  /** Parses a part; where that fails, tells why, skips to one of the stops and goes on with a stand-in. */
  protected attempt<Part, StandIn>(parse: () => Part, stops: Stops, standIn: (span: Span) => StandIn): Part | StandIn {
    if (this.RECORDING_PHASE) return parse();
    const first = this.LA(1);
    const before = this.LA(0);
    try {
      return parse();
    } catch (error) {
      if (!isSyntaxError(error)) throw error;
      this.tellUnexpected(error.message, error.token);
      this.skipTo(stops);
      if (this.LA(0) !== before) return standIn(this.since(first));
      // Behind what was read last, so that it lies within the part around it.
      const at = isEnd(before) ? 0 : endOf(before);
      return standIn(this.source.span(at, at));
    }
  }

  /** Whether a token is part of a mistake that was told already. */
  protected isTold(token: IToken): boolean {
    this.doubts += 1;
    if (token === this.resumedAt || token.tokenType === Mistake || isToldToken(token) || this.reserved.has(token.image)) return true;
    // A bracket that was added.
    return token.image === "" && !isEnd(token);
  }

  protected isKnownName(name: string): boolean {
    for (const part of this.passed) for (const given of namesGivenIn(part)) this.knownNames.add(given);
    this.passed = [];
    return this.knownNames.has(name);
  }

  /** Tells what stands here in place of what was expected, unless that is known to be wrong already. */
  protected tellUnexpected(expected: string, token: IToken): void {
    if (this.isTold(token)) return;
    const { start, end } = this.placeOf(token);
    this.mistakes.report(unexpectedToken(expected, token, this.LA(0), start === end), start, end);
  }

  /** Tells a token with what mends it; that nothing else can be made of it is no second mistake. */
  protected tellHere(finding: Finding, token: IToken, more: More): void {
    this.mistakes.report(finding, token.startOffset, endOf(token), more);
    this.resumedAt = token;
  }

  protected tellReserved(token: IToken): void {
    this.reserved.add(token.image);
    this.mistakes.report(syntax.reservedWord({ text: token.image }), token.startOffset, endOf(token));
  }

  /** Within brackets nothing may follow but what closes them; the rest is told and skipped. An empty part is told as well. */
  protected endOfPart(expected: string, isEmpty = false): void {
    const next = this.LA(1);
    if (bracketEnds.has(next.tokenType) && !isEmpty) return;
    this.tellUnexpected(expected, next);
    this.skipTo(bracketEnds);
  }

  /** Tells a token that begins nothing, and skips what follows it. */
  protected unreadable(token: IToken, expected: string, stops: Stops): Span {
    return this.ACTION(() => {
      this.tellUnexpected(expected, token);
      this.skipTo(stops);
      return this.since(token);
    });
  }

  protected tell(finding: Finding, start: number, end: number, more?: More): void {
    this.mistakes.report(finding, start, end, more);
  }

  protected skipTo(stops: Stops): void {
    this.doubts += 1;
    this.SUBRULE(this.skipped, { ARGS: [this.mistakes.isFull() ? nothing : stops] });
    this.resumedAt = this.LA(1);
  }

  private readonly skipped = this.RULE("skipped", (stops: Stops): void => {
    let depth = 0;
    this.MANY({
      GATE: () => depth > 0 || !stops.has(this.LA(1).tokenType),
      DEF: () => {
        const { tokenType } = this.CONSUME(Anything);
        if (openers.has(tokenType)) depth += 1;
        else if (closers.has(tokenType)) depth = Math.max(0, depth - 1);
      },
    });
  });

  /** Where a token stands. What ends a line, a group or the file without more stands behind the token before it. */
  private placeOf(token: IToken): { readonly start: number; readonly end: number } {
    const before = this.LA(0);
    const end = isEnd(before) ? 0 : endOf(before);
    const endsLine = token.tokenType === Break || isEnd(token);
    if (endsLine || (token.tokenType === RBrace && /[\r\n]/.test(this.source.text.slice(end, token.startOffset)))) return { start: end, end };
    return { start: token.startOffset, end: isTemplate(token) ? token.startOffset + 1 : endOf(token) };
  }

  // Nodes of one token

  protected name(token: IToken): ast.Name {
    return this.ACTION(() => nameNode(this.source, token));
  }

  protected number(token: IToken): ast.NumberLiteral {
    return this.ACTION(() => numberNode(this.source, token));
  }

  protected size(token: IToken): ast.SizeLiteral {
    return this.ACTION(() => sizeNode(this.source, token));
  }

  protected string(token: IToken): ast.StringLiteral {
    return this.ACTION(() => stringNode(this.mistakes, token));
  }

  protected boolean(token: IToken, value: boolean): ast.BooleanLiteral {
    return this.ACTION(() => ({ kind: "boolean", span: spanOf(this.source, token), value }));
  }

  protected unknown(token: IToken): ast.Unknown {
    return this.ACTION(() => ({ kind: "unknown", span: spanOf(this.source, token) }));
  }

  protected invalid(token: IToken): ast.Invalid {
    return this.ACTION(() => invalid(spanOf(this.source, token)));
  }

  protected plainLabel(form: ast.Label["form"], token: IToken): ast.Label {
    return this.ACTION(() => plainLabel(this.mistakes, form, token));
  }

  protected piece(token: IToken): string {
    return this.ACTION(() => stringText(this.mistakes, token));
  }

  /** From a token up to the last one read. */
  protected since(first: IToken): Span {
    return spanOf(this.source, first, this.LA(0));
  }

  /** The source text of a span. */
  protected textOf(span: Span): string {
    return this.source.text.slice(span.start.offset, span.end.offset);
  }
}
