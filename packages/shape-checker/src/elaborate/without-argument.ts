/** The edit that leaves an argument out. */

import type { Argument, Edit } from "@cnn-lang/parser";

/** Takes an argument out with what separates it from the one before it, or from the next: blanks in a call, a comma in parentheses. */
export function withoutArgument(all: readonly Argument[], argument: Argument): Edit {
  const index = all.indexOf(argument);
  const [before, after] = [all[index - 1], all[index + 1]];
  const { span } = argument;
  // Two may stand side by side, as `at=[0, 8]bias=false`: those around the one that goes must not become one word.
  if (before) return { span: { ...span, start: before.span.end }, text: after?.span.start.offset === span.end.offset ? " " : "" };
  return { span: after ? { ...span, end: after.span.start } : span, text: "" };
}
