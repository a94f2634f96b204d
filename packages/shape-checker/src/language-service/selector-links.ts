/** What the segments of `freeze layer1.conv1` and `load … except fc` mean: the labels that gave the layers these names. */

import { walk, type Selector, type Span } from "@cnn-lang/parser";
import type { Model } from "../model/model.ts";
import type { Link } from "../resolve/context.ts";
import type { FileScope, Program } from "../resolve/program.ts";
import { placeKey } from "./place.ts";

/** Tells `link` of each segment of the entry's selectors that is a label, and where that label stands. */
export function linkSelectors({ entry, files }: Program, expanded: readonly Model[], link: Link): void {
  for (const declaration of entry?.models ?? []) {
    const selectors = (declaration.body?.items ?? []).flatMap((item): readonly Selector[] => {
      if (item.kind === "load") return item.except;
      return item.kind === "freeze" ? [...(item.selectors === "all" ? [] : item.selectors), ...item.except] : [];
    });
    const model = selectors.length > 0 ? expanded.find(({ name }) => name === declaration.name.text) : undefined;
    if (!entry || !model) continue;
    const labels = labelsByPath(model, files.values());
    for (const selector of selectors) {
      for (const { path, span } of segmentsOf(selector, entry.text)) {
        const label = labels.get(path);
        if (label) link(span, label);
      }
    }
  }
}

/** The paths of a model that a label ends, with the place of that label. */
function labelsByPath({ layers }: Model, files: Iterable<FileScope>): ReadonlyMap<string, Span> {
  /** Labels by the place of what they name: a layer's own, or the step's with all that it holds. */
  const labels = new Map<string, Span>();
  for (const { ast } of files) {
    walk(ast, (node) => {
      if ((node.kind !== "step" && node.kind !== "projection") || !node.label) return;
      labels.set(placeKey(node.span), node.label.span);
      if (node.kind === "step") labels.set(placeKey(node.core.span), node.label.span);
    });
  }
  const paths = new Map<string, Span>();
  for (const layer of layers) {
    for (const { path, span } of [layer, ...layer.calls]) {
      const label = labels.get(placeKey(span));
      if (label) paths.set(path, label);
    }
  }
  return paths;
}

/** The segments that stand in a selector as words, each with the path that ends there. */
function segmentsOf({ segments, span }: Selector, text: string): readonly { readonly path: string; readonly span: Span }[] {
  const written = [...text.slice(span.start.offset, span.end.offset).matchAll(/[^.]+/g)];
  if (written.length !== segments.length) return [];
  return written.map(({ index, 0: { length } }, i) => {
    const at = (distance: number) => ({ line: span.start.line, column: span.start.column + distance, offset: span.start.offset + distance });
    return { path: segments.slice(0, i + 1).join("."), span: { file: span.file, start: at(index), end: at(index + length) } };
  });
}
