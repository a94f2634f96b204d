/** Diagnostics as annotations of a GitHub Actions log (workflow commands). */

import type { Diagnostic, Severity } from "@cnn-lang/parser";

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" };

/** `::error file=lenet.cnn,line=7,…::a 7x7 kernel does not fit 16@4x4`, a line each. */
export function githubAnnotations(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => `${annotation(diagnostic)}\n`).join("");
}

function annotation({ severity, code, message, help, span: { file, start, end } }: Diagnostic): string {
  const properties = { file, line: start.line, col: start.column, endLine: end.line, endColumn: end.column, title: code };
  const given = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${commands[severity]} ${given.join(",")}::${escapeData(help ? `${message}\n${help}` : message)}`;
}

// The escapes that the runner undoes (actions/toolkit, packages/core/src/command.ts).
const escapeData = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string): string => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
