/** `cnn build FILE`: TensorFlow.js code from a model, with a source map beside it. */

import { buildCommand } from "@stricli/core";
import { basename, dirname, extname, relative } from "node:path";
import { type Context, Refusal } from "../context.ts";
import { checkedModel, modelFlags, type ModelFlags } from "../model.ts";
import { tidyPath } from "../projects.ts";
import { writeText } from "../write.ts";

interface Flags extends ModelFlags {
  readonly out?: string;
  readonly optimize?: boolean;
  readonly standalone?: boolean;
}

export const buildModelCommand = buildCommand<Flags, [file: string], Context>({
  docs: {
    brief: "Emit a model as TensorFlow.js code",
    fullDescription:
      "Writes an ES module with the function forward(weights, input, mode) to standard output, or to the file behind -o:\n" +
      "TypeScript where its name ends in .ts or .mts, else JavaScript; a source map is written beside it.",
  },
  parameters: {
    flags: {
      ...modelFlags,
      out: { kind: "parsed", parse: String, optional: true, placeholder: "OUT", brief: "The file to write" },
      optimize: { kind: "boolean", optional: true, withNegated: false, brief: "Code for inference alone: batch norms folded, activations fused, dropout gone" },
      standalone: { kind: "boolean", optional: true, withNegated: false, brief: "JavaScript that needs nothing but TensorFlow.js, with a function load(file)" },
    },
    aliases: { o: "out" },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "FILE", brief: "A .cnn file" }] },
  },
  async func({ out, optimize, standalone, ...flags }, reference) {
    const extension = out === undefined ? ".js" : extname(out);
    const language = languages.get(extension);
    if (language === undefined) throw new Refusal(2, `${out} is no name for code: it ends in ${[...languages.keys()].join(", ")}.`);
    if (standalone && language === "typescript") {
      throw new Refusal(2, `A file that stands alone is JavaScript, and ${out} would be TypeScript: call it ${basename(out ?? "", extension)}.js.`);
    }
    const model = checkedModel(this, reference, flags);
    if (!model) return;
    const { emit, inlinePrimitives } = await import("#cli/emission");
    const { code, map } = await emit(model, {
      typescript: language === "typescript",
      optimize: optimize === true,
      ...(standalone && { inline: inlinePrimitives }),
      ...(out !== undefined && { file: basename(out) }),
    });
    if (out === undefined) {
      this.process.stdout.write(code);
      return;
    }
    writeText(out, `${code}//# sourceMappingURL=${encodeURIComponent(basename(out))}.map\n`);
    // A map's sources are found from where the map lies.
    const sources = map.sources.map((source) => tidyPath(relative(dirname(out), source)));
    writeText(`${out}.map`, `${JSON.stringify({ ...map, sources })}\n`);
    this.process.stderr.write(`${out} and ${out}.map are written.\n`);
  },
});

const languages: ReadonlyMap<string, "javascript" | "typescript"> = new Map([
  [".js", "javascript"],
  [".mjs", "javascript"],
  [".ts", "typescript"],
  [".mts", "typescript"],
]);
