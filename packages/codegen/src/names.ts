/** From the paths and names of a program to identifiers of JavaScript: safe, readable, each used once. */

import { identifier, type Code } from "./code.ts";

/** Words that JavaScript and TypeScript modules keep for themselves, in any position. */
const reserved = `arguments as async await boolean break case catch class const constructor continue debugger declare default delete
do else enum eval export extends false finally for from function get globalThis if implements import in infer instanceof
interface is keyof let module namespace never new null number object of package private protected public readonly require
return set static string super switch symbol this throw true try type typeof undefined unique unknown using var void while
with yield any NaN Infinity Object Promise Record`.split(/\s+/);

export interface Names {
  /** A new identifier as near to `path` as can be: `layer1.0.conv1` → `layer1_0_conv1`; taken ones get `_2`, `_3` … */
  readonly fresh: (path: string) => Code;
  /** All names that are used by now. */
  readonly taken: () => readonly string[];
}

/** Names of one scope of emitted code; `taken` are those that it uses already. */
export function createNames(taken: readonly string[]): Names {
  const used = new Set([...reserved, ...taken]);
  return {
    fresh(path) {
      const base = safe(path);
      let name = base;
      for (let copy = 2; used.has(name); copy += 1) name = `${base}_${copy}`;
      used.add(name);
      return identifier(name);
    },
    taken: () => [...used],
  };
}

/** Letters, digits and `_` stay, in any script; all else becomes `_`. */
function safe(path: string): string {
  const name = path.normalize("NFC").replaceAll(/[^\p{ID_Continue}$]|\$/gu, "_");
  return /^[\p{ID_Start}_]/u.test(name) ? name : `_${name}`;
}
