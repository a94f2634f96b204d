/**
 * The grammar, as Chevrotain rules that build the syntax tree as they go. Operators are read flat and put
 * in order by precedence afterwards: that keeps nesting shallow and parsing fast.
 */

import { EmbeddedActionsParser, type IToken } from "chevrotain";
import type * as ast from "./ast.ts";
import {
  gluedArgument, invalid, nameNode, nameText, numberNode, operationNode, selectorNode, sizeNode, spanOf, stringNode, templateText, type Operand,
} from "./build-ast.ts";
import type { Mistakes } from "./mistakes.ts";
import { cover, type Source, type Span } from "./source.ts";
import { tellMistake } from "./syntax-errors.ts";
import * as t from "./tokens.ts";

export class Grammar extends EmbeddedActionsParser {
  private source!: Source;

  constructor() {
    super(t.vocabulary, { maxLookahead: 1, recoveryEnabled: false, skipValidations: true });
    this.performSelfAnalysis();
  }

  /** Reads a whole file. What can't be read is reported and stands in the tree as `invalid`, or not at all. */
  read(mistakes: Mistakes, tokens: IToken[]): readonly ast.Declaration[] {
    this.source = mistakes.source;
    this.input = tokens;
    const declarations = this.file();
    for (const error of this.errors) tellMistake(mistakes, error);
    return declarations ?? [];
  }

  // Declarations

  private readonly file = this.RULE("file", (): ast.Declaration[] => {
    const declarations: ast.Declaration[] = [];
    this.MANY(() => {
      this.OR([
        { ALT: () => this.collect(declarations, this.SUBRULE(this.importDeclaration)) },
        { ALT: () => this.collect(declarations, this.SUBRULE(this.block)) },
        { ALT: () => this.collect(declarations, this.SUBRULE(this.model)) },
        { ALT: () => this.CONSUME(t.Break) },
      ]);
    });
    return declarations;
  });

  private readonly importDeclaration = this.RULE("importDeclaration", (): ast.Import => {
    const first = this.CONSUME(t.Import);
    const names: ast.ImportedName[] = [];
    this.CONSUME(t.LBrace);
    this.collect(names, this.SUBRULE(this.imported));
    this.MANY({
      GATE: () => this.LA(2).tokenType !== t.RBrace,
      DEF: () => {
        this.CONSUME(t.Comma);
        this.collect(names, this.SUBRULE2(this.imported));
      },
    });
    this.OPTION(() => this.CONSUME2(t.Comma));
    this.CONSUME(t.RBrace);
    this.CONSUME(t.From);
    const from = this.CONSUME(t.StringToken);
    return this.ACTION(() => ({ kind: "import", span: this.since(first), names, from: stringNode(this.source, from) }));
  });

  private readonly imported = this.RULE("imported", (): ast.ImportedName => {
    const first = this.CONSUME(t.Name);
    const alias = this.OPTION(() => {
      this.CONSUME(t.As);
      return this.name(this.CONSUME2(t.Name));
    });
    return this.ACTION(() => ({ kind: "imported", span: this.since(first), name: this.name(first), ...(alias && { alias }) }));
  });

  private readonly block = this.RULE("block", (): ast.BlockDeclaration => {
    const first = this.CONSUME(t.Block);
    const name = this.name(this.CONSUME(t.Name));
    const parameters = this.OPTION(() => this.SUBRULE(this.parameters)) ?? [];
    this.OPTION2(() => this.CONSUME(t.Break));
    const body = this.SUBRULE(this.body);
    return this.ACTION(() => ({ kind: "block", span: this.since(first), name, parameters, body }));
  });

