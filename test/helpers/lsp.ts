/** An editor as the language server sees one: a process, JSON-RPC over its standard streams, documents that change. */

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createMessageConnection, type MessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { folderWith } from "./cli.ts";

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly {
    readonly code: string;
    readonly message: string;
    readonly range: { readonly start: Position; readonly end: Position };
    readonly codeDescription?: { readonly href: string };
    readonly relatedInformation?: readonly { readonly location: { readonly uri: string; readonly range: { readonly start: Position; readonly end: Position } } }[];
  }[];
}

export interface Editor {
  readonly connection: MessageConnection;
  readonly folder: string;
  uri(name: string): string;
  /** Opens a document, and waits for what is said of it. */
  open(name: string, text: string): Promise<Published>;
  /** Puts a text in place of a range, or of all, and waits for what is said of that version. */
  change(name: string, edits: readonly Edit[]): Promise<Published>;
  /** The same without waiting; returns the version. */
  send(name: string, edits: readonly Edit[]): Promise<number>;
  /** What is said of a version of a document, or a later one. */
  said(name: string, version: number): Promise<Published>;
  /** Hears all that is published. */
  onPublished(listener: (news: Published) => unknown): { dispose(): void };
  /** Sends a message as it stands, whatever it is. */
  sendRaw(body: string): void;
  /** A request about a document. */
  ask(method: string, name: string, params?: object): Promise<unknown>;
  /** Ends the server politely; its exit code and what it wrote to standard error. */
  close(): Promise<{ readonly code: number | null; readonly said: string }>;
}

export interface Edit {
  readonly range?: { readonly start: Position; readonly end: Position };
  readonly text: string;
}

const builtServer = "packages/shape-checker/dist/server.js";

export async function openEditor({
  server = builtServer,
  files = {},
  capabilities = {},
}: { readonly server?: string; readonly files?: Readonly<Record<string, string>>; readonly capabilities?: object } = {}): Promise<Editor> {
  const folder = folderWith({ "package.json": "{}", ...files });
  const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk) => (errors += chunk));
  const ended = new Promise<number | null>((end) => child.once("exit", end));
  const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  const published = new Map<string, Published>();
  const listeners = new Set<(news: Published) => unknown>();
  const waiting = new Set<{ readonly uri: string; readonly version: number; readonly found: (published: Published) => void }>();
  connection.onNotification("textDocument/publishDiagnostics", (news: Published) => {
    published.set(news.uri, news);
    for (const listener of listeners) listener(news);
    for (const each of waiting) {
      if (each.uri !== news.uri || (news.version ?? 0) < each.version) continue;
      waiting.delete(each);
      each.found(news);
    }
  });
  connection.listen();
  await connection.sendRequest("initialize", { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities });
  await connection.sendNotification("initialized", {});

  const versions = new Map<string, number>();
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  const next = (name: string): number => {
    const version = (versions.get(name) ?? 0) + 1;
    versions.set(name, version);
    return version;
  };
  const said = (name: string, version: number): Promise<Published> => {
    const known = published.get(uriOf(name));
    if (known && (known.version ?? 0) >= version) return Promise.resolve(known);
    return new Promise((found, lost) => {
      waiting.add({ uri: uriOf(name), version, found });
      void ended.then((code) => lost(new Error(`the server ended with ${code}: ${errors}`)));
    });
  };
  const send = async (name: string, edits: readonly Edit[]): Promise<number> => {
    const version = next(name);
    await connection.sendNotification("textDocument/didChange", { textDocument: { uri: uriOf(name), version }, contentChanges: edits });
    return version;
  };
  return {
    connection,
    folder,
    uri: uriOf,
    async open(name, text) {
      writeFileSync(join(folder, name), text);
      const version = next(name);
      const languageId = name.endsWith(".json") ? "json" : "cnn";
      await connection.sendNotification("textDocument/didOpen", { textDocument: { uri: uriOf(name), languageId, version, text } });
      return said(name, version);
    },
    change: async (name, edits) => said(name, await send(name, edits)),
    send,
    said,
    onPublished(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    sendRaw: (body) => void child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
    ask: (method, name, params = {}) => connection.sendRequest(method, { textDocument: { uri: uriOf(name) }, ...params }),
    async close() {
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      return { code: await ended, said: errors };
    },
  };
}
