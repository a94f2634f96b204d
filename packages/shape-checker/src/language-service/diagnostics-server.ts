/** Diagnostics as editors get them: pushed after each change, or pulled by those that ask. */

import type { Diagnostic } from "@cnn-lang/parser";
import {
  type Connection,
  type Diagnostic as LspDiagnostic,
  DocumentDiagnosticReportKind,
  type FullDocumentDiagnosticReport,
  type TextDocuments,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { fileOf, uriOf } from "./documents.ts";

export interface DiagnosticsServer {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  /** The editor asks for diagnostics itself; nothing is pushed then. */
  readonly isPulled: boolean;
  /** The editor can be told to ask again. */
  readonly canRefresh: boolean;
  /** What is told in a file that is open. */
  readonly told: (file: string) => readonly Diagnostic[];
  readonly diagnosticsOf: (file: string) => readonly Diagnostic[];
  readonly recipesOf: (file: string) => readonly string[];
  readonly convert: (diagnostic: Diagnostic) => LspDiagnostic;
}

/** How long changes that keep arriving are waited for, in milliseconds. */
const longestWait = 2;

/** Serves them; what is returned has all of them looked at again, as when files changed on disk. */
export function serveDiagnostics({ connection, documents, isPulled, canRefresh, told, diagnosticsOf, recipesOf, convert }: DiagnosticsServer): () => void {
  /** Of a file that is not open only its own mistakes are told: those of the model that is being typed are told there. */
  const of = (file: string): LspDiagnostic[] =>
    (documents.get(uriOf(file)) ? told(file) : diagnosticsOf(file).filter(({ span }) => span.file === file)).map(convert);
  /** Recipes that are not open but train a model of an open file: a change of the model may break them. */
  const closedRecipes = (uri: string): readonly string[] => recipesOf(fileOf(uri)).filter((file) => !documents.get(uriOf(file)));

  connection.languages.diagnostics.on(({ textDocument: { uri } }) => {
    const related: Record<string, FullDocumentDiagnosticReport> = {};
    for (const file of closedRecipes(uri)) related[uriOf(file)] = { kind: DocumentDiagnosticReportKind.Full, items: of(file) };
    return { kind: DocumentDiagnosticReportKind.Full, items: of(fileOf(uri)), relatedDocuments: related };
  });
  if (isPulled) return () => canRefresh && connection.languages.diagnostics.refresh();

  /** What each document that is not the changed one was last sent. */
  const sent = new Map<string, string>();
  const changed = new Set<string>();
  let isDue = false;
  /** Something has changed since it was looked last, and when the first of it did. */
  let hasMore = false;
  let since = 0;

  function publish(uri: string, version: number | undefined): void {
    const diagnostics = of(fileOf(uri));
    const text = JSON.stringify(diagnostics);
    const isNews = text !== (sent.get(uri) ?? "[]");
    if (!isNews && !changed.has(uri)) return;
    sent.set(uri, text);
    void connection.sendDiagnostics({ uri, diagnostics, ...(version !== undefined && { version }) });
  }

  // A change of one file may mend or break those that import it, so all are looked at. Changes that arrive together, as of a
  // paste or of fast typing, are answered once, by the last of them.
  function publishAll(): void {
    isDue = false;
    const open = documents.all();
    const recipes = new Set(open.flatMap(({ uri }) => closedRecipes(uri)).map(uriOf));
    try {
      for (const { uri, version } of open) publish(uri, version);
      for (const uri of recipes) publish(uri, undefined);
    } catch (error) {
      connection.console.error(`This is a mistake of cnn-server itself: ${error instanceof Error ? error.stack : String(error)}`);
    }
    for (const uri of sent.keys()) if (!recipes.has(uri) && !documents.get(uri)) clear(uri);
    changed.clear();
  }
  function clear(uri: string): void {
    sent.delete(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  }
  /** Looks as soon as nothing more of what has arrived is waiting, or it has been waited for long enough. */
  function look(): void {
    if (hasMore && performance.now() - since < longestWait) {
      hasMore = false;
      setImmediate(look);
    } else publishAll();
  }
  function schedule(): void {
    hasMore = true;
    if (isDue) return;
    isDue = true;
    since = performance.now();
    setImmediate(look);
  }
  documents.onDidChangeContent(({ document }) => {
    changed.add(document.uri);
    schedule();
  });
  documents.onDidClose(({ document: { uri } }) => {
    changed.delete(uri);
    clear(uri);
    schedule();
  });
  return schedule;
}
