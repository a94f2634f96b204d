/**
 * The rules for values, labels and selectors. Operators are read flat and put in order afterwards
 * (`operations.ts`): that keeps the rules shallow and parsing fast.
 */

import type { IOrAlt, IToken } from "chevrotain";
import type * as ast from "./ast.ts";
import { invalid, nameText, selectorNode, sizeNode, spanOf } from "./build-ast.ts";
import { syntax } from "./codes.ts";
import { reportHyphen, reportTuple } from "./habits.ts";
import { operationNode, type Operand } from "./operations.ts";
import { Recovery, stepEnds, valueEnds } from "./recovery.ts";
import { describe } from "./syntax-errors.ts";
import * as t from "./tokens.ts";

export abstract class Expressions extends Recovery {
  // Values

  // Alternatives that need nothing from their rule are made once, not at each use.
  private readonly expressionForms: IOrAlt<ast.Expression>[] = [
    { ALT: () => this.SUBRULE(this.conditional) },
    { ALT: () => this.SUBRULE(this.operation) },
  ];

  protected readonly expression = this.RULE("expression", (): ast.Expression => this.OR(this.expressionForms));

  protected readonly conditional = this.RULE("conditional", (): ast.Conditional => {
    const first = this.CONSUME(t.If);
    const condition = this.SUBRULE(this.operation);
    this.CONSUME(t.Then);
    const then = this.SUBRULE(this.expression);
    this.CONSUME(t.Else);
    const otherwise = this.SUBRULE2(this.expression);
    return this.ACTION(() => ({ kind: "conditional", span: this.since(first), condition, then, else: otherwise }));
  });

  private readonly operation = this.RULE("operation", (): ast.Expression => {
    const first = this.SUBRULE(this.operand);
    const rest: Operand[] = [];
    const operators: IToken[] = [];
    this.MANY(() => {
      this.OR([
        { ALT: () => operators.push(this.CONSUME(t.Operator)) },
        { ALT: () => operators.push(this.singleEquals(this.CONSUME(t.Equals))) },
      ]);
      rest.push(this.SUBRULE2(this.operand));
    });
    return this.ACTION(() => operationNode(this.mistakes, first, rest, operators));
  });

  protected readonly operand = this.RULE("operand", (): Operand => {
    const prefixes: IToken[] = [];
    this.MANY(() => {
      this.OR([{ ALT: () => prefixes.push(this.CONSUME(t.Minus)) }, { ALT: () => prefixes.push(this.CONSUME(t.Not)) }]);
    });
    return { prefixes, value: this.SUBRULE(this.postfix) };
  });

  private readonly atoms: IOrAlt<ast.Expression>[] = [
    { ALT: () => this.number(this.CONSUME(t.Integer)) },
    { ALT: () => this.number(this.CONSUME(t.Real)) },
    { ALT: () => this.closedSize(this.CONSUME(t.Size)) },
    { ALT: () => this.string(this.CONSUME(t.StringToken)) },
    { ALT: () => this.boolean(this.CONSUME(t.True), true) },
    { ALT: () => this.boolean(this.CONSUME(t.False), false) },
    { ALT: () => this.reference(this.CONSUME(t.Name)) },
    { ALT: () => this.SUBRULE(this.parenthesized) },
    { ALT: () => this.SUBRULE(this.list) },
    { ALT: () => this.openDimension(this.CONSUME(t.Question)) },
    { ALT: () => this.invalid(this.CONSUME(t.Mistake)) },
  ];

  protected readonly postfix = this.RULE("postfix", (): ast.Expression => {
    const first = this.LA(1);
    let value = this.OR(this.atoms);
    this.MANY(() => {
      const object = value;
      value = this.OR2([
        {
          ALT: (): ast.Expression => {
            this.CONSUME(t.Dot);
            const property = this.name(this.CONSUME(t.Word));
            return this.ACTION(() => ({ kind: "member", span: this.since(first), object, property }));
          },
        },
        {
          ALT: (): ast.Expression => {
            this.CONSUME(t.GluedBracket);
            const index = this.SUBRULE(this.inBrackets);
            this.CONSUME(t.RBracket);
            return this.ACTION(() => ({ kind: "index", span: this.since(first), object, index }));
          },
        },
        {
          ALT: (): ast.Expression => {
            const open = this.CONSUME(t.GluedParen);
            const all = this.SUBRULE(this.functionArguments);
            this.CONSUME(t.RParen);
            return this.ACTION(() => this.functionCall(object, all, first, open));
          },
        },
      ]);
    });
    return value;
  });

  /** A value up to the closing bracket; a mistake in it stays inside. */
  private readonly inBrackets = this.RULE("inBrackets", (): ast.Expression => {
    const value = this.attempt(() => this.SUBRULE(this.expression), valueEnds, invalid);
    this.ACTION(() => this.endOfPart("an operator or the end of the brackets"));
    return value;
  });

