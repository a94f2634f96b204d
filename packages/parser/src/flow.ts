/** The rules for what stands in braces: statements, steps, what a step can be, and its arguments. */

import type { IOrAlt, IToken } from "chevrotain";
import type * as ast from "./ast.ts";
import { gluedArgument, invalid, needsParentheses, spanOf, stringNode } from "./build-ast.ts";
import { syntax } from "./codes.ts";
import { Expressions } from "./expressions.ts";
import { reportArithmetic, reportCallParentheses, reportLooseMinus } from "./habits.ts";
import { operationNode, type Operand } from "./operations.ts";
import { coreEnds, headerEnds, stepEnds, valueEnds } from "./recovery.ts";
import type { Span } from "./source.ts";
import * as t from "./tokens.ts";

export abstract class Flow extends Expressions {
  protected readonly body = this.RULE("body", (): ast.Body => {
    const first = this.CONSUME(t.LBrace);
    const items = this.OPTION({ GATE: () => this.flowFollows(), DEF: () => this.SUBRULE(this.flow) }) ?? [];
    this.ACTION(() => this.endOfBody());
    this.CONSUME(t.RBrace);
    return this.ACTION(() => ({ kind: "body", span: this.since(first), items }));
  });

  private readonly flow = this.RULE("flow", (): ast.Item[] => {
    const items: ast.Item[] = [];
    const take = (item: ast.Item | undefined): void => {
      if (item) items.push(item);
    };
    this.OPTION(() => this.tellFirstArrow(this.CONSUME2(t.Arrow)));
    take(this.SUBRULE(this.item));
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Break) }, { ALT: () => this.CONSUME(t.Arrow) }]);
      take(this.SUBRULE2(this.item));
    });
    return items;
  });

  // Alternatives that need nothing from their rule are made once, not at each use.
  private readonly items: IOrAlt<ast.Item>[] = [
      { ALT: () => this.SUBRULE(this.let) },
      { ALT: () => this.SUBRULE(this.assert) },
      { ALT: () => this.SUBRULE(this.load) },
      { ALT: () => this.SUBRULE(this.freeze) },
      { ALT: () => this.SUBRULE(this.step) },
      { GATE: () => !stepEnds.has(this.LA(1).tokenType), ALT: () => invalidStep(this.unreadable(this.CONSUME(t.Anything), "a layer", stepEnds)) },
  ];

  /** One statement or step. A statement that can't be read is left out, a step stands as `invalid`. */
  private readonly item = this.RULE("item", (): ast.Item | undefined => {
    const isStatement = statements.has(this.LA(1).tokenType);
    const item = this.attempt<ast.Item, ast.Item | undefined>(
      () =>
        this.OR(this.items),
      stepEnds,
      (span) => (isStatement ? undefined : invalidStep(span)),
    );
    this.ACTION(() => this.endOfStep());
    return item;
  });

  // Statements

  private readonly let = this.RULE("let", (): ast.Let => {
    const arrow = this.LA(0);
    const first = this.CONSUME(t.Let);
    this.ACTION(() => this.tellLetAfterArrow(arrow));
    const name = this.SUBRULE(this.newName);
    const value = this.attempt(
      () => {
        this.CONSUME(t.Equals);
        return this.SUBRULE(this.expression);
      },
      stepEnds,
      invalid,
    );
    return this.ACTION(() => ({ kind: "let", span: this.since(first), name, value }));
  });

  private readonly assert = this.RULE("assert", (): ast.Assert => {
    const first = this.CONSUME(t.Assert);
    const conditions = this.SUBRULE(this.expressions);
    return this.ACTION(() => ({ kind: "assert", span: this.since(first), conditions }));
  });

  private readonly load = this.RULE("load", (): ast.Load => {
    const first = this.CONSUME(t.Load);
    const path = this.CONSUME(t.StringToken);
    const except = this.SUBRULE(this.exceptions);
    return this.ACTION(() => ({ kind: "load", span: this.since(first), path: stringNode(this.mistakes, path), except }));
  });

  private readonly freeze = this.RULE("freeze", (): ast.Freeze => {
    const first = this.CONSUME(t.Freeze);
    const selectors = this.OR<"all" | ast.Selector[]>([
      { GATE: () => this.LA(2).tokenType !== t.Dot, ALT: () => this.all(this.CONSUME(t.All)) },
      { ALT: () => this.SUBRULE(this.selectors) },
    ]);
    const except = this.SUBRULE(this.exceptions);
    return this.ACTION(() => ({ kind: "freeze", span: this.since(first), selectors, except }));
  });

  private readonly exceptions = this.RULE("exceptions", (): ast.Selector[] => {
    const selectors = this.OPTION(() => {
      this.CONSUME(t.Except);
      return this.SUBRULE(this.selectors);
    });
    return selectors ?? [];
  });

  // Steps

  private readonly step = this.RULE("step", (): ast.Step => {
    const first = this.LA(1);
    const afterArrow = this.LA(0).tokenType === t.Arrow;
    const frozen = this.OPTION(() => this.CONSUME(t.Frozen));
    const label = this.OPTION2(() => {
      const node = this.SUBRULE(this.label);
      this.CONSUME(t.Colon);
      return node;
    });
    const lateFrozen = this.OPTION3({
      GATE: () => label !== undefined,
      DEF: () => this.frozenAfterLabel(this.CONSUME2(t.Frozen), first),
    });
    this.OPTION4(() => this.tellReturn(this.CONSUME(t.Return)));
    const core = this.attempt(() => this.SUBRULE(this.core), coreEnds, invalid);
    const as = this.OPTION5(() => this.attempt(() => this.SUBRULE(this.as), stepEnds, () => [])) ?? [];
    return this.ACTION(() => {
      const isFrozen = frozen ?? lateFrozen;
      return {
        kind: "step",
        span: this.since(first),
        ...(isFrozen && { frozen: spanOf(this.source, isFrozen) }),
        ...(label && { label }),
        core,
        as,
        afterArrow,
      };
    });
  });

  private readonly as = this.RULE("as", (): ast.Name[] => {
    const names: ast.Name[] = [];
    this.CONSUME(t.As);
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => names.push(this.SUBRULE(this.newName)) });
    return names;
  });

  private readonly cores: IOrAlt<ast.Core>[] = [
    { ALT: () => this.SUBRULE(this.shapeInFlow) },
    { ALT: () => this.SUBRULE(this.call) },
    { ALT: () => this.SUBRULE(this.body) },
    { ALT: () => this.SUBRULE(this.skip) },
    { ALT: () => this.SUBRULE(this.repeat) },
    { ALT: () => this.SUBRULE(this.for) },
    { ALT: () => this.SUBRULE(this.if) },
    { ALT: () => this.SUBRULE(this.inputStep) },
    { ALT: () => this.SUBRULE(this.output) },
    { ALT: () => this.SUBRULE(this.reuse) },
  ];

  private readonly core = this.RULE("core", (): ast.Core => this.OR(this.cores));

  private readonly skip = this.RULE("skip", (): ast.Skip => {
    const first = this.CONSUME(t.Skip);
    const condition = this.OPTION(() => {
      this.CONSUME(t.If);
      return this.SUBRULE(this.header);
    });
    const body = this.SUBRULE(this.body);
    const project = this.OPTION2(() => this.SUBRULE(this.projection));
    return this.ACTION(() => ({
      kind: "skip", span: this.since(first), ...(condition && { condition }), body, ...(project && { project }),
    }));
  });

  private readonly projection = this.RULE("projection", (): ast.Projection => {
    const first = this.CONSUME(t.Project);
    const label = this.OPTION(() =>
      this.OR<ast.Label>([
        { ALT: () => this.plainLabel("word", this.CONSUME(t.Word)) },
        { ALT: () => this.plainLabel("integer", this.CONSUME(t.Integer)) },
        { ALT: () => this.SUBRULE(this.label) },
      ]),
    );
    const body = this.SUBRULE(this.body);
    return this.ACTION(() => ({ kind: "projection", span: this.since(first), ...(label && { label }), body }));
  });

  private readonly repeat = this.RULE("repeat", (): ast.Repeat => {
    const first = this.CONSUME(t.Repeat);
    const count = this.SUBRULE(this.header);
    const body = this.SUBRULE(this.body);
    return this.ACTION(() => ({ kind: "repeat", span: this.since(first), count, body }));
  });

  private readonly for = this.RULE("for", (): ast.For => {
    const first = this.CONSUME(t.For);
    const names: ast.Name[] = [];
    const list = this.attempt(
      () => {
        this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => names.push(this.name(this.CONSUME(t.Name))) });
        this.CONSUME(t.In);
        return this.SUBRULE(this.expression);
      },
      headerEnds,
      invalid,
    );
    const body = this.SUBRULE(this.body);
    return this.ACTION(() => ({ kind: "for", span: this.since(first), names, list, body }));
  });

  private readonly if = this.RULE("if", (): ast.If => {
    const first = this.CONSUME(t.If);
    const condition = this.SUBRULE(this.header);
    const then = this.SUBRULE(this.body);
    const otherwise = this.OPTION(() => {
      this.CONSUME(t.Else);
      return this.OR<ast.If | ast.Body>([{ ALT: () => this.SUBRULE(this.if) }, { ALT: () => this.SUBRULE2(this.body) }]);
    });
    return this.ACTION(() => ({
      kind: "if", span: this.since(first), condition, then, ...(otherwise && { else: otherwise }),
    }));
  });

  /** A value before a body; a mistake in it ends at the brace. */
  private readonly header = this.RULE("header", (): ast.Expression =>
    this.attempt(() => this.SUBRULE(this.expression), headerEnds, invalid),
  );

  private readonly inputStep = this.RULE("inputStep", (): ast.Input => {
    const first = this.CONSUME(t.Input);
    const name = this.OPTION({
      GATE: () => this.LA(1).tokenType !== t.ChannelName,
      DEF: () => this.name(this.CONSUME(t.Name)),
    });
    const shape = this.attempt<ast.ShapeLiteral, ast.ShapeLiteral>(
      () => {
        this.ACTION(() => this.checkShapeFollows(name));
        return this.SUBRULE(this.shape);
      },
      coreEnds,
      (span) => ({ kind: "shape", span, channels: invalid(span) }),
    );
    return this.ACTION(() => ({ kind: "input", span: this.since(first), ...(name && { name }), shape }));
  });

  private readonly output = this.RULE("output", (): ast.Output => {
    const first = this.CONSUME(t.Output);
    const name = this.SUBRULE(this.newName);
    return this.ACTION(() => ({ kind: "output", span: this.since(first), name }));
  });

  private readonly reuse = this.RULE("reuse", (): ast.Reuse => {
    const first = this.CONSUME(t.Reuse);
    const selector = this.SUBRULE(this.selector);
    return this.ACTION(() => ({ kind: "reuse", span: this.since(first), selector }));
  });

  // Calls

  private readonly call = this.RULE("call", (): ast.Call => {
    const callee = this.CONSUME(t.Name);
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
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const given = this.SUBRULE(this.bodyArgument);
            if (Array.isArray(given)) looseBranches = given;
            else all.push(given);
          },
        },
        { ALT: () => all.push(this.SUBRULE(this.argument)) },
      ]);
      this.OPTION2(() => commas.push(this.CONSUME(t.Comma)));
    });
    this.ACTION(() => this.tellCommas(commas));
    const branches = this.OPTION3(() => this.SUBRULE(this.branches)) ?? looseBranches;
    return this.ACTION(() => ({
      kind: "call", span: this.since(callee), callee: this.name(callee), arguments: all, ...(branches && { branches }),
    }));
  });

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

  /** A value with at most one sign before it, or a shape. Operators that follow are read to be told. */
  private readonly argumentValue = this.RULE("argumentValue", (): ast.Expression | ast.ShapeLiteral => {
    const first = this.LA(1);
    const operand = this.SUBRULE(this.operand);
    const rest: Operand[] = [];
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.Sign,
      DEF: () => {
        this.CONSUME(t.Operator);
        rest.push(this.SUBRULE2(this.operand));
      },
    });
    const axes = this.OPTION(() => this.SUBRULE(this.axes));
    return this.ACTION(() => {
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
      const fix = { title: "Write the bar", changes: [{ start: at, end: at, text: " |" }] };
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
      this.tell(syntax.emptyBranch({}), start, end, { fixes: [{ title: "Write identity", changes: [{ start: end, end, text: " identity" }] }] });
      const span = spanOf(this.source, bar);
      return { kind: "body", span, items: [invalidStep(span)] };
    });
  });

  /** `(16, kernel=3)` behind an operator's name. */
  private readonly called = this.RULE("called", (): ast.Argument[] => {
    const all: ast.Argument[] = [];
    this.CONSUME(t.GluedParen);
    this.MANY(() => {
      const first = this.LA(1);
      const key = this.OPTION(() => {
        const token = this.CONSUME(t.Key);
        this.CONSUME(t.Equals);
        return this.name(token);
      });
      const value = this.attempt<ast.Expression | ast.Body, ast.Invalid>(
        () => this.OR<ast.Expression | ast.Body>([{ ALT: () => this.SUBRULE(this.body) }, { ALT: () => this.SUBRULE(this.expression) }]),
        valueEnds,
        invalid,
      );
      this.ACTION(() => all.push({ kind: "argument", span: this.since(first), ...(key && { name: key }), value }));
      this.SUBRULE(this.comma);
    });
    this.ACTION(() => this.endOfPart("`)`"));
    this.CONSUME(t.RParen);
    return all;
  });

  // Mistakes with a known meaning

  private all(_token: IToken): "all" {
    return "all";
  }

  /** `dense(120)` is taken as it is meant, anything else in glued parentheses is told. */
  private fromParentheses(callee: IToken, given: readonly ast.Argument[], place: Span): readonly ast.Argument[] {
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

  private arithmetic(first: IToken): ast.Invalid {
    const span = this.since(first);
    reportArithmetic(this.mistakes, span.start.offset, span.end.offset);
    return invalid(span);
  }

  private tellCommas(commas: readonly IToken[]): void {
    const [first] = commas;
    if (!first) return;
    const { text } = this.source;
    const changes = commas.map((comma) => {
      const [start, end] = [comma.startOffset, t.endOf(comma)];
      return { start, end, text: /\s/.test(text.charAt(end)) ? "" : " " };
    });
    this.tell(syntax.argumentComma({}), first.startOffset, t.endOf(first), { fixes: [{ title: "Remove the commas", changes }] });
  }

  private frozenAfterLabel(frozen: IToken, first: IToken): IToken {
    return this.ACTION(() => {
      const [start, end] = [frozen.startOffset, t.endOf(frozen)];
      const changes = [
        { start: first.startOffset, end: first.startOffset, text: "frozen " },
        { start, end: this.LA(1).startOffset, text: "" },
      ];
      this.tell(syntax.frozenAfterLabel({}), start, end, { fixes: [{ title: "Move it before the label", changes }] });
      return frozen;
    });
  }

  private tellReturn(token: IToken): void {
    this.ACTION(() => {
      const [start, end] = [token.startOffset, t.endOf(token)];
      const next = this.LA(1).startOffset;
      const fix = { title: "Remove it", changes: [{ start, end: Number.isNaN(next) ? end : next, text: "" }] };
      this.tell(syntax.return({}), start, end, { fixes: [fix] });
      if (stepEnds.has(this.LA(1).tokenType)) this.skipTo(stepEnds);
    });
  }

  private tellLetAfterArrow(arrow: IToken): void {
    if (arrow.tokenType !== t.Arrow) return;
    const [start, end] = [arrow.startOffset, t.endOf(arrow)];
    const fix = { title: "Begin a new line", changes: [{ start, end, text: "\n" }] };
    this.tell(syntax.afterArrow({}), start, end, { fixes: [fix] });
  }

  private flowFollows(): boolean {
    const { tokenType } = this.LA(1);
    return tokenType !== t.RBrace && tokenType !== t.Pipe;
  }

  private endOfBody(): void {
    const next = this.LA(1);
    if (next.tokenType === t.RBrace) return;
    if (next.tokenType === t.Pipe) this.tell(syntax.strayBar({}), next.startOffset, t.endOf(next));
    else this.tellUnexpected("a new line or `}`", next);
    this.skipTo(bodyEnd);
  }

  private tellFirstArrow(arrow: IToken): void {
    this.ACTION(() => {
      const [start, end] = [arrow.startOffset, t.endOf(arrow)];
      const fix = { title: "Remove it", changes: [{ start, end: this.LA(1).startOffset, text: "" }] };
      this.tell(syntax.firstArrow({}), start, end, { fixes: [fix] });
    });
  }

  /** After `input n` without a shape, `n` is what the shape was meant to be. */
  private checkShapeFollows(name: ast.Name | undefined): void {
    if (!name || !(coreEnds.has(this.LA(1).tokenType) || Number.isNaN(this.LA(1).startOffset))) return;
    const [start, end, text] = [name.span.start.offset, name.span.end.offset, `(${name.text})`];
    this.tell(syntax.bareInput({ text: name.text }), start, end, { fixes: [{ title: `Write ${text}`, changes: [{ start, end, text }] }] });
    this.skipTo(coreEnds);
  }

  private endOfStep(): void {
    const next = this.LA(1);
    if (stepEnds.has(next.tokenType) || Number.isNaN(next.startOffset)) return;
    if (this.LA(0).tokenType !== t.Mistake) this.tellUnexpected("an argument, `->` or a new line", next);
    this.skipTo(stepEnds);
  }
}

const bodyEnd = new Set([t.RBrace]);
const statements = new Set([t.Let, t.Assert, t.Load, t.Freeze]);

const invalidStep = (span: Span): ast.Step => ({ kind: "step", span, core: invalid(span), as: [], afterArrow: false });
