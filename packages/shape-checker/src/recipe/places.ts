/** Where things stand in a JSON text: the spans that diagnostics about a recipe point at, and edits that mend it. */

import { createSource, type Edit, type Source, type Span } from "@cnn-lang/parser";
import { findNodeAtLocation, modify, type Node } from "jsonc-parser";

export type JsonPath = readonly (string | number)[];

export interface Places {
  readonly file: string;
  /** The value at a path, or the nearest thing around it that is there. */
  value(path: JsonPath): Span;
  /** The key that a path ends in, or the nearest thing around it. */
  key(path: JsonPath): Span;
  has(path: JsonPath): boolean;
  /** Edits that give the value at a path, making it where it is missing. */
  set(path: JsonPath, value: unknown): readonly Edit[];
  /** Edits that take away the value at a path, with its key. */
  remove(path: JsonPath): readonly Edit[];
}

/** @param root The text's syntax tree, as jsonc-parser gives it. */
export function placesIn(source: Source, root: Node | undefined): Places {
  const find = (path: JsonPath): Node | undefined => (root ? findNodeAtLocation(root, [...path]) : undefined);
  const spanOf = ({ offset, length }: Pick<Node, "offset" | "length">): Span => source.span(offset, offset + length);

  const value = (path: JsonPath): Span => {
    const node = find(path);
    if (node && path.length > 0) return spanOf(node);
    // An object is pointed at by its key, or its opening brace: never by its whole text.
    if (path.length === 0) return spanOf({ offset: root?.offset ?? 0, length: Math.min(1, root?.length ?? 0) });
    return key(path.slice(0, -1));
  };
  const key = (path: JsonPath): Span => {
    const property = find(path)?.parent;
    const name = property?.type === "property" ? property.children?.[0] : undefined;
    return name ? spanOf(name) : value(path);
  };
  const edit = (path: JsonPath, content: unknown): readonly Edit[] =>
    modify(source.text, [...path], content, { formattingOptions: { insertSpaces: true, tabSize: 2 } }).map(
      ({ offset, length, content: text }) => ({ span: source.span(offset, offset + length), text }),
    );

  return {
    file: source.file,
    value,
    key,
    has: (path) => find(path) !== undefined,
    set: edit,
    remove: (path) => edit(path, undefined),
  };
}

/** Places of a text that could not be read at all. */
export const noPlaces = (file: string): Places => placesIn(createSource(file, ""), undefined);
