/**
 * The grammar of a file: imports, blocks and models. What stands in their braces is in `flow.ts`, values are in
 * `expressions.ts`. The rules build the syntax tree as they go; one token of look-ahead decides everywhere.
 */

import type { IToken } from "chevrotain";
import type * as ast from "./ast.ts";
import { invalid, stringNode } from "./build-ast.ts";
import { syntax } from "./codes.ts";
import { Calls } from "./calls.ts";
import { literals } from "./expressions.ts";
import { invalidStep } from "./flow.ts";
import { reportEquals } from "./habits.ts";
import type { Mistakes } from "./mistakes.ts";
import { isDeclaration, type Parts } from "./parts.ts";
import { headerEnds, valueEnds } from "./recovery.ts";
import type { Span } from "./source.ts";
import { suggest } from "./suggest.ts";
import { describe } from "./syntax-errors.ts";
import * as t from "./tokens.ts";

export class Grammar extends Calls {
  private lastBrace: IToken | undefined;

  constructor() {
    super();
    this.performSelfAnalysis();
  }

  /**
   * Reads a whole file. What can't be read is told, and stands in the tree as `invalid` or not at all. Of a text that is read again
   * and again, `parts` are what is known of it.
   */
  read(mistakes: Mistakes, tokens: IToken[], parts?: Parts): readonly ast.Declaration[] {
    this.lastBrace = undefined;
    this.begin(mistakes, tokens, parts);
    return this.file();
  }

  private readonly file = this.RULE("file", (): ast.Declaration[] => {
    const declarations: ast.Declaration[] = [];
    const take = (declaration: ast.Declaration | undefined): void => {
      if (declaration) declarations.push(declaration);
    };
    this.MANY(() => {
      const known = this.declaredBefore();
      if (known) return declarations.push(known);
      return this.OR([
        { ALT: () => take(this.readPart(() => this.attempt(() => this.SUBRULE(this.importDeclaration), lineEnds, () => undefined))) },
        { ALT: () => take(this.readPart(() => this.attempt(() => this.SUBRULE(this.block), declarationStarts, () => undefined))) },
        { ALT: () => take(this.readPart(() => this.attempt(() => this.SUBRULE(this.model), declarationStarts, () => undefined))) },
        { ALT: () => this.CONSUME(t.Break) },
        { ALT: () => this.outside(this.CONSUME(t.Anything)) },
      ]);
    });
    return declarations;
  });

  private declaredBefore(): ast.Declaration | undefined {
    const known = this.readBefore(isDeclaration);
    if (known && known.kind !== "import" && known.body) this.lastBrace = this.LA(0);
    return known;
  }

  // Imports

  private readonly importDeclaration = this.RULE("importDeclaration", (): ast.Import => {
    const first = this.CONSUME(t.Import);
    const names: ast.ImportedName[] = [];
    this.CONSUME(t.LBrace);
    this.MANY(() => {
      names.push(this.SUBRULE(this.imported));
      this.SUBRULE(this.comma);
    });
    this.CONSUME(t.RBrace);
    const from = this.attempt(
      () => {
        this.CONSUME(t.From);
        const path = this.CONSUME(t.StringToken);
        return this.ACTION(() => stringNode(this.mistakes, path));
      },
      lineEnds,
      invalid,
    );
    return this.ACTION(() => ({ kind: "import", span: this.since(first), names, from }));
  });

  private readonly imported = this.RULE("imported", (): ast.ImportedName => {
    const first = this.CONSUME(t.Name);
    const alias = this.OPTION(() => {
      this.CONSUME(t.As);
      return this.SUBRULE(this.newName);
    });
    return this.ACTION(() => ({ kind: "imported", span: this.since(first), name: this.name(first), ...(alias && { alias }) }));
  });

  // Blocks and models

  private readonly block = this.RULE("block", (): ast.BlockDeclaration => {
    const first = this.CONSUME(t.Block);
    const name = this.SUBRULE(this.newName);
    const parameters = this.OPTION(() => this.SUBRULE(this.parameters)) ?? [];
    const body = this.SUBRULE(this.declaredBody);
    return this.ACTION(() => ({ kind: "block", span: this.since(first), name, parameters, body }));
  });

  private readonly model = this.RULE("model", (): ast.ModelDeclaration => {
    const first = this.CONSUME(t.Model);
    const name = this.SUBRULE(this.newName);
    const parameters = this.OPTION(() => this.SUBRULE(this.parameters)) ?? [];
    this.ACTION(() => !afterModelName.has(this.LA(1).tokenType) && !t.isEnd(this.LA(1)) && this.endOfHeader());
    const base = this.OPTION2({
      GATE: () => this.LA(1).tokenType === t.Equals || this.LA(2).tokenType === t.Equals,
      DEF: () => this.SUBRULE(this.base),
    });
    const body = this.OPTION3({
      GATE: () => !base || this.LA(1).tokenType === t.LBrace || this.LA(2).tokenType === t.LBrace,
      DEF: () => this.SUBRULE(this.declaredBody),
    });
    // Only a derived model may end here; before anything but the end of the file that is told as text outside.
    this.ACTION(() => !base && !body && t.isEnd(this.LA(1)) && this.tellUnexpected("`{`", this.LA(1)));
    return this.ACTION(() => ({
      kind: "model", span: this.since(first), name, parameters, ...(base && { base }), ...(body && { body }),
    }));
  });

