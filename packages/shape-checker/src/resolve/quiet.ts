/**
 * Declarations of which the names' pass had nothing to say. As long as all names in one mean what they did, there is nothing to
 * be said again, and what it heard on the way is known.
 */

import type { Declaration, Import } from "@cnn-lang/parser";
import type { Link, NameContext, OperatorCall } from "./context.ts";
import { type Declared, type FileScope, namesOf } from "./program.ts";

type Definition = Exclude<Declaration, Import>;

export interface Quiet {
  readonly names: string;
  /** The top-level names that it uses, and what they mean. */
  readonly used: ReadonlyMap<string, Declared | undefined>;
  readonly links: readonly Parameters<Link>[];
  readonly calls: readonly OperatorCall[];
}

const known = new WeakMap<Definition, Quiet>();

/** What was heard of a declaration, if it is right still. */
export function quietOf(declaration: Definition, file: FileScope): Quiet | undefined {
  const quiet = known.get(declaration);
  if (!quiet || quiet.names !== namesOf(file)) return undefined;
  for (const [name, before] of quiet.used) if (!isSame(before, file.names.get(name))) return undefined;
  return quiet;
}

const isSame = (before: Declared | undefined, now: Declared | undefined): boolean =>
  before?.span === now?.span && (before && before.kind !== "failed" ? before.declaration : undefined) === (now && now.kind !== "failed" ? now.declaration : undefined);

/** Checks a declaration in its context, and keeps what was heard of it where nothing was said. */
export function checkQuietly(declaration: Definition, context: NameContext, check: (context: NameContext) => void): void {
  const { file } = context;
  const used = new Map<string, Declared | undefined>();
  const links: Parameters<Link>[] = [];
  const calls: OperatorCall[] = [];
  let isQuiet = context.reportUnused;
  check({
    ...context,
    report: (diagnostic) => ((isQuiet = false), context.report(diagnostic)),
    useDeclaration(name) {
      used.set(name, file.names.get(name));
      context.useDeclaration(name);
    },
    link(use, definition) {
      links.push([use, definition]);
      context.link(use, definition);
    },
    calls,
  });
  context.calls.push(...calls);
  // Of what cannot be read as a whole not all is said.
  const isReadable = [...used.values()].every((declared) => declared === undefined || declared.kind === "failed" || declared.scope.isReadable);
  if (isQuiet && isReadable) known.set(declaration, { names: namesOf(file), used, links, calls });
}