  protected readonly parenthesized = this.RULE("parenthesized", (isShape: boolean): ast.Parenthesized => {
    const first = this.CONSUME(t.LParen);
    const values: ast.Expression[] = [];
    this.MANY(() => {
      values.push(this.attempt(() => this.SUBRULE(this.expression), valueEnds, invalid));
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.ACTION(() => this.endOfPart(values.length === 0 ? "a value" : "an operator or `)`", values.length === 0));
    this.CONSUME(t.RParen);
    return this.ACTION(() => {
      const span = this.since(first);
      if (values.length > 1) reportTuple(this.mistakes, values, span, isShape === true);
      const [inner] = values;
      return { kind: "parenthesized", span, inner: inner && values.length === 1 ? inner : invalid(span) };
    });
  });

  protected readonly list = this.RULE("list", (): ast.ListLiteral => {
    const first = this.CONSUME(t.LBracket);
    const items = this.SUBRULE(this.values);
    this.CONSUME(t.RBracket);
    return this.ACTION(() => ({ kind: "list", span: this.since(first), items }));
  });

  /** Values up to a closing bracket, with a comma after each but perhaps the last. */
  private readonly values = this.RULE("values", (): ast.Expression[] => {
    const all: ast.Expression[] = [];
    this.MANY(() => {
      all.push(this.attempt(() => this.SUBRULE(this.expression), valueEnds, invalid));
      this.SUBRULE(this.comma);
    });
    this.ACTION(() => this.endOfPart("a comma or `]`"));
    return all;
  });

  private readonly functionArguments = this.RULE("functionArguments", (): ast.Expression[] => {
    const all: ast.Expression[] = [];
    this.MANY(() => {
      this.OPTION(() => {
        const key = this.CONSUME(t.Key);
        this.CONSUME(t.Equals);
        this.ACTION(() => this.tellNamedArgument(key));
      });
      all.push(this.attempt(() => this.SUBRULE(this.expression), valueEnds, invalid));
      this.SUBRULE(this.comma);
    });
    this.ACTION(() => this.endOfPart("a comma or `)`"));
    return all;
  });

  /** A comma after a value in brackets; where one more value follows without it, that is told. */
  protected readonly comma = this.RULE("comma", (): void => {
    this.OPTION(() => this.CONSUME(t.Comma));
    this.ACTION(() => {
      const next = this.LA(1);
      if (this.LA(0).tokenType === t.Comma || !valueStarts.has(next.tokenType) || this.isTold(next)) return;
      const end = t.endOf(this.LA(0));
      const fix = { title: "write a comma", changes: [{ start: end, end, text: "," }] };
      this.tellHere(syntax.missingComma({ found: describe(next) }), next, { fixes: [fix] });
    });
  });

  /** Conditions of an assertion. */
  protected readonly expressions = this.RULE("expressions", (): ast.Expression[] => {
    const all: ast.Expression[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: t.Comma,
      DEF: () => all.push(this.attempt(() => this.SUBRULE(this.expression), valueEndsInLine, invalid)),
    });
    return all;
  });

  // Labels and selectors

  protected readonly label = this.RULE("label", (): ast.Label =>
    this.OR([
      { ALT: () => this.plainLabel("word", this.CONSUME(t.WordLabel)) },
      { ALT: () => this.plainLabel("integer", this.CONSUME(t.IntegerLabel)) },
      { ALT: () => this.plainLabel("string", this.CONSUME(t.StringLabel)) },
      { ALT: () => this.SUBRULE(this.template) },
    ]),
  );

  private readonly template = this.RULE("template", (): ast.Label => {
    const first = this.CONSUME(t.TemplateStart);
    const parts: (string | ast.Expression)[] = [this.piece(first), this.SUBRULE(this.inBrackets)];
    this.MANY(() => {
      parts.push(this.piece(this.CONSUME(t.TemplateMiddle)), this.SUBRULE2(this.inBrackets));
    });
    parts.push(this.piece(this.CONSUME(t.TemplateEnd)));
    return this.ACTION(() => ({ kind: "label", span: this.since(first), form: "string", parts: parts.filter((part) => part !== "") }));
  });

  protected readonly selectors = this.RULE("selectors", (): ast.Selector[] => {
    const all: ast.Selector[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => all.push(this.SUBRULE(this.selector)) });
    return all;
  });

