/** What a diagnostic means, taught with a wrong program and its mended twin. */

import { suggest } from "@cnn-lang/parser";
import { families, type Family } from "./codes/families.ts";
import { pages } from "./explanations.generated.ts";

export interface Explanation {
  readonly code: string;
  readonly severity: string;
  readonly title: string;
  /** The whole page in Markdown, title included: `docs/diagnostics/CNNxxxx.md`. */
  readonly markdown: string;
}

/** The explanation of a code such as `CNN4001` (or `cnn4001`, `4001`); undefined where there is no such code. */
export function explain(code: string): Explanation | undefined {
  const wanted = spelled(code);
  const all = pages();
  const markdown = Object.hasOwn(all, wanted) ? all[wanted] : undefined;
  return markdown === undefined ? undefined : read(wanted, markdown);
}

/** Every explanation, in the order of the codes, by families; a family without any is left out. */
export function explanations(): readonly (Family & { readonly explanations: readonly Explanation[] })[] {
  const all = Object.entries(pages()).map(([code, markdown]) => read(code, markdown));
  return families
    .map((family) => ({ ...family, explanations: all.filter(({ code }) => code.startsWith(family.prefix)) }))
    .filter((family) => family.explanations.length > 0);
}

/** The code that was meant by one that does not exist; undefined where none is near. */
export const nearestCode = (code: string): string | undefined => suggest(spelled(code), Object.keys(pages()));

const spelled = (code: string): string => `CNN${code.trim().toUpperCase().replace(/^CNN/, "")}`;

function read(code: string, markdown: string): Explanation {
  const [, title = "", severity = ""] = /^# CNN\d+: (.*)\n+\*(\w+)\*/.exec(markdown) ?? [];
  return { code, severity, title, markdown };
}