  /** The body of a block or model; its brace may stand in the next line. */
  private readonly declaredBody = this.RULE("declaredBody", (): ast.Body => {
    this.ACTION(() => this.endOfHeader());
    const body = this.attempt<ast.Body, ast.Body>(
      () => {
        this.OPTION({ GATE: () => this.LA(2).tokenType === t.LBrace, DEF: () => this.CONSUME(t.Break) });
        return this.SUBRULE(this.body);
      },
      declarationStarts,
      (span) => ({ kind: "body", span, items: [invalidStep(span)] }),
    );
    this.ACTION(() => (this.lastBrace = this.LA(0)));
    return body;
  });

  private readonly parameters = this.RULE("parameters", (): ast.Parameter[] => {
    const all: ast.Parameter[] = [];
    this.CONSUME(t.LParen);
    this.MANY({
      GATE: () => this.LA(1).tokenType !== t.RParen,
      DEF: () => {
        this.OR([
          { ALT: () => all.push(this.SUBRULE(this.parameter)) },
          { ALT: () => all.push(this.SUBRULE(this.typedParameter)) },
          { ALT: () => this.unreadable(this.CONSUME(t.Anything), "a parameter's name", valueEnds) },
        ]);
        this.SUBRULE(this.comma);
      },
    });
    this.CONSUME(t.RParen);
    return all;
  });

  private readonly parameter = this.RULE("parameter", (): ast.Parameter => {
    const name = this.SUBRULE(this.newName);
    const value = this.OPTION(() => {
      this.CONSUME(t.Equals);
      return this.SUBRULE(this.value);
    });
    const loose = this.OPTION2({
      GATE: () => literals.has(this.LA(1).tokenType),
      DEF: () => {
        const node = this.SUBRULE2(this.value);
        this.ACTION(() => this.tellEquals(name.span, node.span));
        return node;
      },
    });
    const standard = value ?? loose;
    return this.ACTION(() => ({ kind: "parameter", span: this.from(name.span), name, ...(standard && { default: standard }) }));
  });

  /** `classes: int`, `classes: int = 10`, `classes: 10`: as other languages write it. */
  private readonly typedParameter = this.RULE("typedParameter", (): ast.Parameter => {
    const name = this.name(this.CONSUME(t.WordLabel));
    this.CONSUME(t.Colon);
    this.OPTION({ GATE: () => afterTypes.has(this.LA(2).tokenType), DEF: () => this.CONSUME(t.Name) });
    this.OPTION2(() => this.CONSUME(t.Equals));
    const end = this.ACTION(() => t.endOf(this.LA(0)));
    const value = this.OPTION3(() => this.SUBRULE(this.value));
    return this.ACTION(() => {
      reportEquals(this.mistakes, name.span, name.span.end.offset, value?.span.start.offset ?? end, value?.span);
      return { kind: "parameter", span: this.from(name.span), name, ...(value && { default: value }) };
    });
  });

  private readonly base = this.RULE("base", (): ast.BaseModel => {
    this.OPTION(() => this.CONSUME(t.Break));
    this.CONSUME(t.Equals);
    const first = this.CONSUME(t.Name);
    const given = this.OPTION2(() => this.SUBRULE(this.given)) ?? [];
    return this.ACTION(() => ({ kind: "base", span: this.since(first), name: this.name(first), given }));
  });

  private readonly given = this.RULE("given", (): ast.Argument[] => {
    const all: ast.Argument[] = [];
    this.CONSUME(t.LParen);
    this.MANY(() => {
      all.push(this.SUBRULE(this.givenValue));
      this.SUBRULE(this.comma);
    });
    this.ACTION(() => this.endOfPart("an argument or `)`"));
    this.CONSUME(t.RParen);
    return all;
  });

  // Mistakes

  /** Whatever stands between name and body of a declaration in error is told and skipped, so that the body is read. */
  private endOfHeader(): void {
    const next = this.LA(1);
    if (next.tokenType === t.LBrace || (next.tokenType === t.Break && this.LA(2).tokenType === t.LBrace)) return;
    this.tellUnexpected(next.tokenType.CATEGORIES?.includes(t.Name) ? "`{`, or parameters in parentheses" : "`{`", next);
    this.skipTo(headerEnds);
  }

  /** Text between declarations is one mistake, up to the next of them. */
  private outside(token: IToken): void {
    this.ACTION(() => {
      if (!this.isTold(token)) {
        const brace = this.lastBrace;
        const related = brace && { message: "the declaration before ends here", start: brace.startOffset, end: t.endOf(brace) };
        const [start, end] = [token.startOffset, t.endOf(token)];
        const isBrace = token.tokenType === t.RBrace;
        const nearest = isBrace ? "" : suggest(token.image, ["model", "block", "import"]);
        const finding = isBrace ? syntax.closesNothing({ text: "}" }) : syntax.outside({ found: describe(token), ...(nearest && { nearest }) });
        const title = isBrace ? "remove it" : `write ${nearest}`;
        const fixes = nearest === undefined ? [] : [{ title, changes: [{ start, end, text: nearest }] }];
        this.tell(finding, start, end, { related: related ? [related] : [], fixes });
      }
      this.skipTo(declarationStarts);
    });
  }

  private from(first: Span): Span {
    return this.source.span(first.start.offset, t.endOf(this.LA(0)));
  }
}

const afterModelName = new Set([t.LBrace, t.Equals, t.Break, t.Model, t.Block, t.Import]);
/** What can follow a type in a list of parameters. */
const afterTypes = new Set([t.Equals, t.Comma, t.RParen]);
const declarationStarts = new Set([t.Model, t.Block, t.Import]);
const lineEnds = new Set([...declarationStarts, t.Break]);

