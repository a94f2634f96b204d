/**
 * The names of layers. A named scope (a model, a block's use) calls an unlabelled layer `NAME_n`; a numbered scope
 * (a labelled group, a named projection) calls it by its place, as PyTorch's `Sequential` does.
 */

export interface PathScope {
  readonly prefix: string;
  readonly numbered: boolean;
  /** How often each name was given out; joins count apart, since they take no place. */
  readonly counters: Map<string, number>;
  /** The next place of a numbered scope. */
  place: number;
}

export const pathScope = (prefix: string, numbered: boolean): PathScope => ({ prefix, numbered, counters: new Map(), place: 0 });

const append = (scope: PathScope, name: string): string => (scope.prefix === "" ? name : `${scope.prefix}.${name}`);

function count(scope: PathScope, name: string): number {
  const n = (scope.counters.get(name) ?? 0) + 1;
  scope.counters.set(name, n);
  return n;
}

/** The path of a layer or block that takes a place: by its label, else by its place or `NAME_n`. */
export function placePath(scope: PathScope, name: string, label: string | undefined): string {
  if (!scope.numbered) return append(scope, label ?? `${name}_${count(scope, name)}`);
  // An integer label sets the place, and counting goes on from there, like a C enum.
  if (label !== undefined && /^\d+$/.test(label)) scope.place = Number(label);
  const place = scope.place++;
  return append(scope, label ?? `${place}`);
}

/** The path of what takes no place: joins. */
export const joinPath = (scope: PathScope, name: string): string => append(scope, `${name}_${count(scope, name)}`);
