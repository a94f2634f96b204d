/** The rules for shapes, and what is written in their place. */

import type { IOrAlt, IToken } from "chevrotain";
import type * as ast from "./ast.ts";
import { invalid } from "./build-ast.ts";
import { syntax } from "./codes.ts";
import { Expressions } from "./expressions.ts";
import { reportShapeForm } from "./habits.ts";
import type { Span } from "./source.ts";
import * as t from "./tokens.ts";

type Dimension = ast.Expression | ast.Unknown;

export abstract class Shapes extends Expressions {
  /** The shape of an input. */
  protected readonly shape = this.RULE("shape", (): ast.ShapeLiteral => {
    const first = this.LA(1);
    const channels = this.OR([
      { ALT: () => this.SUBRULE(this.dimension) },
      { ALT: () => this.SUBRULE(this.listedShape) },
      { ALT: () => this.reference(this.CONSUME(t.Name)) },
    ]);
    const axes = this.OPTION(() => this.SUBRULE(this.axes));
    const rest = this.OPTION2({ GATE: this.goesOn, DEF: () => this.SUBRULE(this.restOfShape) });
    return this.ACTION(() => this.shapeNode(first, channels, axes, rest));
  });

  /** `[3, 32, 32]`. */
  private readonly listedShape = this.RULE("listedShape", (): ast.Invalid => {
    const list = this.SUBRULE(this.list);
    return this.ACTION(() => {
      const sizes = list.items.map((item) => (item.kind === "number" ? item.value : NaN));
      if (sizes.length > 1 && sizes.every(Number.isInteger)) reportShapeForm(this.mistakes, sizes, undefined, list.span);
      else this.tell(syntax.unexpected({ expected: "a shape such as `3@32x32`", found: "a list" }), list.span.start.offset, list.span.end.offset);
      return invalid(list.span);
    });
  });

  private readonly goesOn = (): boolean => counts.has(this.LA(1).tokenType) || (joins.has(this.LA(1).tokenType) && counts.has(this.LA(2).tokenType));

  /** `, 32, 32` and ` 32 32` and `*32*32` behind a number: signs other than those of a shape. */
  private readonly restOfShape = this.RULE("restOfShape", (): IToken[] => {
    const numbers: IToken[] = [];
    this.MANY({
      GATE: this.goesOn,
      DEF: () => {
        this.OPTION(() => this.OR([{ ALT: () => this.CONSUME(t.Comma) }, { ALT: () => this.CONSUME(t.Star) }]));
        numbers.push(this.OR2([{ ALT: () => this.CONSUME(t.Integer) }, { ALT: () => this.CONSUME(t.Size) }]));
      },
    });
    return numbers;
  });

  /** A shape where a layer could stand: there a name alone is a call. */
  protected readonly shapeInFlow = this.RULE("shapeInFlow", (): ast.ShapeLiteral => {
    const first = this.LA(1);
    const channels = this.OR([
      { ALT: () => this.SUBRULE(this.dimension) },
      { ALT: () => this.reference(this.CONSUME(t.ChannelName)) },
    ]);
    const axes = this.OPTION(() => this.SUBRULE(this.axes));
    const rest = this.OPTION2({ GATE: this.goesOn, DEF: () => this.SUBRULE(this.restOfShape) });
    return this.ACTION(() => this.shapeNode(first, channels, axes, rest));
  });

  private readonly dimensions: IOrAlt<Dimension>[] = [
    { ALT: () => this.number(this.CONSUME(t.Integer)) },
    { ALT: () => this.unknown(this.CONSUME(t.Question)) },
    { ALT: () => this.SUBRULE(this.parenthesized, { ARGS: [true] }) },
    { ALT: () => this.size(this.CONSUME(t.Size)) },
    { ALT: () => this.invalid(this.CONSUME(t.Mistake)) },
  ];

  private readonly dimension = this.RULE("dimension", (): Dimension => this.OR(this.dimensions));

  protected readonly axes = this.RULE("axes", (): Dimension => {
    this.CONSUME(t.At);
    return this.OR([
      { ALT: () => this.unknown(this.CONSUME(t.Question)) },
      { ALT: () => this.size(this.CONSUME(t.Size)) },
      { ALT: () => this.SUBRULE(this.postfix) },
    ]);
  });

  protected shapeNode(first: IToken, channels: Dimension, axes: Dimension | undefined, rest: readonly IToken[] = []): ast.ShapeLiteral {
    const span = this.since(first);
    if (rest.length > 0) {
      this.tellLooseShape(channels, axes, rest, span);
      return { kind: "shape", span, channels: invalid(span) };
    }
    if (channels.kind !== "size") return { kind: "shape", span, channels, ...(axes && { axes }) };
    reportShapeForm(this.mistakes, channels.axes, axes && this.textOf(axes.span), span);
    return { kind: "shape", span, channels: invalid(channels.span), ...(axes && { axes: invalid(axes.span) }) };
  }

  /** `3, 32, 32`, `3@32*32`. */
  private tellLooseShape(channels: Dimension, axes: Dimension | undefined, rest: readonly IToken[], span: Span): void {
    const texts = [axes ?? channels, ...rest].map((part) => ("image" in part ? part.image : this.textOf(part.span)));
    const sizes = texts.flatMap((text) => text.split("x")).map(Number);
    if (sizes.every(Number.isInteger)) reportShapeForm(this.mistakes, sizes, axes && this.textOf(channels.span), span);
    else this.tellUnexpected("`->` or a new line", rest[0] ?? this.LA(0));
  }
}

const counts = new Set([t.Integer, t.Size]);
const joins = new Set([t.Comma, t.Star]);
