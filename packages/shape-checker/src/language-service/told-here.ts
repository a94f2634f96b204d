/** Mistakes of other files, told in the file in front: at the use that shows them, else at the import that leads to them. */

import type { Diagnostic, Span } from "@cnn-lang/parser";
import { resolvePath } from "../project.ts";
import type { FileScope, Program } from "../resolve/program.ts";

/**
 * What is told in a file of all that its check found. Warnings of other files are theirs alone, and of mistakes that nothing
 * here shows, the first of each file is enough. `leadTo` is the place that leads to another file.
 */
export function toldHere(file: string, found: readonly Diagnostic[], leadTo: (other: string) => Span | undefined): readonly Diagnostic[] {
  const led = new Set<string>();
  return found.flatMap((diagnostic) => {
    const { span, severity, related } = diagnostic;
    if (span.file === file) return [diagnostic];
    if (severity !== "error") return [];
    const use = related.findLast((each) => each.span.file === file);
    if (!use && led.has(span.file)) return [];
    const place = use?.span ?? leadTo(span.file);
    if (!place) return [];
    if (!use) led.add(span.file);
    const others = related.filter((each) => each !== use);
    return [{ ...diagnostic, message: `in ${nameOf(span.file)}: ${diagnostic.message}`, span: place, related: [{ span, message: "the mistake is here" }, ...others] }];
  });
}

const nameOf = (file: string): string => file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);

/** The path, in quotes, of the import by which a program reaches another file. */
export function importThatLeadsTo({ entry, files }: Program, other: string): Span | undefined {
  const seen = new Set<string>();
  const reaches = (file: string): boolean => {
    if (file === other) return true;
    if (seen.has(file)) return false;
    seen.add(file);
    const scope = files.get(file);
    return scope !== undefined && importsOf(scope).some((next) => reaches(next.file));
  };
  return entry && importsOf(entry).find(({ file }) => reaches(file))?.span;
}

/** The files that a file imports, as far as its imports are right, and where it names them. */
export const importsOf = ({ file, ast }: FileScope): readonly { readonly file: string; readonly span: Span }[] =>
  ast.declarations.flatMap((declaration) =>
    declaration.kind === "import" && declaration.from.kind !== "invalid" && /^\.\.?\/.*\.cnn$/.test(declaration.from.value)
      ? [{ file: resolvePath(file, declaration.from.value), span: declaration.from.span }]
      : [],
  );
