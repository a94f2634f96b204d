/** `freeze` and `load … except` name layers by the beginning of their paths; a name that matches nothing is a mistake. */

import { locate, suggest, type Diagnostic, type ModelDeclaration, type Selector } from "@cnn-lang/parser";
import { weightProblems } from "../codes/weights.ts";
import { selects } from "../elaborate/freeze.ts";
import type { Model } from "../model/model.ts";

export function checkSelectors(declaration: ModelDeclaration, { layers }: Model, silentPaths: ReadonlySet<string>, report: (diagnostic: Diagnostic) => void): void {
  const selectors = (declaration.body?.items ?? []).flatMap((item): readonly Selector[] => {
    if (item.kind === "load") return item.except;
    if (item.kind === "freeze") return [...(item.selectors === "all" ? [] : item.selectors), ...item.except];
    return [];
  });
  if (selectors.length === 0) return;
  const prefixes = new Set<string>();
  for (const path of new Set([...layers.map((layer) => layer.path), ...silentPaths])) {
    const segments = path.split(".");
    segments.forEach((_, i) => prefixes.add(segments.slice(0, i + 1).join(".")));
  }
  const all = [...prefixes];
  const unmatched = selectors.filter((selector) => !all.some((path) => selects(selector, path)));
  for (const selector of unmatched) {
    const written = selector.segments.join(".");
    const suggestion = suggest(written, all);
    const fixes = suggestion ? [{ title: `write ${suggestion}`, edits: [{ span: selector.span, text: suggestion }] }] : [];
    report(locate(weightProblems.selectorMatchesNothing({ selector: written, tops: all.filter((path) => !path.includes(".")), ...(suggestion && { suggestion }) }), selector.span, { fixes }));
  }
}