  private readonly model = this.RULE("model", (): ast.ModelDeclaration => {
    const first = this.CONSUME(t.Model);
    const name = this.name(this.CONSUME(t.Name));
    const parameters = this.OPTION(() => this.SUBRULE(this.parameters)) ?? [];
    this.OPTION2(() => this.CONSUME(t.Break));
    const base = this.OPTION3(() => {
      this.CONSUME(t.Equals);
      return this.SUBRULE(this.base);
    });
    const body = this.OPTION4({
      GATE: () => base === undefined || this.LA(1).tokenType === t.LBrace || this.LA(2).tokenType === t.LBrace,
      DEF: () => {
        this.OPTION5(() => this.CONSUME2(t.Break));
        return this.SUBRULE(this.body);
      },
    });
    return this.ACTION(() => ({
      kind: "model", span: this.since(first), name, parameters, ...(base && { base }), ...(body && { body }),
    }));
  });

  private readonly base = this.RULE("base", (): ast.BaseModel => {
    const first = this.CONSUME(t.Name);
    const given = this.OPTION(() => this.SUBRULE(this.given)) ?? [];
    return this.ACTION(() => ({ kind: "base", span: this.since(first), name: this.name(first), given }));
  });

  private readonly given = this.RULE("given", (): ast.Argument[] => {
    const all: ast.Argument[] = [];
    this.CONSUME(t.LParen);
    this.MANY_SEP({ SEP: t.Comma, DEF: () => this.collect(all, this.SUBRULE(this.givenArgument)) });
    this.CONSUME(t.RParen);
    return all;
  });

  private readonly givenArgument = this.RULE("givenArgument", (): ast.Argument => {
    const first = this.LA(1);
    const key = this.OPTION(() => {
      const token = this.CONSUME(t.Key);
      this.CONSUME(t.Equals);
      return this.name(token);
    });
    const value = this.SUBRULE(this.default);
    return this.ACTION(() => ({ kind: "argument", span: this.since(first), ...(key && { name: key }), value }));
  });

  private readonly parameters = this.RULE("parameters", (): ast.Parameter[] => {
    const all: ast.Parameter[] = [];
    this.CONSUME(t.LParen);
    this.MANY(() => {
      this.collect(all, this.SUBRULE(this.parameter));
      this.OPTION({ GATE: () => this.LA(1).tokenType === t.Comma, DEF: () => this.CONSUME(t.Comma) });
    });
    this.CONSUME(t.RParen);
    return all;
  });

  private readonly parameter = this.RULE("parameter", (): ast.Parameter => {
    const first = this.CONSUME(t.Name);
    const value = this.OPTION(() => {
      this.CONSUME(t.Equals);
      return this.SUBRULE(this.default);
    });
    return this.ACTION(() => ({ kind: "parameter", span: this.since(first), name: this.name(first), ...(value && { default: value }) }));
  });

  private readonly default = this.RULE("default", (): ast.Expression | ast.Body =>
    this.OR<ast.Expression | ast.Body>([
      { ALT: () => this.SUBRULE(this.body) },
      { ALT: () => this.SUBRULE(this.expression) },
    ]),
  );

  // Flow

  private readonly body = this.RULE("body", (): ast.Body => {
    const first = this.CONSUME(t.LBrace);
    const items = this.OPTION(() => this.SUBRULE(this.flow)) ?? [];
    this.CONSUME(t.RBrace);
    return this.ACTION(() => ({ kind: "body", span: this.since(first), items }));
  });