  protected readonly selector = this.RULE("selector", (): ast.Selector => {
    const first = this.LA(1);
    const segments: IToken[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: t.Dot,
      DEF: () =>
        this.OR([
          { ALT: () => segments.push(this.CONSUME(t.Word)) },
          { ALT: () => segments.push(this.CONSUME(t.Integer)) },
          { ALT: () => segments.push(this.CONSUME(t.Real)) },
          { ALT: () => segments.push(this.CONSUME(t.StringToken)) },
          { ALT: () => segments.push(this.CONSUME(t.Star)) },
        ]),
    });
    return this.ACTION(() => selectorNode(this.mistakes, this.since(first), segments));
  });

  /** A name that is given here. One with hyphens is told and read with underscores. */
  protected readonly newName = this.RULE("newName", (): ast.Name => {
    const first = this.CONSUME(t.Word);
    const words = [first];
    this.MANY({
      GATE: () => this.isHyphen(true),
      DEF: () => {
        this.CONSUME(t.Minus);
        words.push(this.OR([{ ALT: () => this.CONSUME2(t.Word) }, { ALT: () => this.CONSUME(t.Integer) }]));
      },
    });
    return this.ACTION(() => {
      if (words.length > 1) return this.hyphenated(words);
      const isFree = first.tokenType === t.Identifier || first.tokenType.CATEGORIES?.includes(t.Name);
      if (!isFree) this.tellReserved(first);
      const name = this.name(first);
      this.knownNames.add(name.text);
      return name;
    });
  });

  /** A minus between two words, without blanks; in a name that is given, a number may follow, as in `LeNet-5`. */
  protected isHyphen(beforeNumber = false): boolean {
    const [before, minus, after] = [this.LA(0), this.LA(1), this.LA(2)];
    const isBetween = t.endOf(before) === minus.startOffset && t.endOf(minus) === after.startOffset;
    const isPart = after.tokenType.CATEGORIES?.includes(t.Word) === true || (beforeNumber && after.tokenType === t.Integer);
    return minus.tokenType === t.Minus && isBetween && isPart;
  }

  protected hyphenated(words: readonly IToken[]): ast.Name {
    const first = words[0] ?? this.LA(0);
    const text = words.map(({ image }) => nameText(image)).join("_");
    const span = this.since(first);
    reportHyphen(this.mistakes, text, span);
    this.knownNames.add(text);
    return { kind: "name", span, text };
  }

  // Mistakes with a known meaning

  protected reference(token: IToken): ast.NameReference | ast.BooleanLiteral {
    return this.ACTION(() => {
      if (token.image === "True" || token.image === "False") return this.capitalBoolean(token);
      return { kind: "reference", span: spanOf(this.source, token), text: nameText(token.image) };
    });
  }

  /** A size that is a value: all its numbers are known. */
  private closedSize(token: IToken): ast.SizeLiteral | ast.Invalid {
    return this.ACTION(() => (token.image.includes("?") ? this.openDimension(token) : sizeNode(this.source, token)));
  }

  private singleEquals(token: IToken): IToken {
    this.ACTION(() => {
      const [start, end] = [token.startOffset, t.endOf(token)];
      this.tell(syntax.singleEquals({}), start, end, { fixes: [{ title: "write ==", changes: [{ start, end, text: "==" }] }] });
    });
    return token;
  }

  private capitalBoolean(token: IToken): ast.BooleanLiteral {
    const [start, end, text] = [token.startOffset, t.endOf(token), token.image.toLowerCase()];
    this.tell(syntax.capitalBoolean({ text: token.image }), start, end, { fixes: [{ title: `write ${text}`, changes: [{ start, end, text }] }] });
    return { kind: "boolean", span: spanOf(this.source, token), value: text === "true" };
  }

  private openDimension(token: IToken): ast.Invalid {
    return this.ACTION(() => {
      this.tell(syntax.openShape({}), token.startOffset, t.endOf(token));
      return invalid(spanOf(this.source, token));
    });
  }

  private tellNamedArgument(key: IToken): void {
    const [start, end] = [key.startOffset, this.LA(1).startOffset];
    const fix = { title: "remove the name", changes: [{ start, end, text: "" }] };
    this.tell(syntax.namedFunctionArgument({ text: `${key.image} =` }), start, t.endOf(this.LA(0)), { fixes: [fix] });
  }

  private functionCall(callee: ast.Expression, all: readonly ast.Expression[], first: IToken, open: IToken): ast.Expression {
    const span = this.since(first);
    if (callee.kind === "reference") return { kind: "function-call", span, callee: { ...callee, kind: "name" }, arguments: all };
    if (callee.kind !== "invalid") this.tell(syntax.notCallable({ text: this.textOf(callee.span) }), open.startOffset, t.endOf(open));
    return invalid(span);
  }
}

/** What begins a value that no name can be taken for. */
export const literals = new Set([t.Integer, t.Real, t.Size, t.StringToken, t.True, t.False, t.LBracket, t.Sign]);
/** What can follow one of several values in a line. */
const valueEndsInLine = new Set([...stepEnds, t.Comma]);
const valueStarts = new Set([
  t.Integer, t.Real, t.Size, t.StringToken, t.True, t.False, t.Identifier, t.Key, t.ChannelName, t.LParen, t.LBracket, t.GluedParen,
  t.GluedBracket, t.Minus, t.Sign, t.Not, t.If, t.All, t.Except, t.From, t.Then, t.Here,
]);

