/** The rules for calls: an operator or block with its arguments or branches. */

import type { IOrAlt, IToken } from "chevrotain";
import type * as ast from "./ast.ts";
import { gluedArgument, invalid, needsParentheses, spanOf } from "./build-ast.ts";
import { syntax } from "./codes.ts";
import { literals } from "./expressions.ts";
import { Flow, invalidStep } from "./flow.ts";
import { reportArithmetic, reportCallParentheses, reportCommas, reportEquals, reportHyphen, reportLooseMinus } from "./habits.ts";
import { operationNode, type Operand } from "./operations.ts";
import { coreEnds, valueEnds } from "./recovery.ts";
import { cover, type Span } from "./source.ts";
import * as t from "./tokens.ts";

export abstract class Calls extends Flow {
  protected readonly call = this.RULE("call", (): ast.Call => {
    const first = this.CONSUME(t.Name);
    const words = [first];
    this.MANY2({
      GATE: () => this.isHyphen(),
      DEF: () => {
        this.CONSUME(t.Minus);
        words.push(this.CONSUME(t.Word));
      },
    });
    const callee = this.ACTION(() => (words.length > 1 ? this.hyphenated(words) : this.name(first)));
    const all: ast.Argument[] = [];
    const commas: IToken[] = [];
    let looseBranches: ast.Body[] | undefined;
    this.ACTION(() => {
      if (this.LA(1).tokenType === t.Minus) all.push(this.looseMinus(this.LA(1)));
    });
    this.OPTION(() => {
      const open = this.LA(1);
      const given = this.SUBRULE(this.called);
      this.ACTION(() => all.push(...this.fromParentheses(callee, given, this.since(open))));
    });
    this.OPTION4(() => commas.push(this.CONSUME2(t.Comma)));
    this.MANY({
      GATE: this.argumentFollows,
      DEF: () => {
        this.OR([
          {
            ALT: () => {
              const given = this.SUBRULE(this.bodyArgument);
              if (Array.isArray(given)) looseBranches = given;
              else all.push(given);
            },
          },
          { ALT: () => all.push(this.SUBRULE(this.argument)) },
          { ALT: () => all.push(this.SUBRULE(this.colonArgument)) },
        ]);
        this.OPTION2(() => commas.push(this.CONSUME(t.Comma)));
      },
    });
    this.ACTION(() => reportCommas(this.mistakes, commas));
    const branches = this.OPTION3(() => this.SUBRULE(this.branches)) ?? looseBranches;
    return this.ACTION(() => ({
      kind: "call", span: this.since(first), callee, arguments: all, ...(branches && { branches }),
    }));
  });

  /** Not `fc:`, which may begin the next step, but `stride: 2`. */
  private readonly argumentFollows = (): boolean => this.LA(1).tokenType !== t.WordLabel || literals.has(this.LA(3).tokenType);

  private readonly argumentValues: IOrAlt<ast.Argument["value"]>[] = [
    { ALT: () => this.SUBRULE(this.body) },
    { ALT: () => this.SUBRULE(this.bareConditional) },
    { ALT: () => this.SUBRULE(this.argumentValue) },
  ];

  private readonly argument = this.RULE("argument", (): ast.Argument => {
    const first = this.LA(1);
    const key = this.OPTION(() => {
      const token = this.CONSUME(t.Key);
      this.CONSUME(t.Equals);
      return this.name(token);
    });
    const value = this.OR(this.argumentValues);
    return this.ACTION(() => ({ kind: "argument", span: this.since(first), ...(key && { name: key }), value }));
  });

  /** `stride: 2`. */
  private readonly colonArgument = this.RULE("colonArgument", (): ast.Argument => {
    const name = this.name(this.CONSUME(t.WordLabel));
    this.CONSUME(t.Colon);
    const value = this.SUBRULE(this.argumentValue);
    return this.ACTION(() => {
      reportEquals(this.mistakes, name.span, name.span.end.offset, value.span.start.offset, value.span, true);
      return { kind: "argument", span: cover(name.span, value.span), name, value };
    });
  });

