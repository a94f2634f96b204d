/** `cnn build FILE`: TensorFlow.js code from a model, with a source map beside it; or a PyTorch module. */

import type { Target } from "@cnn-lang/codegen";
import { buildCommand } from "@stricli/core";
import { basename, dirname, extname, relative } from "node:path";
import { type Context, Refusal } from "../context.ts";
import { checkedModel, modelFlags, type ModelFlags } from "../model.ts";
import { tidyPath } from "../projects.ts";
import { writeText } from "../write.ts";

interface Flags extends ModelFlags {
  readonly out?: string;
  readonly target?: Target;
  readonly optimize?: boolean;
  readonly standalone?: boolean;
}

export const buildModelCommand = buildCommand<Flags, [file: string], Context>({
  docs: {
    brief: "Emit a model as TensorFlow.js code, or as a PyTorch module",
    fullDescription:
      "Writes an ES module with the function forward(weights, input, mode) to standard output, or to the file behind -o:\n" +
      "TypeScript where its name ends in .ts or .mts, else JavaScript; a source map is written beside it. A name that ends\n" +
      "in .py asks for a PyTorch module.",
  },
  parameters: {
    flags: {
      ...modelFlags,
      out: { kind: "parsed", parse: String, optional: true, placeholder: "OUT", brief: "The file to write" },
      target: { kind: "enum", values: ["core", "layers", "pytorch"], optional: true, brief: "Functions of TensorFlow.js's core; a model of its layers; a PyTorch module" },
      optimize: { kind: "boolean", optional: true, withNegated: false, brief: "Code for inference alone: batch norms folded, activations fused, dropout gone" },
      standalone: { kind: "boolean", optional: true, withNegated: false, brief: "JavaScript that needs nothing but TensorFlow.js, with a function load(file)" },
    },
    aliases: { o: "out" },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "FILE", brief: "A .cnn file" }] },
  },
  async func({ out, target: wanted, optimize, standalone, ...flags }, reference) {
    const target = wanted ?? (out !== undefined && extname(out) === ".py" ? "pytorch" : "core");
    const [[usual] = [".js"]] = languages[target];
    const extension = out === undefined ? usual : extname(out);
    const language = languages[target].get(extension);
    if (language === undefined) throw new Refusal(2, wrongName(out ?? "", target, wanted));
    if (target !== "core" && (optimize || standalone)) throw new Refusal(2, `${optimize ? "--optimize" : "--standalone"} is for --target core, not for ${target}.`);
    if (standalone && language === "typescript") {
      throw new Refusal(2, `A file that stands alone is JavaScript, and ${out} would be TypeScript: call it ${basename(out ?? "", extension)}.js.`);
    }
    const model = checkedModel(this, reference, flags);
    if (!model) return;
    const { emit, inlinePrimitives } = await import("#cli/emission");
    const { code, map } = await emit(model, {
      target,
      typescript: language === "typescript",
      optimize: optimize === true,
      ...(standalone && { inline: inlinePrimitives }),
      ...(out !== undefined && { file: basename(out) }),
    });
    if (out === undefined) {
      this.process.stdout.write(code);
      return;
    }
    if (language === "python") {
      writeText(out, code);
      this.process.stderr.write(`${out} is written.\n`);
      return;
    }
    writeText(out, `${code}//# sourceMappingURL=${encodeURIComponent(basename(out))}.map\n`);
    // A map's sources are found from where the map lies.
    const sources = map.sources.map((source) => tidyPath(relative(dirname(out), source)));
    writeText(`${out}.map`, `${JSON.stringify({ ...map, sources })}\n`);
    this.process.stderr.write(`${out} and ${out}.map are written.\n`);
  },
});

type Language = "javascript" | "typescript" | "python";

/** What a file holds by the ending of its name; the first is for standard output. */
const scripts: ReadonlyMap<string, Language> = new Map([
  [".js", "javascript"],
  [".mjs", "javascript"],
  [".ts", "typescript"],
  [".mts", "typescript"],
]);
const languages: { readonly [T in Target]: ReadonlyMap<string, Language> } = {
  core: scripts,
  layers: scripts,
  pytorch: new Map([[".py", "python"]]),
};

function wrongName(out: string, target: Target, wanted: Target | undefined): string {
  const endings = [...languages[target].keys(), ...(wanted ? [] : [".py"])];
  return `${out} is no name for ${target === "pytorch" ? "a PyTorch module" : "code"}: it ends in ${endings.join(", ")}.`;
}
