/**
 * The pages of docs/diagnostics: their prose and programs are written by hand, their headings come from the tables of codes,
 * what the compiler says comes from checking the wrong program, and the index from all of it.
 */

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { codeFrame, createSource, type Diagnostic } from "@cnn-lang/parser";
import { check, diagnosticCodes, memoryProject, type DiagnosticCode, type Project } from "@cnn-lang/shape-checker";
import { families } from "../packages/shape-checker/src/codes/families.ts";
import { emissionCodes } from "../packages/codegen/src/codes.ts";
import { runCodes } from "../packages/runtime/src/codes.ts";
import { filesOf } from "../test/helpers/program.ts";
import { weightFile } from "../test/helpers/weight-file.ts";
import { dataCodes, downloadCodes, imageCodes } from "../packages/runtime/src/data/codes.ts";
import { inspectionCodes } from "../packages/runtime/src/inspect/codes.ts";
import { resumeCodes } from "../packages/runtime/src/run/codes.ts";

export const folder = fileURLToPath(new URL("../docs/diagnostics", import.meta.url));

/** Every code of the four packages. */
export const allCodes: readonly DiagnosticCode[] = [
  ...diagnosticCodes,
  ...[emissionCodes, dataCodes, imageCodes, downloadCodes, runCodes, resumeCodes, inspectionCodes].flatMap((table) => Object.values<DiagnosticCode>(table)),
].sort((a, b) => (a.code < b.code ? -1 : 1));

export const readPage = (code: string): string => readFileSync(`${folder}/${code}.md`, "utf8");
export const pageCodes = (): readonly string[] => readdirSync(folder).flatMap((file) => /^(CNN\d{4})\.md$/.exec(file)?.[1] ?? []);

/** The files that a section's fences hold, what the folders of data beside them do, and the commands that are run there. */
export interface Section {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly console: string | undefined;
}

/**
 * One section of a page: ` ```cnn ` is `main.cnn`, and other files after `// === name ===` lines; ` ```json ` a recipe;
 * ` ```weights NAME ` a weight file, a line for each tensor with its shape; ` ```bytes NAME ` another file, in hexadecimal;
 * ` ```data FOLDER ` the manifest of a data set; ` ```console ` commands (`$ npx cnn …`) and what they print.
 */
export function sectionOf(page: string, title: "Wrong" | "Mended"): Section | undefined {
  const text = page.split(`\n## ${title}\n`)[1]?.split("\n## ")[0];
  if (text === undefined) return undefined;
  const files: Record<string, string | Uint8Array> = {};
  const data: Record<string, unknown> = {};
  let console: string | undefined;
  for (const [, language, name = "", content = ""] of text.matchAll(/^```(cnn|json|weights|bytes|data|console) ?(.*)\n([\s\S]*?)^```$/gm)) {
    if (language === "console") console = content;
    else if (language === "json") files[name || "main.train.json"] = content;
    else if (language === "cnn" && name) files[name] = content;
    else if (language === "weights") files[name] = weightFile(tensorsOf(content));
    else if (language === "bytes") files[name] = bytesOf(content);
    else if (language === "data") data[name] = { version: 1, labels: [], ...JSON.parse(content) };
    else Object.assign(files, filesOf(content));
  }
  return { files, data, console };
}

/** `conv1.weight [8, 3, 3, 3]`, a line each. */
const tensorsOf = (lines: string): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries([...lines.matchAll(/^(\S+) \[([\d, ]*)\]$/gm)].map(([, name = "", shape = ""]) => [name, shape.split(",").filter((size) => size.trim() !== "").map(Number)]));

/** `00 00 08 03`: what stands in a file, byte by byte. */
export const bytesOf = (content: string): Uint8Array => Uint8Array.from(content.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));

/** What is said of a section: of its recipe where it has one, else of its program. */
export function checkSection({ files, data }: Section): readonly Diagnostic[] {
  const project: Project = { ...memoryProject(files), manifest: (path) => data[path] };
  return check(project, "main.train.json" in files ? "main.train.json" : "main.cnn").diagnostics;
}

/** What the command line shows of a diagnostic. */
function printDiagnostic({ code, severity, message, help, span, fixes }: Diagnostic, files: Section["files"]): string {
  const text = files[span.file];
  const frame = codeFrame(createSource(span.file, typeof text === "string" ? text : ""), span, { context: 0 });
  const mends = fixes.map(({ title }) => `fix: ${title}`);
  return [`${severity === "info" ? "hint" : severity} ${code}: ${message}`, frame, ...(help === undefined ? [] : [`help: ${help}`]), ...mends].join("\n");
}

/** A page with its heading, and what is said of its wrong program, brought up to date. */
export function renderPage({ code, severity, title }: DiagnosticCode, page: string): string {
  const prose = page.replace(/^# .*\n+(?:\*\w+\*\n+)?/, "").replace(/\n```text\n[\s\S]*?^```\n/gm, "");
  const wrong = sectionOf(prose, "Wrong");
  const found = wrong?.console === undefined && wrong && checkSection(wrong).find((diagnostic) => diagnostic.code === code);
  const said = found ? `\n\`\`\`text\n${printDiagnostic(found, wrong.files)}\n\`\`\`\n` : "";
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
