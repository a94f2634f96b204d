/** Fixes in the `.cnn` text, where the model is what must change. */

import type { Edit, Fix, Span } from "@cnn-lang/parser";
import type { Project } from "../project.ts";

/** What a span covers. */
export function textOf(project: Project, span: Span): string | undefined {
  const text = project.read(span.file);
  return typeof text === "string" ? text.slice(span.start.offset, span.end.offset) : undefined;
}

/** Puts other text in the place of what a pattern finds in a layer; nothing where it finds nothing. */
export function replacement(project: Project, span: Span, pattern: RegExp, text: string, title: string): readonly Fix[] {
  const found = pattern.exec(textOf(project, span) ?? "");
  if (!found) return [];
  const place = { ...span, start: moved(span.start, found.index), end: moved(span.start, found.index + found[0].length) };
  return [{ title, edits: [{ span: place, text }] }];
}

/** Lets further layers follow one. */
export const appended = ({ end, ...span }: Span, layers: string): Fix => ({ title: `write -> ${layers} behind it`, edits: [{ span: { ...span, start: end, end }, text: ` -> ${layers}` }] });

/** Takes a layer out of the text: with the arrow before it, or with its whole line. */
export function removal(project: Project, span: Span): readonly Fix[] {
  const text = project.read(span.file);
  if (typeof text !== "string") return [];
  const before = text.slice(0, span.start.offset);
  const after = text.slice(span.end.offset);
  const arrow = /[ \t]*->[ \t]*$/.exec(before);
  const line = /(^|\n)[ \t]*$/.test(before) && /^[ \t]*(\r?\n|$)/.test(after) ? /[ \t]*$/.exec(before) : null;
  const cut = arrow ?? line;
  if (!cut) return [];
  const end = arrow ? 0 : (/^[ \t]*(\r?\n|$)/.exec(after)?.[0].length ?? 0);
  const edit: Edit = { span: { ...span, start: moved(span.start, -cut[0].length), end: moved(span.end, end) }, text: "" };
  return [{ title: "leave it out", edits: [edit] }];
}

const moved = ({ line, column, offset }: Span["start"], by: number): Span["start"] => ({ line, column: column + by, offset: offset + by });
