/** The files that a command reads: each belongs to the project of its root, and is noted so that it can be watched. */

import type { Project } from "@cnn-lang/shape-checker";
import { diskProject, projectRoot } from "@cnn-lang/shape-checker/node";
import { normalize, sep } from "node:path";

export interface Projects {
  /** The project whose root holds the file. */
  readonly of: (file: string) => Project;
  /** A file's text, or nothing where it cannot be read. */
  readonly textOf: (file: string) => string | undefined;
  /** Every path that was asked for, there or not. */
  readonly asked: ReadonlySet<string>;
}

/** @param manifest What data folders hold, for commands that read recipes. */
export function openProjects(manifest: Project["manifest"] = () => undefined): Projects {
  const projects = new Map<string, Project>();
  const asked = new Set<string>();

  function of(file: string): Project {
    const root = projectRoot(file);
    const known = projects.get(root);
    if (known) return known;
    const disk = diskProject(root);
    const project: Project = {
      manifest,
      read: (path) => disk.read(note(path)),
      readBytes: (path, start, length) => disk.readBytes(note(path), start, length),
    };
    projects.set(root, project);
    return project;
  }

  function note(path: string): string {
    asked.add(path);
    return path;
  }

  return {
    of,
    textOf(file) {
      const text = of(file).read(file);
      return typeof text === "string" ? text : undefined;
    },
    asked,
  };
}

/** A path as given on the command line → as spans name files: `./nets\lenet.cnn` → `nets/lenet.cnn`. */
export const tidyPath = (given: string): string => normalize(given).split(sep).join("/");
