/** Lexical scopes of the names' pass: who is visible where, and who was never used. */

import type { Edit, Span } from "@cnn-lang/parser";

export interface Binding {
  readonly kind: "parameter" | "let" | "loop" | "point" | "input" | "label";
  readonly span: Span;
  /** How to take it out where nobody uses it. */
  readonly removal?: Edit;
  /** How to name what flows out of the layer that it labels. */
  readonly naming?: Edit;
  used: boolean;
}

export interface Scope {
  readonly parent?: Scope;
  readonly values: Map<string, Binding>;
  readonly points: Map<string, Binding>;
  readonly labels: Map<string, Binding>;
  /** Points that this body names anywhere, for "named below". */
  readonly later: ReadonlyMap<string, Span>;
}

export const openScope = (parent: Scope | undefined, later: ReadonlyMap<string, Span>): Scope => ({
  ...(parent && { parent }),
  values: new Map(),
  points: new Map(),
  labels: new Map(),
  later,
});

export function find(scope: Scope, table: "values" | "points" | "labels", name: string): Binding | undefined {
  for (let each: Scope | undefined = scope; each; each = each.parent) {
    const binding = each[table].get(name);
    if (binding) return binding;
  }
  return undefined;
}

export function findLater(scope: Scope, name: string): Span | undefined {
  for (let each: Scope | undefined = scope; each; each = each.parent) {
    const span = each.later.get(name);
    if (span) return span;
  }
  return undefined;
}

export function namesIn(scope: Scope, table: "values" | "points" | "labels"): readonly string[] {
  const names: string[] = [];
  for (let each: Scope | undefined = scope; each; each = each.parent) names.push(...each[table].keys());
  return names;
}
