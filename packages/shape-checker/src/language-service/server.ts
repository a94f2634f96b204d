/** The language server: converts positions and forwards to the language service. One connection, one service. */

import {
  CodeActionKind,
  type Connection,
  type Diagnostic as LspDiagnostic,
  DidChangeWatchedFilesNotification,
  FoldingRangeKind,
  type InitializeResult,
  InlayHintKind,
  LSPErrorCodes,
  type Position,
  type Range,
  ResponseError,
  type SelectionRange,
  SemanticTokensBuilder,
  TextDocuments,
  TextDocumentSyncKind,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Diagnostic, Edit, Span } from "@cnn-lang/parser";
import { summarize } from "../analyze/summary.ts";
import { graph } from "../graph/graph.ts";
import type { Completion } from "./completion.ts";
import { markdown, tokenLegend, tokenTypes, toCompletion, toDiagnostic, toLocation, toPosition, toRange, toSymbol } from "./convert.ts";
import { serveDiagnostics } from "./diagnostics-server.ts";
import { editorFiles, fileOf, filesBeside, uriOf } from "./documents.ts";
import { createLanguageService } from "./service.ts";

const capabilities: InitializeResult["capabilities"] = {
  textDocumentSync: TextDocumentSyncKind.Incremental,
  diagnosticProvider: { interFileDependencies: true, workspaceDiagnostics: false },
  inlayHintProvider: true,
  hoverProvider: true,
  completionProvider: { triggerCharacters: [" ", "=", ".", '"', "/"] },
  signatureHelpProvider: { triggerCharacters: [" "] },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Refactor] },
  codeLensProvider: {},
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  semanticTokensProvider: { legend: { tokenTypes: [...tokenLegend], tokenModifiers: [] }, full: true },
  documentFormattingProvider: true,
};

/** Where only these can stand, one of them must: a blank opens the list. */
const isNeeded: ReadonlySet<Completion["kind"]> = new Set(["block", "model", "point", "path", "word", "file"]);

