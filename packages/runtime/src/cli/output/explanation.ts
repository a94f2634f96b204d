/** Explanations of diagnostics for people: a page in the width of the terminal, and the index of all pages. */

import type { Explanation, explanations } from "@cnn-lang/shape-checker";
import { drawTable } from "./table.ts";
import type { Paint, Style } from "./terminal.ts";

/** Longer lines of prose are tiresome to read. */
const longestLine = 100;

const severities: Readonly<Record<string, { readonly word: string; readonly style: Style }>> = {
  error: { word: "error", style: "red" },
  warning: { word: "warning", style: "yellow" },
  info: { word: "hint", style: "cyan" },
};

/** Draws a page: prose wrapped, programs set in, what is said of them in its colour. Ends in a line break. */
export function drawExplanation({ code, severity, title, markdown }: Explanation, paint: Paint, columns: number): string {
  const { word, style } = severities[severity] ?? { word: severity, style: "bold" };
  const heading = `${paint(style, `${word} ${code}:`)} ${paint("bold", title)}`;
  const body = markdown.replace(/^# .*\n+\*\w+\*\n+/, "");
  const parts = [...body.matchAll(/^```(\w*) ?([^\n]*)\n([^]*?)^```$|^## (.*)$|^(?:(?!```|#)[^\n]+\n?)+/gm)].map(([text, language = "", name = "", fenced, section]) => {
    if (section !== undefined) return paint("bold", section);
    if (fenced === undefined) return wrap(text, Math.min(columns, longestLine)).replace(/`([^`]+)`/g, (_, inline: string) => paint("cyan", inline));
    const lines = fenced.trimEnd().split("\n").map((line) => `    ${language === "text" ? drawSaid(line, style, paint) : line}`.trimEnd());
    const above = captions[language]?.(name);
    return (above === undefined ? lines : [`    ${paint("dim", above)}`, ...lines]).join("\n");
  });
  return `${[heading, ...parts].join("\n\n")}\n`;
}

/** What is told above what stands for a file. */
const captions: Readonly<Record<string, (name: string) => string>> = {
  weights: (name) => `The tensors of ${name}:`,
  bytes: (name) => `The bytes of ${name}:`,
  data: (name) => `The data in ${name}:`,
};

/** A line of what is said of the wrong program: the code that begins it, and the carets, in the colour of its severity. */
function drawSaid(line: string, style: Style, paint: Paint): string {
  const [said = ""] = /^\w+ CNN\d{4}:/.exec(line) ?? [];
  if (said) return paint(style, said) + line.slice(said.length);
  const [margin = ""] = /^ *\|(?= *\^)/.exec(line) ?? [];
  return margin ? margin + paint(style, line.slice(margin.length)) : line;
}

/** Breaks a paragraph between words; what stands between backquotes stays together if it can, and the backquotes do not count. */
function wrap(text: string, width: number): string {
  const lines = [""];
  const words = (text.trim().match(/`[^`]+`\S*|\S+/g) ?? []).flatMap((word) => (shown(word) > width ? word.split(" ") : [word]));
  for (const word of words) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && shown(`${line} ${word}`) > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}

const shown = (text: string): number => text.replaceAll("`", "").length;

/** All codes by families, each with its title. Ends in a line break. */
export function drawIndex(families: ReturnType<typeof explanations>, paint: Paint): string {
  const lists = families.map(({ title, explanations: pages }) => {
    const rows = pages.map((page) => [page.code, severities[page.severity]?.word ?? page.severity, page.title]);
    const [, ...table] = drawTable([{ title: "" }, { title: "" }, { title: "" }], rows).split("\n");
    return [paint("bold", title), ...table.map((row) => `  ${row}`)].join("\n");
  });
  return `${lists.join("\n\n")}\n\nEach is taught, with an example, by cnn explain CODE.\n`;
}
