/** What the syntax tests share: programs to read, trees without places, and what was said. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse, type File, type Item } from "@cnn-lang/parser";

const root = new URL("../../", import.meta.url);

/** Every program of the repository that is meant to be right, by its path. */
export function programs(): ReadonlyMap<string, string> {
  const folders = ["examples", "examples/zoo", "test/goldens/nets"];
  const paths = folders.flatMap((folder) =>
    readdirSync(fileURLToPath(new URL(folder, root))).filter((name) => name.endsWith(".cnn")).map((name) => `${folder}/${name}`),
  );
  return new Map(paths.map((path) => [path, readFileSync(fileURLToPath(new URL(path, root)), "utf8")]));
}

/** A tree as plain data without places, so that two layouts of one program compare equal. */
export function shapeOf(file: File): unknown {
  return JSON.parse(
    JSON.stringify(file, (key, value: unknown) => (key === "span" || key === "comments" ? undefined : key === "frozen" ? true : value)),
  );
}

/** The codes of what is wrong with a text, in order. */
export const codesOf = (text: string): readonly string[] => parse(text, { file: "a.cnn" }).diagnostics.map(({ code }) => code);

/** The items of a block with these lines as its body; throws where they are not right. */
export function itemsOf(lines: string): readonly Item[] {
  const { ast, diagnostics } = parse(`block test(a, b, c, n, k, w) {\n${lines}\n}`, { file: "a.cnn" });
  if (diagnostics.length > 0) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const [declaration] = ast.declarations;
  return declaration?.kind === "block" ? declaration.body.items : [];
}
