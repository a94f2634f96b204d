/** The files an editor works in: open documents as they are typed, all others as they lie on disk. Files are absolute paths. */

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { diskProject, projectRoot } from "../node.ts";
import type { Project } from "../project.ts";
import { isRecipe, modelFileOf } from "./recipe.ts";

/** The path of a document, or its URI where it is not a file (an unsaved text). */
export const fileOf = (uri: string): string => {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : uri;
  } catch {
    return uri;
  }
};

export const uriOf = (file: string): string => (/^[a-z][a-z\d+.-]+:/i.test(file) && !/^[a-z]:[\\/]/i.test(file) ? file : pathToFileURL(file).href);

export interface EditorFiles {
  readonly project: Project;
  /** All `.cnn` files of the project that a file belongs to, and those that are open. */
  sources(file: string): readonly string[];
  /** All recipes of the project that a file belongs to, and those that are open. */
  recipes(file: string): readonly string[];
  /** Those that train a model of a file. */
  recipesOf(file: string): readonly string[];
  /** What may show a file to be wrong: the recipes that train a model of it, and open programs, which may import it. */
  leadingTo(file: string): readonly string[];
  /** Files were made, changed or removed on disk. */
  refresh(): void;
}

export function editorFiles(documents: TextDocuments<TextDocument>): EditorFiles {
  const projects = new Map<string, { readonly root: string; readonly project: Project }>();
  /** By root. What recipes on disk train is read once; of open ones it may change with every keystroke. */
  let found = new Map<string, { readonly sources: readonly string[]; readonly recipes: readonly { readonly file: string; readonly trains: string | undefined }[] }>();

  const isOnDisk = (file: string): boolean => file.startsWith("/") || /^[a-z]:/i.test(file);
  const diskOf = (file: string): { readonly root: string; readonly project: Project } => {
    const folder = dirname(file);
    const known = projects.get(folder);
    if (known) return known;
    const root = projectRoot(file);
    const made = { root, project: diskProject(root) };
    projects.set(folder, made);
    return made;
  };
  const openFiles = (): readonly string[] => documents.all().map(({ uri }) => fileOf(uri));
  const textOf = (file: string): string | undefined => documents.get(uriOf(file))?.getText() ?? documents.get(file)?.getText();

  const project: Project = {
    read: (file) => textOf(file) ?? (isOnDisk(file) ? diskOf(file).project.read(file) : { reason: "missing" }),
    readBytes: (file, start, length) => (isOnDisk(file) ? diskOf(file).project.readBytes(file, start, length) : undefined),
    manifest: (path) => (isOnDisk(path) ? diskOf(path).project.manifest(path) : undefined),
  };
  const trains = (recipe: string): string | undefined => {
    const text = project.read(recipe);
    return typeof text === "string" ? modelFileOf(recipe, text) : undefined;
  };
  const below = (file: string) => {
    if (!isOnDisk(file)) return { sources: [], recipes: [] };
    const { root } = diskOf(file);
    const known = found.get(root);
    if (known) return known;
    const files = filesBelow(root);
    const made = {
      sources: files.filter((path) => path.endsWith(".cnn")),
      recipes: files.filter(isRecipe).map((path) => ({ file: path, trains: trains(path) })),
    };
    found.set(root, made);
    return made;
  };

  function recipesOf(file: string): readonly string[] {
    const open = openFiles().filter(isRecipe);
    const closed = below(file).recipes.filter((recipe) => recipe.trains === file && !open.includes(recipe.file));
    return [...open.filter((recipe) => trains(recipe) === file), ...closed.map((recipe) => recipe.file)];
  }

  return {
    project,
    recipesOf,
    leadingTo: (file) => (isRecipe(file) ? [] : [...recipesOf(file), ...openFiles().filter((open) => open !== file && !isRecipe(open))]),
    sources: (file) => [...new Set([...below(file).sources, ...openFiles().filter((path) => !isRecipe(path))])],
    recipes: (file) => [...new Set([...below(file).recipes.map((recipe) => recipe.file), ...openFiles().filter(isRecipe)])],
    refresh() {
      found = new Map();
    },
  };
}

/** Folders that hold no sources of the project's own. */
const passedOver = /^(\..*|node_modules|dist|runs)$/;
const mostEntries = 10_000;

/** The `.cnn` files and recipes below a folder, as far as so many entries show them. */
function filesBelow(root: string): readonly string[] {
  const files: string[] = [];
  const folders = [root];
  let entries = 0;
  for (let folder = folders.shift(); folder !== undefined && entries < mostEntries; folder = folders.shift()) {
    for (const entry of entriesOf(folder)) {
      entries += 1;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !passedOver.test(entry.name)) folders.push(path);
      else if (entry.isFile() && /\.(cnn|train\.json)$/.test(entry.name)) files.push(path);
    }
  }
  return files;
}

const entriesOf = (folder: string) => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
};

/** What may stand for a path of which a part is typed: the sources, weight files and folders of the folder that it leads to. */
export function filesBeside(file: string, typed: string): readonly string[] {
  const prefix = typed.slice(0, typed.lastIndexOf("/") + 1);
  const folder = join(dirname(file), prefix);
  const start = prefix === "" ? "./" : prefix;
  return entriesOf(folder).flatMap((entry) => {
    if (entry.isDirectory()) return passedOver.test(entry.name) ? [] : [`${start}${entry.name}/`];
    if (!/\.(cnn|safetensors)$/.test(entry.name) || join(folder, entry.name) === file) return [];
    return [entry.name.endsWith(".cnn") ? `${start}${entry.name}` : `${prefix}${entry.name}`];
  });
}
