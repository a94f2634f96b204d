/** How the core sees files. Paths use `/`; what they are relative to is the project's own matter. */

export interface Project {
  /** The text of a file, or why there is none. */
  read(path: string): string | Unreadable;
  /** Bytes of a file (a weight file's header), or nothing where there are none. */
  readBytes(path: string, start: number, length: number): Uint8Array | undefined;
  /** What a data set holds, as JSON, or nothing where that is not known. */
  manifest(path: string): unknown;
}

export interface Unreadable {
  readonly reason: "missing" | "folder" | "device" | "binary" | "too large" | "outside" | "forbidden";
}

export const unreadableWords: Readonly<Record<Unreadable["reason"], string>> = {
  missing: "there is no such file",
  folder: "it is a folder, not a file",
  device: "it is a device or a pipe, not a file",
  binary: "it is not text (it holds zero bytes or invalid UTF-8)",
  "too large": "it is larger than 10 MB, which no network's text is",
  outside: "it lies outside the project",
  forbidden: "this user may not read it",
};

/** A project of texts (and weight files' bytes) held in memory. */
export function memoryProject(files: Readonly<Record<string, string | Uint8Array>>): Project {
  const find = (path: string): string | Uint8Array | undefined => (Object.hasOwn(files, path) ? files[path] : undefined);
  return {
    read(path) {
      if (path.startsWith("../") || path.startsWith("/")) return { reason: "outside" };
      const file = find(path);
      if (file === undefined) return { reason: "missing" };
      return typeof file === "string" ? file : { reason: "binary" };
    },
    readBytes(path, start, length) {
      const file = find(path);
      return file instanceof Uint8Array ? file.subarray(start, start + length) : undefined;
    },
    manifest: () => undefined,
  };
}

/** `a/b.cnn` and `../c.cnn` → `c.cnn`: the path that a file means by a relative one. */
export function resolvePath(from: string, relative: string): string {
  const absolute = from.startsWith("/");
  const segments = from.split("/").slice(0, -1);
  for (const segment of relative.split("/")) {
    if (segment === "" || segment === ".") continue;
    const last = segments.at(-1);
    if (segment === ".." && last !== undefined && last !== ".." && last !== "" && last !== ".") segments.pop();
    else segments.push(segment);
  }
  const path = segments.filter((segment) => segment !== "." && segment !== "").join("/");
  // The folder of the file itself.
  return absolute ? `/${path}` : path || ".";
}
