/** `cnn fmt FILE…`: the canonical layout. */

import type { Diagnostic } from "@cnn-lang/parser";
import { check } from "@cnn-lang/shape-checker";
import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { told } from "../model.ts";
import { openProjects, type Projects, tidyPath } from "../projects.ts";
import { writeText } from "../write.ts";

interface Flags {
  readonly check?: boolean;
}

export const fmtCommand = buildCommand<Flags, readonly string[], Context>({
  docs: {
    brief: "Bring .cnn files into the canonical layout",
    fullDescription: "Rewrites each file that is not in the one layout, and prints its name. A - reads standard input and writes to standard output.",
  },
  parameters: {
    flags: {
      check: { kind: "boolean", optional: true, withNegated: false, brief: "Write nothing, and fail where a file would change" },
    },
    positional: { kind: "array", minimum: 1, parameter: { parse: String, placeholder: "FILE", brief: "A .cnn file, or - for standard input" } },
  },
  async func(flags, ...files) {
    const { format } = await import("#cli/formatting");
    const { stdout } = this.process;
    const projects = openProjects();
    let input: string | undefined;
    const problems: Diagnostic[] = [];
    let wouldChange = false;
    for (const given of files) {
      const isInput = given === "-";
      const file = isInput ? inputName : tidyPath(given);
      const before = isInput ? (input ??= await (await import("node:stream/consumers")).text(process.stdin)) : readFile(projects, file);
      if (typeof before !== "string") {
        problems.push(...before);
        continue;
      }
      const { text, diagnostics } = await format(before);
      problems.push(...diagnostics.map((diagnostic) => at(file, diagnostic)));
      if (diagnostics.length > 0) continue;
      if (text !== before) wouldChange = true;
      if (isInput) stdout.write(flags.check ? "" : text);
      else if (text !== before) {
        if (!flags.check) writeText(given, text);
        stdout.write(`${given}\n`);
      }
    }
    told(this, (file) => (file === inputName ? input : projects.textOf(file)), problems);
    if (flags.check && wouldChange) this.process.exitCode = 1;
  },
});

const inputName = "standard input";

/** A file's text, or why it cannot be read. */
function readFile(projects: Projects, file: string): string | readonly Diagnostic[] {
  return projects.textOf(file) ?? check(projects.of(file), file).diagnostics;
}

/** The formatter does not know what the text is called. */
function at(file: string, diagnostic: Diagnostic): Diagnostic {
  const { span, related, fixes } = diagnostic;
  return {
    ...diagnostic,
    span: { ...span, file },
    related: related.map((other) => ({ ...other, span: { ...other.span, file } })),
    fixes: fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => ({ ...edit, span: { ...edit.span, file } })) })),
  };
}