  /** A value with at most one sign before it, or a shape. Operators that follow are read to be told. */
  private readonly argumentValue = this.RULE("argumentValue", (): ast.Expression | ast.ShapeLiteral => {
    const first = this.LA(1);
    const operand = this.SUBRULE(this.operand);
    const rest: Operand[] = [];
    const operators: IToken[] = [];
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.Sign,
      DEF: () => {
        operators.push(this.CONSUME(t.Operator));
        rest.push(this.SUBRULE2(this.operand));
      },
    });
    const axes = this.OPTION(() => this.SUBRULE(this.axes));
    return this.ACTION(() => {
      if (operators.length > 0 && operators.every(({ tokenType }) => tokenType === t.Power)) return operationNode(this.mistakes, operand, rest, operators);
      const isArithmetic = rest.length > 0 || operand.prefixes.length > 1 || operand.prefixes[0]?.tokenType === t.Not;
      if (isArithmetic) return this.arithmetic(first);
      const value = operationNode(this.mistakes, operand, [], []);
      return axes ? this.shapeNode(first, value, axes) : value;
    });
  });

  private readonly bareConditional = this.RULE("bareConditional", (): ast.Expression => {
    const first = this.LA(1);
    this.SUBRULE(this.conditional);
    return this.ACTION(() => this.arithmetic(first));
  });

  /** `{ … }` as an argument; bars in it make it branches, though the first one is missing. */
  private readonly bodyArgument = this.RULE("bodyArgument", (): ast.Argument | ast.Body[] => {
    const open = this.CONSUME(t.LBrace);
    const first = this.LA(1);
    const items = this.OPTION({ GATE: () => this.flowFollows(), DEF: () => this.SUBRULE(this.flow) }) ?? [];
    const body = this.ACTION((): ast.Body => ({ kind: "body", span: this.since(first), items }));
    const more: ast.Body[] = [];
    this.MANY(() => more.push(this.SUBRULE(this.branch)));
    this.ACTION(() => this.endOfBody());
    this.CONSUME(t.RBrace);
    return this.ACTION(() => {
      const span = this.since(open);
      if (more.length === 0) return { kind: "argument", span, value: { kind: "body", span, items } };
      const at = t.endOf(open);
      const fix = { title: "write the bar", changes: [{ start: at, end: at, text: " |" }] };
      this.tell(syntax.firstBar({}), open.startOffset, at, { fixes: [fix] });
      return [body, ...more];
    });
  });

  private readonly branches = this.RULE("branches", (): ast.Body[] => {
    const all: ast.Body[] = [];
    this.CONSUME(t.BranchBrace);
    this.AT_LEAST_ONE(() => all.push(this.SUBRULE(this.branch)));
    this.CONSUME(t.RBrace);
    return all;
  });

  private readonly branch = this.RULE("branch", (): ast.Body => {
    const bar = this.CONSUME(t.Pipe);
    const first = this.LA(1);
    const items = this.OPTION({ GATE: () => this.flowFollows(), DEF: () => this.SUBRULE(this.flow) });
    return this.ACTION(() => {
      if (items) return { kind: "body", span: this.since(first), items };
      const [start, end] = [bar.startOffset, t.endOf(bar)];
      this.tell(syntax.emptyBranch({}), start, end, { fixes: [{ title: "write identity", changes: [{ start: end, end, text: " identity" }] }] });
      const span = spanOf(this.source, bar);
      return { kind: "body", span, items: [invalidStep(span)] };
    });
  });

  /** `(16, kernel=3)` behind an operator's name. */
  private readonly called = this.RULE("called", (): ast.Argument[] => {
    const all: ast.Argument[] = [];
    this.CONSUME(t.GluedParen);
    this.MANY(() => {
      all.push(this.SUBRULE(this.givenValue));
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.ACTION(() => this.endOfPart("`)`"));
    this.CONSUME(t.RParen);
    return all;
  });

  /** `16` or `kernel=3` between parentheses and commas. */
  protected readonly givenValue = this.RULE("givenValue", (): ast.Argument => {
    const first = this.LA(1);
    const key = this.OPTION(() => {
      const token = this.CONSUME(t.Key);
      this.CONSUME(t.Equals);
      return this.name(token);
    });
    const value = this.SUBRULE(this.value);
    return this.ACTION(() => ({ kind: "argument", span: this.since(first), ...(key && { name: key }), value }));
  });

  /** An expression, or braces as a layer. */
  protected readonly value = this.RULE("value", (): ast.Expression | ast.Body =>
    this.attempt<ast.Expression | ast.Body, ast.Invalid>(
      () => this.OR([{ ALT: () => this.SUBRULE(this.body) }, { ALT: () => this.SUBRULE(this.expression) }]),
      valueEnds,
      invalid,
    ),
  );

  // Mistakes with a known meaning

  /** `dense(120)` is taken as it is meant, anything else in glued parentheses is told. */
  private fromParentheses(callee: ast.Name, given: readonly ast.Argument[], place: Span): readonly ast.Argument[] {
    const [only] = given;
    if (only && given.length === 1 && !only.name && only.value.kind !== "body" && only.value.kind !== "shape") {
      return [gluedArgument(only.value, place)];
    }
    reportCallParentheses(this.mistakes, callee, given, place);
    return given.map((argument) => ({ ...argument, ...(needsParentheses(argument.value) && { value: invalid(argument.value.span) }) }));
  }

  /** What follows a minus behind an operator's name can't be told apart; the rest of the call is passed over. */
  private looseMinus(minus: IToken): ast.Argument {
    reportLooseMinus(this.mistakes, minus);
    this.skipTo(coreEnds);
    const span = this.since(minus);
    return { kind: "argument", span, value: invalid(span) };
  }

  /** Operators outside parentheses; or a name with hyphens, where one was given. */
  private arithmetic(first: IToken): ast.NameReference | ast.Invalid {
    const span = this.since(first);
    const text = this.textOf(span).replaceAll("-", "_");
    if (text.includes("_") && this.isKnownName(text)) {
      reportHyphen(this.mistakes, text, span);
      return { kind: "reference", span, text };
    }
    reportArithmetic(this.mistakes, span.start.offset, span.end.offset);
    return invalid(span);
  }
}
