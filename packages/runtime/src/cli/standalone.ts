/** The primitives that emitted code calls, as text to be put into it, for files that need nothing but TensorFlow.js. */

import type { PrimitiveName } from "@cnn-lang/codegen";
import { fileURLToPath } from "node:url";
import { Refusal } from "./context.ts";

/**
 * The body of a function that returns these primitives, with all that they call and nothing else; in it `tf` is
 * TensorFlow.js..
 */
export async function inlinePrimitives(names: readonly PrimitiveName[]): Promise<string> {
  const { build } = await import("esbuild").catch((error: unknown) => {
    throw new Refusal(3, `esbuild, which puts the primitives into the file, does not start: ${String(error)}`);
  });
  const source = fileURLToPath(import.meta.resolve("#primitives"));
  const { outputFiles: [bundle] } = await build({
    stdin: { contents: `export { ${names.join(", ")} } from ${JSON.stringify(source)};`, resolveDir: "/" },
    bundle: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    external: ["@tensorflow/tfjs-core"],
    write: false,
    logLevel: "silent",
  });
  return asBody(bundle?.text ?? "");
}

/** An ES module of esbuild's, whose imports are all of one namespace, as a function's body. */
function asBody(module: string): string {
  const imported = /^import \* as (\w+) from "@tensorflow\/tfjs-core";\n/gm;
  const namespaces = new Set([...module.matchAll(imported)].map(([, name = ""]) => name));
  const [, exported = ""] = /^export \{([^}]*)\};\n*$/m.exec(module) ?? [];
  const body = module
    .replaceAll(imported, "")
    // Which file a part comes from.
    .replaceAll(/^\/\/ .*\n/gm, "")
    .replace(/^export \{[^}]*\};\n*$/m, "")
    .replaceAll(/(?<![\w$.])(\w+)\b(?=\.)/g, (name) => (namespaces.has(name) ? "tf" : name));
  if (/^(import|export) /m.test(body)) throw new Error("A primitive imports something else than all of TensorFlow.js.");
  return `${body}return {${exported.replaceAll(/(\w+) as (\w+)/g, "$2: $1")}};`;
}
