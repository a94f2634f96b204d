/** The edit that leaves an argument out. */

import type { Argument, Edit } from "@cnn-lang/parser";

/** Takes an argument out with what separates it from the one before it, or from the next: blanks in a call, a comma in parentheses. */
export function withoutArgument(all: readonly Argument[], argument: Argument): Edit {
  const index = all.indexOf(argument);
  const [before, after] = [all[index - 1], all[index + 1]];
  const { span } = argument;
  if (before) return { span: { ...span, start: before.span.end }, text: "" };
  return { span: after ? { ...span, end: after.span.start } : span, text: "" };
}
