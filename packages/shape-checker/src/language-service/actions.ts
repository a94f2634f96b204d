/** Code actions: the computed fixes of the mistakes at a place, "add a shape assertion" and "extract a block". */

import { nodeAt, walk, type Diagnostic, type Fix, type Span } from "@cnn-lang/parser";
import { printShape } from "../shapes/shape.ts";
import type { Analysis } from "./analysis.ts";
import { placeKey } from "./place.ts";

export interface CodeAction extends Fix {
  readonly kind: "fix" | "refactor";
  /** The mistake that it mends. */
  readonly diagnostic?: Diagnostic;
}

const overlaps = (a: Span, b: Span): boolean => a.file === b.file && a.start.offset <= b.end.offset && b.start.offset <= a.end.offset;

/** The computed fixes of the mistakes that a range touches. */
export const fixActions = (diagnostics: readonly Diagnostic[], range: Span): readonly CodeAction[] =>
  diagnostics
    .filter(({ span }) => overlaps(span, range))
    .flatMap((diagnostic) => diagnostic.fixes.map((fix): CodeAction => ({ ...fix, kind: "fix", diagnostic })));

/** What can be made of right code: an assertion of the shape that flows, a block of the selected layers. */
export const refactorActions = (analysis: Analysis, range: Span): readonly CodeAction[] => [
  ...assertShapeAction(analysis, range),
  ...extractBlockAction(analysis, range),
];

function assertShapeAction(analysis: Analysis, { start }: Span): readonly CodeAction[] {
  const ast = analysis.program.entry?.ast;
  if (!ast) return [];
  const step = nodeAt(ast, start.offset).findLast((node) => node.kind === "step");
  if (step?.kind !== "step") return [];
  const layers = analysis.layersAt.get(placeKey(step.core.span)) ?? [];
  const shapes = new Set(layers.map(({ outputShape }) => printShape(outputShape)));
  const [shape] = shapes;
  if (shape === undefined || shapes.size > 1 || step.as.length > 0) return [];
  const at = { ...step.span, start: step.span.end };
  return [{ title: `add the shape assertion ${shape}`, kind: "refactor", edits: [{ span: at, text: ` -> ${shape}` }] }];
}

/** Offers a block of the selected steps, where they are whole steps of one body and name nothing of their surroundings. */
function extractBlockAction(analysis: Analysis, range: Span): readonly CodeAction[] {
  const entry = analysis.program.entry;
  if (!entry || range.start.offset === range.end.offset) return [];
  const body = nodeAt(entry.ast, range.start.offset).findLast((node) => node.kind === "body" && node.span.end.offset >= range.end.offset);
  if (body?.kind !== "body") return [];
  const steps = body.items.filter(({ span }) => span.start.offset >= range.start.offset && span.end.offset <= range.end.offset);
  const [first] = steps;
  const last = steps.at(-1);
  if (!first || !last || !steps.every((item) => item.kind === "step" && ["call", "skip", "body"].includes(item.core.kind) && item.as.length === 0)) return [];
  let borrows = false;
  const inside = (span: Span): boolean => span.start.offset >= first.span.start.offset && span.end.offset <= last.span.end.offset;
  for (const { use, definition } of analysis.links.values()) {
    const top = entry.names.get(analysis.text.slice(use.start.offset, use.end.offset));
    if (use.file === analysis.file && inside(use) && !inside(definition) && !top) borrows = true;
  }
  const owner = entry.ast.declarations.find(({ span }) => span.start.offset <= first.span.start.offset && span.end.offset >= last.span.end.offset);
  if (borrows || !owner) return [];
  let name = "extracted";
  walk(entry.ast, (node) => {
    if (node.kind === "name" && node.text === name) name += "_";
  });
  const text = analysis.text.slice(first.span.start.offset, last.span.end.offset);
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trimStart()).join("\n  ");
  const place = { ...owner.span, end: owner.span.start };
  return [
    {
      title: "extract a block",
      kind: "refactor",
      edits: [
        { span: place, text: `block ${name}() {\n  ${lines}\n}\n\n` },
        { span: { file: analysis.file, start: first.span.start, end: last.span.end }, text: name },
      ],
    },
  ];
}
