/** The language server: converts positions and forwards to the language service. One connection, one service. */

import {
  CodeActionKind,
  DidChangeConfigurationNotification,
  type Connection,
  DocumentDiagnosticReportKind,
  FoldingRangeKind,
  InlayHintKind,
  SemanticTokensBuilder,
  TextDocuments,
  TextDocumentSyncKind,
  type InitializeResult,
  type SelectionRange,
  type WorkspaceEdit,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Diagnostic, Edit } from "@cnn-lang/parser";
import { tokenLegend, tokenTypes, toCompletion, toDiagnostic, toLocation, toPosition, toRange, toSymbol } from "./convert.ts";
import { editorProject, fileOf, filesBeside, uriOf } from "./documents.ts";
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

/** Serves one connection until it closes. */
export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  const service = createLanguageService(editorProject(documents));
  let pullsDiagnostics = false;

  const openFiles = (): readonly string[] => documents.all().map(({ uri }) => fileOf(uri));
  /** The document of a request with the offset it means; nothing where it is not open, as after a late message. */
  function at(uri: string, position: { line: number; character: number }): { file: string; offset: number } | undefined {
    const document = documents.get(uri);
    return document && { file: fileOf(uri), offset: document.offsetAt(position) };
  }
  function spanAt(uri: string, range: { start: { line: number; character: number }; end: { line: number; character: number } }) {
    const document = documents.get(uri);
    if (!document) return undefined;
    const place = (position: typeof range.start) => ({ line: position.line + 1, column: position.character + 1, offset: document.offsetAt(position) });
    return { file: fileOf(uri), start: place(range.start), end: place(range.end) };
  }
  const workspaceEdit = (edits: readonly Edit[]): WorkspaceEdit => {
    const changes: Record<string, { range: ReturnType<typeof toRange>; newText: string }[]> = {};
    for (const { span, text } of edits) (changes[uriOf(span.file)] ??= []).push({ range: toRange(span), newText: text });
    return { changes };
  };
  const own = (file: string): readonly Diagnostic[] => service.diagnostics(file).filter(({ span }) => span.file === file);

  connection.onInitialize(({ capabilities: client }) => {
    pullsDiagnostics = client.textDocument?.diagnostic !== undefined;
    return { capabilities, serverInfo: { name: "cnn-server" } };
  });
  connection.onInitialized(() => void connection.client.register(DidChangeConfigurationNotification.type).catch(() => undefined));

  // A change of one file may mend or break the files that import it: all open ones are told, unless the editor asks itself.
  documents.onDidChangeContent(() => {
    if (pullsDiagnostics) return;
    for (const { uri, version } of documents.all()) {
      void connection.sendDiagnostics({ uri, version, diagnostics: own(fileOf(uri)).map((each) => toDiagnostic(each, uriOf)) });
    }
  });
  documents.onDidClose(({ document }) => {
    if (!pullsDiagnostics) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });
  connection.languages.diagnostics.on(({ textDocument }) => ({
    kind: DocumentDiagnosticReportKind.Full,
    items: own(fileOf(textDocument.uri)).map((each) => toDiagnostic(each, uriOf)),
  }));

  connection.languages.inlayHint.on(({ textDocument, range }) =>
    service
      .inlayHints(fileOf(textDocument.uri))
      .filter(({ position }) => position.line - 1 >= range.start.line && position.line - 1 <= range.end.line)
      .map(({ position, text, tooltip }) => ({ position: toPosition(position), label: text, tooltip, paddingLeft: true, kind: InlayHintKind.Type })),
  );
  connection.onHover(({ textDocument, position }) => {
    const place = at(textDocument.uri, position);
    const found = place && service.hover(place.file, place.offset);
    return found ? { contents: { kind: "markdown", value: found.markdown }, range: toRange(found.span) } : null;
  });
  connection.onCompletion(({ textDocument, position }) => {
    const place = at(textDocument.uri, position);
    return place ? service.completions(place.file, place.offset, filesBeside(place.file)).map(toCompletion) : [];
  });
  connection.onSignatureHelp(({ textDocument, position }) => {
    const place = at(textDocument.uri, position);
    const help = place && service.signatureHelp(place.file, place.offset);
    if (!help) return null;
    const parameters = help.parameters.map(({ name, doc }) => ({ label: name, documentation: doc }));
    return { signatures: [{ label: help.label, documentation: help.doc, parameters }], activeSignature: 0, activeParameter: help.active };
  });
  connection.onCodeAction(({ textDocument, range }) => {
    const span = spanAt(textDocument.uri, range);
    if (!span) return [];
    return service.codeActions(span.file, span).map(({ title, kind, edits, diagnostic }) => ({
      title,
      kind: kind === "fix" ? CodeActionKind.QuickFix : CodeActionKind.Refactor,
      edit: workspaceEdit(edits),
      ...(diagnostic && { diagnostics: [toDiagnostic(diagnostic, uriOf)] }),
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
    return place ? service.references(place.file, place.offset, openFiles()).map((span) => toLocation(span, uriOf)) : [];
  });
  connection.onPrepareRename(({ textDocument, position }) => {
    const place = at(textDocument.uri, position);
    const [span] = place ? service.references(place.file, place.offset).filter(({ start, end }) => start.offset <= place.offset && place.offset <= end.offset) : [];
    return span ? toRange(span) : null;
  });
  connection.onRenameRequest(({ textDocument, position, newName }) => {
    const place = at(textDocument.uri, position);
    if (!place) return null;
    const renaming = service.rename(place.file, place.offset, newName, openFiles());
    if ("edits" in renaming) return workspaceEdit(renaming.edits);
    connection.window.showErrorMessage(renaming.refusal);
    return null;
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
    const text = document && (await service.format(fileOf(textDocument.uri)));
    if (text === undefined || !document || text === document.getText()) return [];
    return [{ range: { start: { line: 0, character: 0 }, end: document.positionAt(document.getText().length) }, newText: text }];
  });

  documents.listen(connection);
  connection.listen();
}