/** Serves one connection until it closes. `pageOf` is the file that explains a code, where there is one. */
export function serve(connection: Connection, pageOf: (code: string) => string | undefined): void {
  const documents = new TextDocuments(TextDocument);
  const files = editorFiles(documents);
  let service = createLanguageService(files.project);
  let watches = false;
  let lookAgain = (): unknown => undefined;

  /** The document of a request with the offset it means; nothing where it is not open, as after a late message. */
  function at(uri: string, position: Position): { file: string; offset: number } | undefined {
    const document = documents.get(uri);
    return document && { file: fileOf(uri), offset: document.offsetAt(position) };
  }
  function spanAt(uri: string, { start, end }: Range): Span | undefined {
    const document = documents.get(uri);
    if (!document) return undefined;
    const place = (position: Position) => ({ line: position.line + 1, column: position.character + 1, offset: document.offsetAt(position) });
    return { file: fileOf(uri), start: place(start), end: place(end) };
  }
  const workspaceEdit = (edits: readonly Edit[]): WorkspaceEdit => {
    const changes: Record<string, TextEdit[]> = {};
    for (const { span, text } of edits) (changes[uriOf(span.file)] ??= []).push({ range: toRange(span), newText: text });
    return { changes };
  };
  const protocolDiagnostic = (diagnostic: Diagnostic): LspDiagnostic => toDiagnostic(diagnostic, uriOf, pageOf);

  connection.onInitialize(({ capabilities: client }) => {
    watches = client.workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false;
    lookAgain = serveDiagnostics({
      connection,
      documents,
      isPulled: client.textDocument?.diagnostic !== undefined,
      canRefresh: client.workspace?.diagnostics?.refreshSupport ?? false,
      told: (file) => service.told(file, files.leadingTo(file)),
      diagnosticsOf: (file) => service.diagnostics(file),
      recipesOf: (file) => files.recipesOf(file),
      convert: protocolDiagnostic,
    });
    return { capabilities, serverInfo: { name: "cnn-server" } };
  });
  connection.onInitialized(() => {
    if (watches) void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: "**/*.{cnn,train.json,safetensors}" }] });
  });
  documents.onDidOpen(() => watches || files.refresh());
  // What lay on disk may be different now: nothing of it is kept.
  connection.onDidChangeWatchedFiles(() => {
    files.refresh();
    service = createLanguageService(files.project);
    lookAgain();
  });

  connection.languages.inlayHint.on(({ textDocument, range }) =>
    service
      .inlayHints(fileOf(textDocument.uri))
      .filter(({ position }) => position.line - 1 >= range.start.line && position.line - 1 <= range.end.line)
      .map(({ position, text, tooltip, isAssertion }) => {
        const place = toPosition(position);
        const written = isAssertion && { textEdits: [{ range: { start: place, end: place }, newText: ` ${text}` }] };
        return { position: place, label: text, tooltip, paddingLeft: true, kind: InlayHintKind.Type, ...written };
      }),
  );
  connection.onHover(({ textDocument, position }) => {
    const place = at(textDocument.uri, position);
    const found = place && service.hover(place.file, place.offset);
    return found ? { contents: markdown(found.markdown), range: toRange(found.span) } : null;
  });
  connection.onCompletion(({ textDocument, position, context }) => {
    const place = at(textDocument.uri, position);
    const document = documents.get(textDocument.uri);
    if (!place || !document) return [];
    const typed = /[^\s"]*$/.exec(document.getText({ start: { line: position.line, character: 0 }, end: position }))?.[0] ?? "";
    const offered = service.completions(place.file, place.offset, filesBeside(place.file, typed));
    // Anywhere else the line may end behind the blank, and the line break would be taken for a choice from the list.
    if (context?.triggerCharacter === " " && !offered.every(({ kind }) => isNeeded.has(kind))) return [];
    return offered.map((completion, rank) => toCompletion(completion, rank, { start: document.positionAt(completion.from), end: document.positionAt(completion.to) }));
  });
  connection.onSignatureHelp(({ textDocument, position }) => {
    const place = at(textDocument.uri, position);
    const help = place && service.signatureHelp(place.file, place.offset);
    if (!help) return null;
    const parameters = help.parameters.map(({ name, doc }) => ({ label: name, documentation: markdown(doc) }));
    return { signatures: [{ label: help.label, documentation: markdown(help.doc), parameters }], activeSignature: 0, activeParameter: help.active };
  });
  connection.onCodeAction(({ textDocument, range }) => {
    const span = spanAt(textDocument.uri, range);
    if (!span) return [];
    return service.codeActions(span.file, span, files.leadingTo(span.file)).map(({ title, kind, edits, diagnostic }) => ({
      title,
      kind: kind === "fix" ? CodeActionKind.QuickFix : CodeActionKind.Refactor,
      edit: workspaceEdit(edits),
      ...(diagnostic && { diagnostics: [protocolDiagnostic(diagnostic)] }),
      // Left out where it is not so: there are editors that take any value for yes.
      ...(diagnostic?.fixes.length === 1 && { isPreferred: true }),
    }));
  });
  connection.onCodeLens(({ textDocument }) =>
    service.codeLenses(fileOf(textDocument.uri)).map(({ span, text }) => ({ range: toRange(span), command: { title: text, command: "" } })),
  );
  connection.onDefinition(({ textDocument, position }) => {
    const place = at(textDocument.uri, position);
    const found = place && service.definition(place.file, place.offset);
    return found ? toLocation(found, uriOf) : null;
  });
  connection.onReferences(({ textDocument, position }) => {
    const place = at(textDocument.uri, position);
    return place ? service.references(place.file, place.offset, files.sources(place.file)).map((span) => toLocation(span, uriOf)) : [];
  });
  connection.onPrepareRename(({ textDocument, position }) => {
    const place = at(textDocument.uri, position);
    const [span] = place ? service.references(place.file, place.offset).filter(({ start, end }) => start.offset <= place.offset && place.offset <= end.offset) : [];
    return span ? toRange(span) : null;
  });
  connection.onRenameRequest(({ textDocument, position, newName }) => {
    const place = at(textDocument.uri, position);
    if (!place) return null;
    const renaming = service.rename(place.file, place.offset, newName, files.sources(place.file), files.recipes(place.file));
    return "edits" in renaming ? workspaceEdit(renaming.edits) : new ResponseError(LSPErrorCodes.RequestFailed, renaming.refusal);
  });
  connection.onDocumentSymbol(({ textDocument }) => service.documentSymbols(fileOf(textDocument.uri)).map(toSymbol));
  connection.onFoldingRanges(({ textDocument }) =>
    service
      .foldingRanges(fileOf(textDocument.uri))
      .map(({ start, end }) => ({ startLine: start.line - 1, endLine: end.line - 1, kind: FoldingRangeKind.Region })),
  );
  connection.onSelectionRanges(({ textDocument, positions }) =>
    positions.map((position): SelectionRange => {
      const place = at(textDocument.uri, position);
      const spans = place ? service.selectionRanges(place.file, place.offset) : [];
      const outermost: SelectionRange = { range: { start: position, end: position } };
      return spans.toReversed().reduce<SelectionRange | undefined>((parent, span) => ({ range: toRange(span), ...(parent && { parent }) }), undefined) ?? outermost;
    }),
  );
  connection.languages.semanticTokens.on(({ textDocument }) => {
    const builder = new SemanticTokensBuilder();
    for (const { span, kind } of service.semanticTokens(fileOf(textDocument.uri))) {
      if (span.start.line !== span.end.line) continue;
      builder.push(span.start.line - 1, span.start.column - 1, span.end.column - span.start.column, tokenLegend.indexOf(tokenTypes[kind]), 0);
    }
    return builder.build();
  });
  connection.onDocumentFormatting(async ({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    const version = document?.version;
    const text = document && (await service.format(fileOf(textDocument.uri)));
    // Typed on meanwhile: the layout is one of another text.
    if (text === undefined || !document || version !== document.version || text === document.getText()) return [];
    return [{ range: { start: { line: 0, character: 0 }, end: document.positionAt(document.getText().length) }, newText: text }];
  });
  connection.onRequest("cnn/summaries", ({ uri }: { uri: string }) => service.models(fileOf(uri)).map(summarize));
  connection.onRequest("cnn/graphs", ({ uri }: { uri: string }) => service.models(fileOf(uri)).map((model) => ({ model: model.name, dot: graph(model, "dot") })));

  documents.listen(connection);
  connection.listen();
}
