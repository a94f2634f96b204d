/**
 * The names' pass: on the text alone, before anything is expanded. Every name in every declaration, called or not and
 * in both arms of an `if`, must mean something; what nobody uses is pointed out.
 */

import { locate, suggest, type Body, type Declaration, type Diagnostic, type Import, type Parameter } from "@cnn-lang/parser";
import { nameProblems } from "../codes/program.ts";
import { argumentScope, declareValue, linkArguments } from "./bindings.ts";
import { checkBody } from "./body-names.ts";
import type { Link, NameContext, OperatorCall } from "./context.ts";
import { checkExpression } from "./expression-names.ts";
import type { FileScope } from "./program.ts";
import { checkQuietly, quietOf } from "./quiet.ts";
import { openScope, type Scope } from "./scopes.ts";
import { isSettled } from "./settled.ts";
import { closeScope, reportUnusedDeclarations } from "./unused.ts";

/**
 * Checks all declarations of a file; reports unused names only where `unused` is set (the file that was asked for). Gives the calls of
 * operators, for their arguments.
 */
export function checkNames(
  file: FileScope,
  unused: boolean,
  report: (diagnostic: Diagnostic) => void,
  link?: Link,
): readonly OperatorCall[] {
  const calls: OperatorCall[] = [];
  const used = new Set<string>();
  const useDeclaration = (name: string): unknown => used.add(name);
  for (const declaration of file.ast.declarations) {
    if (declaration.kind === "import") {
      if (link) linkImports(declaration, file, link);
      continue;
    }
    const known = link && quietOf(declaration, file);
    if (known) {
      for (const name of known.used.keys()) used.add(name);
      for (const [use, definition] of known.links) link(use, definition);
      for (const call of known.calls) if (!isSettled(call.call)) calls.push({ ...call, file });
      continue;
    }
    const context: NameContext = {
      file, report, useDeclaration, reportUnused: unused && file.isReadable, link: link ?? (() => undefined), closed: new Map(), awaited: new Set(), calls,
    };
    if (link) checkQuietly(declaration, context, (listening) => checkDeclaration(declaration, listening));
    else checkDeclaration(declaration, context);
  }
  if (unused && file.isReadable) reportUnusedDeclarations(file, used, report);
  return file.isReadable ? calls : [];
}

function checkDeclaration(declaration: Exclude<Declaration, Import>, context: NameContext): void {
  context.link(declaration.name.span, declaration.name.span);
  const scope = openScope(undefined, new Map());
  declareParameters(declaration.parameters, scope, context);
  if (declaration.kind === "model" && declaration.base) checkBase(declaration.base, scope, context);
  if (declaration.body) {
    if (declaration.kind === "model" && declaration.base) checkDerivedBody(declaration.body, scope, context);
    else checkBody(declaration.body, scope, context, declaration.kind);
  }
  closeScope(scope, context);
}

/** An imported name means the declaration in the other file; its local name means the import. */
function linkImports({ names }: Import, file: FileScope, link: Link): void {
  for (const { name, alias } of names) {
    const local = file.names.get((alias ?? name).text);
    if (local && local.kind !== "failed") link(name.span, local.declaration.name.span);
    if (alias) link(alias.span, alias.span);
  }
}

function declareParameters(parameters: readonly Parameter[], scope: Scope, context: NameContext): void {
  for (const { name, default: standard } of parameters) {
    if (standard?.kind === "body") checkBody(standard, argumentScope(scope), context, "argument");
    else if (standard) checkExpression(standard, scope, context, { here: true });
    declareValue("parameter", name, scope, context);
  }
}

function checkBase(base: NonNullable<Extract<FileScope["models"][number], { kind: "model" }>["base"]>, scope: Scope, context: NameContext): void {
  const { text: name, span } = base.name;
  const declared = context.file.names.get(name);
  context.useDeclaration(name);
  if (declared) context.link(span, declared.span);
  if (declared?.kind === "model") linkArguments(base.given, declared.declaration.parameters, context);
  if (declared === undefined || declared.kind === "block") {
    const models = [...context.file.names].flatMap(([each, { kind }]) => (kind === "model" ? [each] : []));
    const suggestion = suggest(name, models);
    const fixes = suggestion ? [{ title: `write ${suggestion}`, edits: [{ span, text: suggestion }] }] : [];
    const related = declared ? [{ message: `${name} is declared here`, span: declared.span }] : [];
    const finding = nameProblems.baseNotModel({ name, block: declared?.kind === "block", ...(suggestion && { suggestion }) });
    context.report(locate(finding, span, { related, fixes }));
  }
  for (const { value } of base.given) {
    if (value.kind === "body") checkBody(value, argumentScope(scope), context, "argument");
    else if (value.kind !== "shape") checkExpression(value, scope, context, { here: false });
  }
}

function checkDerivedBody(body: Body, scope: Scope, context: NameContext): void {
  for (const item of body.items) {
    if (item.kind === "assert") for (const condition of item.conditions) checkExpression(condition, scope, context, { here: false, metrics: true });
    else if (item.kind === "step" || item.kind === "let") context.report(locate(nameProblems.derivedBody({}), item.span));
  }
}
