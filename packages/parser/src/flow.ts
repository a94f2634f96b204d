/** The rules for what stands in braces: statements, steps, and what a step can be. */

import type { IOrAlt, IToken, ParserMethod } from "chevrotain";
import type * as ast from "./ast.ts";
import { type Assignment, isAssignedValue, meaningOf, reportAssignment, reportValue } from "./assignments.ts";
import { invalid, spanOf, stringNode } from "./build-ast.ts";
import { syntax } from "./codes.ts";
import { literals } from "./expressions.ts";
import { reportAssertedShape, reportBareInput, reportEquals, reportFirstArrow, reportLateFrozen, reportLetAfterArrow, reportReturn } from "./habits.ts";
import { isItem } from "./parts.ts";
import { coreEnds, headerEnds, stepEnds } from "./recovery.ts";
import { Shapes } from "./shapes.ts";
import type { Span } from "./source.ts";
import * as t from "./tokens.ts";

export abstract class Flow extends Shapes {
  /** In `calls.ts`. */
  protected abstract readonly call: ParserMethod<[], ast.Call>;

  protected readonly body = this.RULE("body", (): ast.Body => {
    const first = this.CONSUME(t.LBrace);
    const items = this.OPTION({ GATE: () => this.flowFollows(), DEF: () => this.SUBRULE(this.flow) }) ?? [];
    this.ACTION(() => this.endOfBody());
    this.CONSUME(t.RBrace);
    return this.ACTION(() => ({ kind: "body", span: this.since(first), items }));
  });

