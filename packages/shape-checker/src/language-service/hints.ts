/** What stands beside the text: the shape at each line's end, and what each model and block costs above it. */

import { walk, type Position, type Span } from "@cnn-lang/parser";
import { totalsOf } from "../analyze/totals.ts";
import type { Layer } from "../model/model.ts";
import { printShape } from "../shapes/shape.ts";
import type { Analysis } from "./analysis.ts";

export interface InlayHint {
  readonly position: Position;
  readonly text: string;
  readonly tooltip: string;
}

/** One hint a line that makes layers: the shape that flows out of its last one. */
export function inlayHints(analysis: Analysis): readonly InlayHint[] {
  const last = new Map<number, Layer[]>();
  for (const layers of analysis.layersAt.values()) {
    const [first] = layers;
    if (!first || first.span.file !== analysis.file || first.operator === "input") continue;
    const { line } = first.span.end;
    const known = last.get(line)?.[0];
    if (!known || known.span.end.offset <= first.span.end.offset) last.set(line, [...layers]);
  }
  const asserted = linesThatEndInAssertions(analysis);
  const lines = analysis.text.split(/\r\n|\r|\n/);
  return [...last]
    .filter(([line]) => !asserted.has(line))
    .sort(([a], [b]) => a - b)
    .map(([line, layers]) => {
      const shapes = [...new Set(layers.map(({ outputShape }) => printShape(outputShape)))];
      const [first = ""] = shapes;
      const text = lines[line - 1] ?? "";
      const { span } = layers[0] ?? { span: analysis.program.entry?.ast.span };
      const code = text.replace(/\s*\/\/.*$/, "").trimEnd();
      const column = code.length + 1;
      const offset = (span?.end.offset ?? 0) + column - (span?.end.column ?? 1);
      return {
        position: { line, column, offset },
        text: shapes.length > 1 ? `${first} …` : first,
        tooltip: shapes.length > 1 ? `in its ${layers.length} uses: ${shapes.join(", ")}` : `${layers[0]?.path ?? ""} gives ${first}`,
      };
    });
}

/** Where the author wrote the shape already, it is not repeated. */
function linesThatEndInAssertions({ program, file }: Analysis): ReadonlySet<number> {
  const lines = new Map<number, { readonly offset: number; readonly shape: boolean }>();
  const ast = program.files.get(file)?.ast;
  if (ast) {
    walk(ast, (node) => {
      if (node.kind !== "step") return;
      const { line, offset } = node.span.end;
      const known = lines.get(line);
      if (!known || known.offset <= offset) lines.set(line, { offset, shape: node.core.kind === "shape" });
    });
  }
  return new Set([...lines].flatMap(([line, { shape }]) => (shape ? [line] : [])));
}

export interface CodeLens {
  readonly span: Span;
  readonly text: string;
}

/** Above each model its parameters and MACs, above each block those of its first use. */
export function codeLenses(analysis: Analysis): readonly CodeLens[] {
  const entry = analysis.program.entry;
  if (!entry) return [];
  return entry.ast.declarations.flatMap((declaration): readonly CodeLens[] => {
    const { name, kind } = declaration.kind === "import" ? { name: undefined, kind: declaration.kind } : declaration;
    if (kind === "model") {
      const model = analysis.models.find((each) => each.name === name.text);
      return model ? [{ span: name.span, text: costText(totalsOf(model)) }] : [];
    }
    if (kind === "import") return [];
    for (const { layers } of analysis.expanded) {
      const use = layers.flatMap(({ calls }) => calls).find((call) => call.kind === "block" && call.name === name.text);
      if (use) return [{ span: name.span, text: `first use: ${costText(totalsOf({ layers: layers.filter(({ calls }) => calls.some(({ id }) => id === use.id)) }))}` }];
    }
    return [];
  });
}

const costText = ({ parameters, trainable, macs }: ReturnType<typeof totalsOf>): string =>
  [
    `${parameters.toLocaleString("en")} parameters`,
    ...(trainable < parameters ? [`${trainable.toLocaleString("en")} trainable`] : []),
    `${macs.toLocaleString("en")} MACs`,
  ].join(" · ");
