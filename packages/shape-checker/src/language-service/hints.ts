/** What stands beside the text: the shape at each line's end, and what each model and block costs above it. */

import { createSource, walk, type Position, type Span } from "@cnn-lang/parser";
import { totalsOf } from "../analyze/totals.ts";
import type { Layer } from "../model/model.ts";
import { printShape } from "../shapes/shape.ts";
import type { Analysis } from "./analysis.ts";

export interface InlayHint {
  readonly position: Position;
  /** As it would be written: `-> 6@24x24`, with `…` where further uses give other shapes. */
  readonly text: string;
  readonly tooltip: string;
  /** Written where it stands, it is an assertion that holds. */
  readonly isAssertion: boolean;
}

/** One hint a line that makes layers, by itself or by a block that it calls: the shape that flows out of the last of them. */
export function inlayHints(analysis: Analysis): readonly InlayHint[] {
  const source = createSource(analysis.file, analysis.text);
  const asserted = linesThatEndInAssertions(analysis);
  return [...lastMade(analysis)]
    .filter(([line]) => !asserted.has(line))
    .toSorted(([a], [b]) => a - b)
    .map(([line, { end, layers }]) => {
      const shapes = [...new Set(layers.map(({ outputShape }) => printShape(outputShape)))];
      const [first = ""] = shapes;
      const code = source.line(line).replace(/\s*\/\/.*$/, "").trimEnd();
      return {
        position: { line, column: code.length + 1, offset: end.offset + code.length + 1 - end.column },
        text: shapes.length > 1 ? `-> ${first} …` : `-> ${first}`,
        tooltip: shapes.length > 1 ? `in its ${layers.length} uses: ${shapes.join(", ")}` : `${layers[0]?.path ?? ""} gives ${first}`,
        isAssertion: shapes.length === 1 && end.column === code.length + 1,
      };
    });
}

interface Made {
  /** Where what makes the layers ends. */
  readonly end: Position;
  readonly layers: Layer[];
}

/** For each line the layers that what stands last in it gives: several where its block is used several times. */
function lastMade({ expanded, file }: Analysis): ReadonlyMap<number, Made> {
  const lines = new Map<number, Made>();
  const make = (span: Span, layer: Layer): void => {
    if (span.file !== file) return;
    const { end } = span;
    const known = lines.get(end.line);
    if (known?.end.offset === end.offset) known.layers.push(layer);
    else if (!known || known.end.offset < end.offset) lines.set(end.line, { end, layers: [layer] });
  };
  for (const { layers } of expanded) {
    /** The last layer of each call of a block or group is what flows out of it. */
    const calls = new Map<number, { readonly span: Span; readonly layer: Layer }>();
    for (const layer of layers) {
      if (layer.operator !== "input") make(layer.span, layer);
      for (const { id, span } of layer.calls) calls.set(id, { span, layer });
    }
    for (const { span, layer } of calls.values()) make(span, layer);
  }
  return lines;
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
