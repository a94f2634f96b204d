/** What a diagnostic means, taught with a wrong program and its mended twin. */

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
  const wanted = `CNN${code.trim().toUpperCase().replace(/^CNN/, "")}`;
  const markdown = Object.hasOwn(pages, wanted) ? pages[wanted] : undefined;
  const [, title = "", severity = ""] = /^# CNN\d+: (.*)\n+\*(\w+)\*/.exec(markdown ?? "") ?? [];
  return markdown === undefined ? undefined : { code: wanted, severity, title, markdown };
}