  private readonly flow = this.RULE("flow", (): ast.Item[] => {
    const items: ast.Item[] = [];
    this.collect(items, this.SUBRULE(this.item));
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(t.Break) }, { ALT: () => this.CONSUME(t.Arrow) }]);
      this.collect(items, this.SUBRULE2(this.item));
    });
    return items;
  });

  private readonly item = this.RULE("item", (): ast.Item =>
    this.OR<ast.Item>([
      { ALT: () => this.SUBRULE(this.let) },
      { ALT: () => this.SUBRULE(this.assert) },
      { ALT: () => this.SUBRULE(this.load) },
      { ALT: () => this.SUBRULE(this.freeze) },
      { ALT: () => this.SUBRULE(this.step) },
    ]),
  );

  private readonly let = this.RULE("let", (): ast.Let => {
    const first = this.CONSUME(t.Let);
    const name = this.name(this.CONSUME(t.Name));
    this.CONSUME(t.Equals);
    const value = this.SUBRULE(this.expression);
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
    return this.ACTION(() => ({ kind: "load", span: this.since(first), path: stringNode(this.source, path), except }));
  });

  private readonly freeze = this.RULE("freeze", (): ast.Freeze => {
    const first = this.CONSUME(t.Freeze);
    const selectors = this.OR<"all" | ast.Selector[]>([
      {
        GATE: () => this.LA(2).tokenType !== t.Dot,
        ALT: () => {
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
    return (
      this.OPTION(() => {
        this.CONSUME(t.Except);
        return this.SUBRULE(this.selectors);
      }) ?? []
    );
  });

  private readonly selectors = this.RULE("selectors", (): ast.Selector[] => {
    const all: ast.Selector[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.collect(all, this.SUBRULE(this.selector)) });
    return all;
  });

  private readonly selector = this.RULE("selector", (): ast.Selector => {
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
    return this.ACTION(() => selectorNode(this.source, segments));
  });

  private readonly step = this.RULE("step", (): ast.Step => {
    const first = this.LA(1);
    const afterArrow = this.LA(0).tokenType === t.Arrow;
    const frozen = this.OPTION(() => this.CONSUME(t.Frozen));
    const label = this.OPTION2(() => {
      const node = this.SUBRULE(this.label);
      this.CONSUME(t.Colon);
      return node;
    });
    const core = this.SUBRULE(this.core);
    const as: ast.Name[] = [];
    this.OPTION3(() => {
      this.CONSUME(t.As);
      this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.collect(as, this.name(this.CONSUME(t.Name))) });
    });
    return this.ACTION(() => ({
      kind: "step", span: this.since(first), ...(frozen && { frozen: spanOf(this.source, frozen) }),
      ...(label && { label }), core, as, afterArrow,
    }));
  });

  private readonly label = this.RULE("label", (): ast.Label =>
    this.OR<ast.Label>([
      { ALT: () => this.plainLabel("word", this.CONSUME(t.WordLabel)) },
      { ALT: () => this.plainLabel("integer", this.CONSUME(t.IntegerLabel)) },
      { ALT: () => this.plainLabel("string", this.CONSUME(t.StringLabel)) },
      { ALT: () => this.SUBRULE(this.template) },
    ]),
  );

  private readonly template = this.RULE("template", (): ast.Label => {
    const first = this.CONSUME(t.TemplateStart);
    const parts: (string | ast.Expression)[] = [this.ACTION(() => templateText(first.image))];
    parts.push(this.SUBRULE(this.expression));
    this.MANY(() => {
      const middle = this.CONSUME(t.TemplateMiddle);
      parts.push(this.ACTION(() => templateText(middle.image)), this.SUBRULE2(this.expression));
    });
    const last = this.CONSUME(t.TemplateEnd);
    parts.push(this.ACTION(() => templateText(last.image)));
    return this.ACTION(() => ({ kind: "label", span: this.since(first), form: "string", parts: parts.filter((part) => part !== "") }));
  });

  private readonly core = this.RULE("core", (): ast.Core =>
    this.OR<ast.Core>([
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
      { ALT: () => this.invalid(this.CONSUME(t.Mistake)) },
    ]),
  );

  private readonly skip = this.RULE("skip", (): ast.Skip => {
    const first = this.CONSUME(t.Skip);
    const condition = this.OPTION(() => {
      this.CONSUME(t.If);
      return this.SUBRULE(this.expression);
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
    const count = this.SUBRULE(this.expression);
    const body = this.SUBRULE(this.body);
    return this.ACTION(() => ({ kind: "repeat", span: this.since(first), count, body }));
  });

  private readonly for = this.RULE("for", (): ast.For => {
    const first = this.CONSUME(t.For);
    const names: ast.Name[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.collect(names, this.name(this.CONSUME(t.Name))) });
    this.CONSUME(t.In);
    const list = this.SUBRULE(this.expression);
    const body = this.SUBRULE(this.body);
    return this.ACTION(() => ({ kind: "for", span: this.since(first), names, list, body }));
  });

  private readonly if = this.RULE("if", (): ast.If => {
    const first = this.CONSUME(t.If);
    const condition = this.SUBRULE(this.expression);
    const then = this.SUBRULE(this.body);
    const otherwise = this.OPTION(() => {
      this.CONSUME(t.Else);
      return this.OR<ast.If | ast.Body>([{ ALT: () => this.SUBRULE(this.if) }, { ALT: () => this.SUBRULE2(this.body) }]);
    });
    return this.ACTION(() => ({
      kind: "if", span: this.since(first), condition, then, ...(otherwise && { else: otherwise }),
    }));
  });

  private readonly inputStep = this.RULE("inputStep", (): ast.Input => {
    const first = this.CONSUME(t.Input);
    const name = this.OPTION({
      GATE: () => this.LA(1).tokenType !== t.ChannelName,
      DEF: () => this.name(this.CONSUME(t.Name)),
    });
    const shape = this.SUBRULE(this.shape);
    return this.ACTION(() => ({ kind: "input", span: this.since(first), ...(name && { name }), shape }));
  });

  private readonly output = this.RULE("output", (): ast.Output => {
    const first = this.CONSUME(t.Output);
    const name = this.name(this.CONSUME(t.Name));
    return this.ACTION(() => ({ kind: "output", span: this.since(first), name }));
  });

  private readonly reuse = this.RULE("reuse", (): ast.Reuse => {
    const first = this.CONSUME(t.Reuse);
    const selector = this.SUBRULE(this.selector);
    return this.ACTION(() => ({ kind: "reuse", span: this.since(first), selector }));
  });

  private readonly shapeInFlow = this.RULE("shapeInFlow", (): ast.ShapeLiteral => {
    const channels = this.OR<ast.Expression | ast.Unknown>([
      { ALT: () => this.number(this.CONSUME(t.Integer)) },
      { ALT: () => this.unknown(this.CONSUME(t.Question)) },
      { ALT: () => this.SUBRULE(this.parenthesized) },
      { ALT: () => this.reference(this.CONSUME(t.ChannelName)) },
    ]);
    const axes = this.OPTION(() => this.SUBRULE(this.axes));
    return this.ACTION(() => this.shapeNode(channels, axes));
  });

  private readonly shape = this.RULE("shape", (): ast.ShapeLiteral => {
    const channels = this.OR<ast.Expression | ast.Unknown>([
      { ALT: () => this.number(this.CONSUME(t.Integer)) },
      { ALT: () => this.unknown(this.CONSUME(t.Question)) },
      { ALT: () => this.SUBRULE(this.parenthesized) },
      { ALT: () => this.reference(this.CONSUME(t.Name)) },
    ]);
    const axes = this.OPTION(() => this.SUBRULE(this.axes));
    return this.ACTION(() => this.shapeNode(channels, axes));
  });

  private readonly axes = this.RULE("axes", (): ast.Expression | ast.Unknown => {
    this.CONSUME(t.At);
    return this.OR<ast.Expression | ast.Unknown>([
      { ALT: () => this.unknown(this.CONSUME(t.Question)) },
      { ALT: () => this.SUBRULE(this.postfix) },
    ]);
  });

  private readonly call = this.RULE("call", (): ast.Call => {
    const callee = this.CONSUME(t.Name);
    const all: ast.Argument[] = [];
    this.OPTION(() => {
      const open = this.CONSUME(t.GluedParen);
      const value = this.SUBRULE(this.expression);
      this.CONSUME(t.RParen);
      this.ACTION(() => all.push(gluedArgument(value, this.since(open))));
    });
    this.MANY(() => this.collect(all, this.SUBRULE(this.argument)));
    const branches = this.OPTION2(() => this.SUBRULE(this.branches));
    return this.ACTION(() => ({
      kind: "call", span: this.since(callee), callee: this.name(callee), arguments: all, ...(branches && { branches }),
    }));
  });

  private readonly branches = this.RULE("branches", (): ast.Body[] => {
    const all: ast.Body[] = [];
    this.CONSUME(t.BranchBrace);
    this.AT_LEAST_ONE(() => {
      this.CONSUME(t.Pipe);
      const first = this.LA(1);
      const items = this.SUBRULE(this.flow);
      this.ACTION(() => all.push({ kind: "body", span: this.since(first), items }));
      this.OPTION(() => this.CONSUME(t.Break));
    });
    this.CONSUME(t.RBrace);
    return all;
  });

  private readonly argument = this.RULE("argument", (): ast.Argument => {
    const first = this.LA(1);
    const key = this.OPTION(() => {
      const token = this.CONSUME(t.Key);
      this.CONSUME(t.Equals);
      return this.name(token);
    });
    const value = this.OR<ast.Argument["value"]>([
      { ALT: () => this.SUBRULE2(this.body) },
      { ALT: () => this.SUBRULE(this.argumentValue) },
    ]);
    return this.ACTION(() => ({ kind: "argument", span: this.since(first), ...(key && { name: key }), value }));
  });

  private readonly argumentValue = this.RULE("argumentValue", (): ast.Expression | ast.ShapeLiteral => {
    const value = this.SUBRULE(this.operand);
    const axes = this.OPTION(() => this.SUBRULE(this.axes));
    return this.ACTION(() => {
      const expression = operationNode(this.source, [value], []);
      return axes ? this.shapeNode(expression, axes) : expression;
    });
  });

  // Expressions

  private readonly expressions = this.RULE("expressions", (): ast.Expression[] => {
    const all: ast.Expression[] = [];
    this.AT_LEAST_ONE_SEP({ SEP: t.Comma, DEF: () => this.collect(all, this.SUBRULE(this.expression)) });
    return all;
  });

  private readonly expression = this.RULE("expression", (): ast.Expression =>
    this.OR<ast.Expression>([
      { ALT: () => this.SUBRULE(this.conditional) },
      { ALT: () => this.SUBRULE(this.operation) },
    ]),
  );

  private readonly conditional = this.RULE("conditional", (): ast.Conditional => {
    const first = this.CONSUME(t.If);
    const condition = this.SUBRULE(this.operation);
    this.CONSUME(t.Then);
    const then = this.SUBRULE(this.expression);
    this.CONSUME(t.Else);
    const otherwise = this.SUBRULE2(this.expression);
    return this.ACTION(() => ({ kind: "conditional", span: this.since(first), condition, then, else: otherwise }));
  });

  private readonly operation = this.RULE("operation", (): ast.Expression => {
    const operands = [this.SUBRULE(this.operand)];
    const operators: IToken[] = [];
    this.MANY(() => {
      operators.push(this.CONSUME(t.Operator));
      operands.push(this.SUBRULE2(this.operand));
    });
    return this.ACTION(() => operationNode(this.source, operands, operators));
  });

  private readonly operand = this.RULE("operand", (): Operand => {
    const prefixes: IToken[] = [];
    this.MANY(() => {
      this.OR([{ ALT: () => prefixes.push(this.CONSUME(t.Minus)) }, { ALT: () => prefixes.push(this.CONSUME(t.Not)) }]);
    });
    return { prefixes, value: this.SUBRULE(this.postfix) };
  });

  private readonly postfix = this.RULE("postfix", (): ast.Expression => {
    const first = this.LA(1);
    let value = this.OR<ast.Expression>([
      { ALT: () => this.number(this.CONSUME(t.Integer)) },
      { ALT: () => this.number(this.CONSUME(t.Real)) },
      { ALT: () => this.size(this.CONSUME(t.Size)) },
      { ALT: () => this.string(this.CONSUME(t.StringToken)) },
      { ALT: () => this.boolean(this.CONSUME(t.True), true) },
      { ALT: () => this.boolean(this.CONSUME(t.False), false) },
      { ALT: () => this.reference(this.CONSUME(t.Name)) },
      { ALT: () => this.SUBRULE(this.parenthesized) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.invalid(this.CONSUME(t.Mistake)) },
    ]);
    this.MANY(() => {
      const object = value;
      this.OR2([
        {
          ALT: () => {
            this.CONSUME(t.Dot);
            const property = this.name(this.CONSUME(t.Word));
            value = this.ACTION(() => ({ kind: "member", span: this.since(first), object, property }));
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.GluedBracket);
            const index = this.SUBRULE(this.expression);
            this.CONSUME(t.RBracket);
            value = this.ACTION(() => ({ kind: "index", span: this.since(first), object, index }));
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.GluedParen);
            const all = this.OPTION(() => this.SUBRULE(this.expressions)) ?? [];
            this.CONSUME(t.RParen);
            value = this.ACTION(() => this.functionCall(object, all, first));
          },
        },
      ]);
    });
    return value;
  });

  private readonly parenthesized = this.RULE("parenthesized", (): ast.Parenthesized => {
    const first = this.CONSUME(t.LParen);
    const inner = this.SUBRULE(this.expression);
    this.CONSUME(t.RParen);
    return this.ACTION(() => ({ kind: "parenthesized", span: this.since(first), inner }));
  });

  private readonly list = this.RULE("list", (): ast.ListLiteral => {
    const first = this.CONSUME(t.LBracket);
    const items: ast.Expression[] = [];
    this.MANY(() => {
      this.collect(items, this.SUBRULE(this.expression));
      this.OPTION(() => this.CONSUME(t.Comma));
    });
    this.CONSUME(t.RBracket);
    return this.ACTION(() => ({ kind: "list", span: this.since(first), items }));
  });

  // Nodes of one token

  private name(token: IToken): ast.Name {
    return this.ACTION(() => nameNode(this.source, token));
  }

  private reference(token: IToken): ast.NameReference {
    return this.ACTION(() => ({ kind: "reference", span: spanOf(this.source, token), text: nameText(token.image) }));
  }

  private number(token: IToken): ast.NumberLiteral {
    return this.ACTION(() => numberNode(this.source, token));
  }

  private size(token: IToken): ast.SizeLiteral {
    return this.ACTION(() => sizeNode(this.source, token));
  }

  private string(token: IToken): ast.StringLiteral {
    return this.ACTION(() => stringNode(this.source, token));
  }

  private boolean(token: IToken, value: boolean): ast.BooleanLiteral {
    return this.ACTION(() => ({ kind: "boolean", span: spanOf(this.source, token), value }));
  }

  private unknown(token: IToken): ast.Unknown {
    return this.ACTION(() => ({ kind: "unknown", span: spanOf(this.source, token) }));
  }

  private invalid(token: IToken): ast.Invalid {
    return this.ACTION(() => invalid(spanOf(this.source, token)));
  }

  private plainLabel(form: ast.Label["form"], token: IToken): ast.Label {
    return this.ACTION(() => ({
      kind: "label",
      span: spanOf(this.source, token),
      form,
      parts: [form === "string" ? stringNode(this.source, token).value : nameText(token.image)],
    }));
  }

  // Nodes of several parts

  private functionCall(callee: ast.Expression, all: readonly ast.Expression[], first: IToken): ast.Expression {
    if (callee.kind !== "reference") return invalid(this.since(first));
    return { kind: "function-call", span: this.since(first), callee: { ...callee, kind: "name" }, arguments: all };
  }

  private shapeNode(channels: ast.Expression | ast.Unknown, axes: ast.Expression | ast.Unknown | undefined): ast.ShapeLiteral {
    return { kind: "shape", span: cover(channels.span, (axes ?? channels).span), channels, ...(axes && { axes }) };
  }

  /** From a token up to the last one read. */
  private since(first: IToken): Span {
    return spanOf(this.source, first, this.LA(0));
  }

  private collect<Node>(nodes: Node[], node: Node): void {
    nodes.push(node);
  }
}
