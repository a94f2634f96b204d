/** Names that nobody uses, and how to take them out. */

import { locate, type Body, type Edit, type Fix, type Import, type Item, type Span, type Step } from "@cnn-lang/parser";
import { nameProblems } from "../codes/program.ts";
import type { NameContext } from "./context.ts";
import type { FileScope } from "./program.ts";
import type { Binding, Scope } from "./scopes.ts";

const words: Readonly<Record<Binding["kind"], string>> = {
  parameter: "the parameter",
  let: "the value",
  loop: "the loop name",
  point: "the name",
  input: "the input",
  label: "the label",
};

/** Ends a scope: what it defines is known no more, and what was never used is reported. */
export function closeScope(scope: Scope, { report, reportUnused, closed }: NameContext): void {
  for (const [name, { kind, span, used, removal }] of [...scope.values, ...scope.points]) {
    closed.set(name, span);
    if (used || !reportUnused || name.startsWith("_")) continue;
    const fixes = removal ? [{ title: "leave it out", edits: [removal] }] : kind === "loop" ? [{ title: `write _${name}`, edits: [{ span, text: `_${name}` }] }] : [];
    report(locate(nameProblems.unusedName({ what: words[kind], name }), span, { fixes }));
  }
}

/** Blocks and imports of a file that it never uses. A file of blocks only is a library. */
export function reportUnusedDeclarations({ ast, models, names, text, wanted }: FileScope, used: ReadonlySet<string>, report: NameContext["report"]): void {
  for (const declaration of ast.declarations) {
    if (declaration.kind === "import") {
      for (const [index, { name, alias }] of declaration.names.entries()) {
        const local = (alias ?? name).text;
        const declared = names.get(local);
        if (used.has(local) || declared?.kind === "failed" || declared?.span !== (alias ?? name).span) continue;
        report(locate(nameProblems.unusedName({ what: "the import", name: local }), (alias ?? name).span, { fixes: [withoutImport(declaration, index, text)] }));
      }
    } else if (declaration.kind === "block" && models.length > 0) {
      const { text: name, span } = declaration.name;
      const isMeant = names.get(name)?.span === span;
      const fixes = [{ title: "leave it out", edits: [wholeLine(declaration.span, text)] }];
      if (isMeant && !used.has(name) && !wanted.has(name)) report(locate(nameProblems.unusedName({ what: "the block", name }), span, { fixes }));
    }
  }
}

function withoutImport({ names, span }: Import, index: number, text: string): Fix {
  const [imported, next, previous] = [names[index], names[index + 1], names[index - 1]];
  const rest = next && imported ? { ...imported.span, end: next.span.start } : imported && previous && { ...imported.span, start: previous.span.end };
  return { title: "leave it out", edits: [rest ? { span: rest, text: "" } : wholeLine(span, text)] };
}

/** Takes out ` as name` where it is the only name of its step. */
export function removalOfPoint(step: Step): Edit | undefined {
  const [name, another] = step.as;
  return name && !another ? { span: { ...name.span, start: step.core.span.end }, text: "" } : undefined;
}

/** Takes out a `let` that has its lines to itself. */
export function removalOfLine(item: Item | Body, text: string): Edit | undefined {
  const edit = wholeLine(item.span, text);
  return edit.span === item.span ? undefined : edit;
}

/** The edit that removes a place with its lines, or with the arrow that leads on from it, where nothing else stands there. */
function wholeLine(span: Span, text: string): Edit {
  const lineStart = span.start.offset - (span.start.column - 1);
  restOfLine.lastIndex = span.end.offset;
  const after = restOfLine.exec(text)?.[0];
  leadsOn.lastIndex = span.end.offset;
  const isLedOn = leadsOn.test(text) && after?.includes("->") === false;
  if (after === undefined || isLedOn || text.slice(lineStart, span.start.offset).trim() !== "") return { span, text: "" };
  const start = after.includes("->") ? span.start.offset : lineStart;
  // Lines and columns are set by edit-places.ts.
  return { span: { ...span, start: { ...span.start, offset: start }, end: { ...span.end, offset: span.end.offset + after.length } }, text: "" };
}

/** An arrow behind comments: to leave the arrow out would move them. */
const leadsOn = /(?:\s|\/\/[^\r\n]*|\/\*[^]*?\*\/)*->/y;
const restOfLine = /\s*->[^\S\r\n]*|[^\S\r\n]*(?:\r\n|\r|\n|$)/y;
