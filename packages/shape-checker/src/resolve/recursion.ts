/** Blocks that contain themselves and models derived from themselves: found on the text, before anything is expanded. */

import { locate, type BlockDeclaration, type Call, type Diagnostic, type ModelDeclaration } from "@cnn-lang/parser";
import { nameProblems } from "../codes/program.ts";
import { callsIn } from "./calls.ts";
import type { Declared, FileScope, Program } from "./program.ts";

export interface Recursion {
  readonly blocks: ReadonlySet<BlockDeclaration>;
  readonly models: ReadonlySet<ModelDeclaration>;
  readonly diagnostics: readonly Diagnostic[];
}

/** A block, and the call in it that leads on. */
interface Link {
  readonly declaration: BlockDeclaration;
  readonly call: Call;
}

export function findRecursion(program: Program): Recursion {
  const blocks = new Set<BlockDeclaration>();
  const models = new Set<ModelDeclaration>();
  const diagnostics: Diagnostic[] = [];
  const done = new Set<BlockDeclaration>();

  function visit(declaration: BlockDeclaration, scope: FileScope, chain: readonly Link[]): void {
    if (done.has(declaration)) return;
    const parameters = new Set(declaration.parameters.map(({ name }) => name.text));
    for (const call of callsIn(declaration.body)) {
      const callee = parameters.has(call.callee.text) ? undefined : scope.names.get(call.callee.text);
      if (callee?.kind !== "block") continue;
      const path = [...chain, { declaration, call }];
      const start = path.findIndex((link) => link.declaration === callee.declaration);
      if (start < 0) visit(callee.declaration, callee.scope, path);
      else if (!blocks.has(callee.declaration)) {
        const circle = path.slice(start);
        for (const link of circle) blocks.add(link.declaration);
        const names = [...circle.map((link) => link.declaration), callee.declaration].map(({ name }) => name.text);
        const related = circle.slice(0, -1).map((link, i) => ({ message: `${names[i]} uses ${names[i + 1]} here`, span: link.call.span }));
        diagnostics.push(locate(nameProblems.recursion({ chain: names }), call.span, { related }));
      }
    }
    done.add(declaration);
  }

  for (const scope of program.files.values()) {
    for (const declaration of scope.ast.declarations) {
      if (declaration.kind === "block") visit(declaration, scope, []);
      if (declaration.kind === "model") followBases(declaration, scope);
    }
  }

  function followBases(first: ModelDeclaration, firstScope: FileScope): void {
    const chain: ModelDeclaration[] = [];
    let model: ModelDeclaration | undefined = first;
    let scope = firstScope;
    while (model && !models.has(model)) {
      const start = chain.indexOf(model);
      if (start >= 0) {
        const circle = chain.slice(start);
        circle.forEach((each) => models.add(each));
        const [head] = circle;
        const names = [...circle, model].map(({ name }) => name.text);
        diagnostics.push(locate(nameProblems.derivedCycle({ chain: names }), (head?.base ?? model).span));
        return;
      }
      chain.push(model);
      const base: Declared | undefined = model.base && scope.names.get(model.base.name.text);
      if (base?.kind !== "model") return;
      ({ declaration: model, scope } = base);
    }
  }
  return { blocks, models, diagnostics };
}