  protected readonly flow = this.RULE("flow", (): ast.Item[] => {
    const items: ast.Item[] = [];
    const take = (item: ast.Item | undefined): void => {
      if (item) items.push(item);
    };
    this.OPTION(() => {
      const arrow = this.CONSUME2(t.Arrow);
      this.ACTION(() => reportFirstArrow(this.mistakes, arrow, this.LA(1)));
    });
    take(this.SUBRULE(this.item));
    this.ACTION(() => this.itemsBefore(items));
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Break) }, { ALT: () => this.CONSUME(t.Arrow) }]);
      take(this.SUBRULE2(this.item));
      this.ACTION(() => this.itemsBefore(items));
    });
    return items;
  });

  /** Adds what follows, one after the other, as far as it was read before. */
  private itemsBefore(items: ast.Item[]): void {
    while (this.LA(1).tokenType === t.Break || this.LA(1).tokenType === t.Arrow) {
      const known = this.readBefore(isItem, 1);
      if (!known) return;
      items.push(known);
    }
  }

  // Alternatives that need nothing from their rule are made once, not at each use.
  private readonly items: IOrAlt<ast.Item>[] = [
      { ALT: () => this.SUBRULE(this.let) },
      { GATE: () => this.isValue(), ALT: () => this.SUBRULE(this.assignedValue) },
      { ALT: () => this.SUBRULE(this.assert) },
      { ALT: () => this.SUBRULE(this.load) },
      { ALT: () => this.SUBRULE(this.freeze) },
      { ALT: () => this.SUBRULE(this.step) },
      { GATE: () => !stepEnds.has(this.LA(1).tokenType), ALT: () => invalidStep(this.unreadable(this.CONSUME(t.Anything), "a layer", stepEnds)) },
  ];

  /** One statement or step. A statement that can't be read is left out, a step stands as `invalid`. */
  private readonly item = this.RULE("item", (): ast.Item | undefined => this.readBefore(isItem) ?? this.readPart(() => {
    const isStatement = statements.has(this.LA(1).tokenType);
    const item = this.attempt<ast.Item, ast.Item | undefined>(
      () => this.OR(this.items),
      stepEnds,
      (span) => (isStatement ? undefined : invalidStep(span)),
    );
    this.ACTION(() => this.endOfStep(isStatement ? "a new line" : "an argument, `->` or a new line"));
    return item;
  }));

  // Statements

  private readonly let = this.RULE("let", (): ast.Let => {
    const arrow = this.LA(0);
    const first = this.CONSUME(t.Let);
    this.ACTION(() => arrow.tokenType === t.Arrow && reportLetAfterArrow(this.mistakes, arrow));
    const name = this.SUBRULE(this.newName);
    const value = this.attempt(
      () => {
        const lacksSign = literals.has(this.LA(1).tokenType);
        if (!lacksSign) this.CONSUME(t.Equals);
        const written = this.SUBRULE(this.expression);
        this.ACTION(() => lacksSign && this.tellEquals(name.span, written.span));
        return written;
      },
      stepEnds,
      invalid,
    );
    return this.ACTION(() => ({ kind: "let", span: this.since(first), name, value }));
  });

  /** `width = 16`, `int width = 16`, read as the `let` that is meant. */
  private readonly assignedValue = this.RULE("assignedValue", (): ast.Let => {
    const first = this.LA(1);
    const type = this.OPTION(() => this.CONSUME(t.Identifier));
    const key = this.CONSUME(t.Key);
    const equals = this.CONSUME(t.Equals);
    this.ACTION(() => reportValue(this.mistakes, type, key, equals));
    const value = this.attempt(() => this.SUBRULE(this.expression), stepEnds, invalid);
    this.ACTION(() => this.knownNames.add(key.image));
    return this.ACTION(() => ({ kind: "let", span: this.since(first), name: this.name(key), value }));
  });

  private readonly assert = this.RULE("assert", (): ast.Assert | ast.Step => {
    const first = this.CONSUME(t.Assert);
    const shape = this.OPTION({ GATE: () => this.LA(2).tokenType === t.At, DEF: () => this.SUBRULE(this.shapeInFlow) });
    const conditions = this.RECORDING_PHASE || !shape ? this.SUBRULE(this.expressions) : [];
    return this.ACTION(() => {
      if (!shape) return { kind: "assert", span: this.since(first), conditions };
      // `assert 16@8x8`, read as the shape alone.
      reportAssertedShape(this.mistakes, first, shape.span);
      return { kind: "step", span: shape.span, core: shape, as: [], afterArrow: false };
    });
  });

  private readonly load = this.RULE("load", (): ast.Load => {
    const first = this.CONSUME(t.Load);
    const path = this.CONSUME(t.StringToken);
    const except = this.SUBRULE(this.exceptions);
    return this.ACTION(() => ({ kind: "load", span: this.since(first), path: stringNode(this.mistakes, path), except }));
  });

  private readonly freeze = this.RULE("freeze", (): ast.Freeze => {
    const first = this.CONSUME(t.Freeze);
    const selectors = this.OR([
      {
        GATE: () => this.LA(2).tokenType !== t.Dot,
        ALT: (): "all" => {
          this.CONSUME(t.All);
          return "all";
        },
      },
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
    let assigned: Assignment | undefined;
    const written = this.OPTION2(() =>
      this.OR([
        {
          ALT: () => {
            const node = this.SUBRULE(this.label);
            this.CONSUME(t.Colon);
            return node;
          },
        },
        {
          ALT: () => {
            assigned = this.SUBRULE(this.assignment);
            return undefined;
          },
        },
      ]),
    );
    const lateFrozen = this.OPTION3({ GATE: () => (written ?? assigned) !== undefined, DEF: () => this.CONSUME2(t.Frozen) });
    this.ACTION(() => lateFrozen && reportLateFrozen(this.mistakes, lateFrozen, first, this.LA(1)));
    this.OPTION4(() => {
      const token = this.CONSUME(t.Return);
      this.ACTION(() => this.passOver(token));
    });
    const core = this.attempt(() => this.SUBRULE(this.core), coreEnds, invalid);
    // A shape takes no label.
    const meant = core.kind === "shape" && assigned?.meant === "label" ? "flow" : assigned?.meant;
    this.ACTION(() => assigned && meant && reportAssignment(this.mistakes, assigned, meant, this.LA(0)));
    const names = this.OPTION5(() => this.attempt(() => this.SUBRULE(this.as), stepEnds, () => [])) ?? [];
    const label = assigned && meant === "label" ? this.plainLabel("word", assigned.key) : written;
    const as = assigned && meant === "point" ? [this.name(assigned.key), ...names] : names;
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

  /** `x = conv …`, read as what is meant. */
  private readonly assignment = this.RULE("assignment", (): Assignment => {
    const key = this.CONSUME(t.Key);
    const equals = this.CONSUME(t.Equals);
    return this.ACTION(() => ({ key, equals, meant: meaningOf(this.input, key) }));
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
      this.OR([
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
      return this.OR([{ ALT: () => this.SUBRULE(this.if) }, { ALT: () => this.SUBRULE2(this.body) }]);
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
      GATE: () => this.LA(1).tokenType !== t.ChannelName && !this.isCoreEnd(this.LA(2)),
      DEF: () => this.OR([{ ALT: () => this.name(this.CONSUME(t.Name)) }, { ALT: () => this.name(this.CONSUME(t.WordLabel)) }]),
    });
    this.OPTION2(() => this.needlessSign(this.OR2([{ ALT: () => this.CONSUME(t.Equals) }, { ALT: () => this.CONSUME(t.Colon) }])));
    const shape = this.attempt<ast.ShapeLiteral, ast.ShapeLiteral>(
      () => this.SUBRULE(this.shape),
      coreEnds,
      (span) => ({ kind: "shape", span, channels: invalid(span) }),
    );
    return this.ACTION(() => {
      if (!name && !shape.axes && shape.channels.kind === "reference") reportBareInput(this.mistakes, shape.channels);
      return { kind: "input", span: this.since(first), ...(name && { name }), shape };
    });
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

  // Mistakes with a known meaning

  /** `return`; where nothing comes after it, nothing more is said. */
  private passOver(token: IToken): void {
    reportReturn(this.mistakes, token, this.LA(1));
    if (stepEnds.has(this.LA(1).tokenType)) this.skipTo(stepEnds);
  }

  private isValue(): boolean {
    const second = this.LA(2).tokenType;
    return (second === t.Equals || second === t.Key) && isAssignedValue([this.LA(1), this.LA(2), this.LA(3), this.LA(4)]);
  }

  /** Tells a name and its value between which nothing stands. */
  protected tellEquals(name: Span, value: Span): void {
    reportEquals(this.mistakes, name, name.end.offset, value.start.offset, value);
  }

  protected flowFollows(): boolean {
    const { tokenType } = this.LA(1);
    return tokenType !== t.RBrace && tokenType !== t.Pipe;
  }

  protected endOfBody(): void {
    const next = this.LA(1);
    if (next.tokenType === t.RBrace) return;
    if (next.tokenType === t.Pipe) this.tell(syntax.strayBar({}), next.startOffset, t.endOf(next));
    else this.tellUnexpected("a new line or `}`", next);
    this.skipTo(bodyEnd);
  }

  /** `input = 3@32x32`, `input image: 3@32x32`. */
  private needlessSign(sign: IToken): void {
    this.ACTION(() => {
      const [start, end] = [sign.startOffset, t.endOf(sign)];
      const fix = { title: "leave it out", changes: [{ start, end, text: /\s/.test(this.source.text.charAt(end)) ? "" : " " }] };
      this.tell(syntax.inputSign({ text: sign.image }), start, end, { fixes: [fix] });
    });
  }

  private isCoreEnd(token: IToken): boolean {
    return coreEnds.has(token.tokenType) || t.isEnd(token);
  }

  private endOfStep(expected: string): void {
    const next = this.LA(1);
    if (stepEnds.has(next.tokenType) || t.isEnd(next)) return;
    if (this.LA(0).tokenType !== t.Mistake) this.tellUnexpected(expected, next);
    this.skipTo(stepEnds);
  }
}

const bodyEnd = new Set([t.RBrace]);
const statements = new Set([t.Let, t.Assert, t.Load, t.Freeze]);

/** A step that could not be read. */
export const invalidStep = (span: Span): ast.Step => ({ kind: "step", span, core: invalid(span), as: [], afterArrow: false });
