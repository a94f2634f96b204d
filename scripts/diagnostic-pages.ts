/**
 * The pages of docs/diagnostics: their prose and programs are written by hand, their headings come from the tables of codes,
 * what the compiler says comes from checking the wrong program, and the index from all of it.
 */

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { codeFrame, createSource, type Diagnostic } from "@cnn-lang/parser";
import { check, diagnosticCodes, memoryProject, type DiagnosticCode } from "@cnn-lang/shape-checker";
import { families } from "../packages/shape-checker/src/codes/families.ts";
import { emissionCodes } from "../packages/codegen/src/codes.ts";
import { dataCodes, runCodes } from "../packages/runtime/src/codes.ts";

export const folder = fileURLToPath(new URL("../docs/diagnostics", import.meta.url));

/** Every code of the four packages. */
export const allCodes: readonly DiagnosticCode[] = [
  ...diagnosticCodes,
  ...[emissionCodes, dataCodes, runCodes].flatMap((table) => Object.values<DiagnosticCode>(table)),
].sort((a, b) => (a.code < b.code ? -1 : 1));

export const readPage = (code: string): string => readFileSync(`${folder}/${code}.md`, "utf8");
export const pageCodes = (): readonly string[] => readdirSync(folder).flatMap((file) => /^(CNN\d{4})\.md$/.exec(file)?.[1] ?? []);

/** The files of one section, as its fences hold them: `main.cnn`, those after a `// === name ===` line, and a recipe. */
export function filesOfSection(page: string, section: "Wrong" | "Mended"): Readonly<Record<string, string>> | undefined {
  const text = page.split(`\n## ${section}\n`)[1]?.split("\n## ")[0];
  if (text === undefined) return undefined;
  const files: Record<string, string> = {};
  for (const [, language, content = ""] of text.matchAll(/^```(cnn|json)\n([\s\S]*?)^```$/gm)) {
    let name = language === "json" ? "main.train.json" : "main.cnn";
    for (const [index, part] of content.split(/^\/\/ === (\S+) ===\n/m).entries()) {
      if (index % 2 === 1) name = part;
      else files[name] = part;
    }
  }
  return files;
}

export const checkSection = (files: Readonly<Record<string, string>>): readonly Diagnostic[] =>
  check(memoryProject(files), "main.train.json" in files ? "main.train.json" : "main.cnn").diagnostics;

/** What the command line shows of a diagnostic. */
function printDiagnostic({ code, severity, message, help, span, fixes }: Diagnostic, files: Readonly<Record<string, string>>): string {
  const frame = codeFrame(createSource(span.file, files[span.file] ?? ""), span, { context: 0 });
  const mends = fixes.map(({ title }) => `fix: ${title}`);
  return [`${severity === "info" ? "hint" : severity} ${code}: ${message}`, frame, ...(help === undefined ? [] : [`help: ${help}`]), ...mends].join("\n");
}

/** A page with its heading, and what is said of its wrong program, brought up to date. */
export function renderPage({ code, severity, title }: DiagnosticCode, page: string): string {
  const prose = page.replace(/^# .*\n+(?:\*\w+\*\n+)?/, "").replace(/\n```text\n[\s\S]*?^```\n/gm, "");
  const files = filesOfSection(prose, "Wrong");
  const found = files && checkSection(files).find((diagnostic) => diagnostic.code === code);
  const said = found ? `\n\`\`\`text\n${printDiagnostic(found, files)}\n\`\`\`\n` : "";
  return `# ${code}: ${title}\n\n*${severity}*\n\n${prose.replace("\n## Mended\n", `${said}\n## Mended\n`)}`;
}

/** The index page. */
export function renderIndex(): string {
  const list = families.map(({ prefix, title: heading }) => {
    const rows = allCodes.filter(({ code }) => code.startsWith(prefix)).map(({ code, severity, title }) => `| [${code}](${code}.md) | ${severity} | ${title} |`);
    return `## ${heading}\n\n| code | severity | what it says |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  const intro =
    "Every diagnostic has a code and a page: what it means, a program that shows it, and the same program mended. `cnn explain CODE`\nprints the page. Errors stop a build; warnings tell what trains badly or is idle, and are silent on correct published networks; hints\n(severity `info`) are shown in editors, and by `cnn check` with `--hints`.\n";
  return `# Diagnostics\n\n${intro}\n${list.join("\n")}`;
}
