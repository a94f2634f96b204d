/** A project whose open documents are the editor's texts and whose other files lie on disk. Files are absolute paths. */

import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { diskProject, projectRoot } from "../node.ts";
import type { Project } from "../project.ts";

/** The path of a document, or its URI where it is not a file (an unsaved text). */
export const fileOf = (uri: string): string => {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : uri;
  } catch {
    return uri;
  }
};

export const uriOf = (file: string): string => (/^[a-z][a-z\d+.-]+:/i.test(file) && !/^[a-z]:[\\/]/i.test(file) ? file : pathToFileURL(file).href);

export function editorProject(documents: TextDocuments<TextDocument>): Project {
  const roots = new Map<string, Project>();
  const diskOf = (file: string): Project => {
    const folder = dirname(file);
    const known = roots.get(folder);
    if (known) return known;
    const project = diskProject(projectRoot(file));
    roots.set(folder, project);
    return project;
  };
  const open = (file: string): string | undefined => documents.get(uriOf(file))?.getText() ?? documents.get(file)?.getText();
  return {
    read: (file) => open(file) ?? (file.startsWith("/") || /^[a-z]:/i.test(file) ? diskOf(file).read(file) : { reason: "missing" }),
    readBytes: (file, start, length) => diskOf(file).readBytes(file, start, length),
    manifest: (path) => diskOf(path).manifest(path),
  };
}

/** The `.cnn` and weight files beside a file, as an import or a `load` names them. */
export function filesBeside(file: string): readonly string[] {
  try {
    return readdirSync(dirname(file))
      .filter((name) => /\.(cnn|safetensors)$/.test(name) && !file.endsWith(`/${name}`))
      .map((name) => (name.endsWith(".cnn") ? `./${name}` : name));
  } catch {
    return [];
  }
}
