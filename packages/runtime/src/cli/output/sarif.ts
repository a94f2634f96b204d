/** Diagnostics as SARIF 2.1.0 (OASIS), which code hosts and editors read. */

import type { Diagnostic, Fix, Severity, Span } from "@cnn-lang/parser";
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };

export function sarifDocument(diagnostics: readonly Diagnostic[], version: string): string {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const run = {
    tool: { driver: { name: "cnn", semanticVersion: version, rules: codes.map((id) => ({ id })) } },
    columnKind: "utf16CodeUnits",
    results: diagnostics.map((diagnostic) => resultOf(diagnostic, codes.indexOf(diagnostic.code))),
  };
  const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  return `${JSON.stringify({ $schema: schema, version: "2.1.0", runs: [run] }, undefined, 2)}\n`;
}

function resultOf({ code, severity, message, help, span, related, fixes }: Diagnostic, ruleIndex: number) {
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: help ? `${message}\n${help}` : message },
    locations: [locationOf(span)],
    ...(related.length > 0 && {
      relatedLocations: related.map((other, id) => ({ id, ...locationOf(other.span), message: { text: other.message } })),
    }),
    ...(fixes.length > 0 && { fixes: fixes.map(fixOf) }),
  };
}

const locationOf = (span: Span) => ({ physicalLocation: { artifactLocation: artifactOf(span.file), region: regionOf(span) } });

const regionOf = ({ start, end }: Span) => ({
  startLine: start.line,
  startColumn: start.column,
  endLine: end.line,
  endColumn: end.column,
  charOffset: start.offset,
  charLength: end.offset - start.offset,
});

function fixOf({ title, edits }: Fix) {
  const files = [...new Set(edits.map(({ span }) => span.file))];
  return {
    description: { text: title },
    artifactChanges: files.map((file) => ({
      artifactLocation: artifactOf(file),
      replacements: edits
        .filter(({ span }) => span.file === file)
        .map(({ span, text }) => ({ deletedRegion: regionOf(span), insertedContent: { text } })),
    })),
  };
}

/** A relative path stays relative (to the root of the repository, usually); an absolute one becomes a `file:` URI. */
const artifactOf = (file: string) => ({
  uri: isAbsolute(file) ? pathToFileURL(file).href : file.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/"),
});
