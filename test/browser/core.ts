/**
 * Everything that the core does for a page, as plain data: run in Node and in a browser, it must come out alike.
 */

import { check, createLanguageService, explain, graph, memoryProject, summarize } from "@cnn-lang/shape-checker";
import { format } from "@cnn-lang/parser";
import { compile } from "@cnn-lang/codegen";

export async function everything(files: Readonly<Record<string, string>>, entry: string): Promise<unknown> {
  const project = memoryProject(files);
  const { models, diagnostics } = check(project, entry);
  const service = createLanguageService(project);
  const text = files[entry] ?? "";
  const offsets = [0.2, 0.5, 0.8].map((part) => Math.floor(part * text.length));
  return {
    models,
    diagnostics,
    explanations: diagnostics.map(({ code }) => explain(code)?.title),
    summaries: models.map(summarize),
    graphs: models.map((model) => graph(model, "dot")),
    formatted: await format(text),
    compiled: await Promise.all(models.map(({ name }) => compile(project, entry, { model: name }))),
    service: {
      diagnostics: service.diagnostics(entry),
      hints: service.inlayHints(entry),
      lenses: service.codeLenses(entry),
      symbols: service.documentSymbols(entry),
      tokens: service.semanticTokens(entry),
      folding: service.foldingRanges(entry),
      format: await service.format(entry),
      places: offsets.map((offset) => [
        service.hover(entry, offset),
        service.completions(entry, offset),
        service.signatureHelp(entry, offset),
        service.definition(entry, offset),
        service.references(entry, offset),
        service.selectionRanges(entry, offset),
        service.rename(entry, offset, "renamed"),
      ]),
    },
  };
}
