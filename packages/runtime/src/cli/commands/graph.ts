/** `cnn graph FILE`: a model's picture. */

import { graph, type Model } from "@cnn-lang/shape-checker";
import { buildCommand } from "@stricli/core";
import { extname } from "node:path";
import { type Context, Refusal } from "../context.ts";
import { checkedModels, modelFlags, type ModelFlags } from "../model.ts";
import { writeText } from "../write.ts";

interface Flags extends ModelFlags {
  readonly out?: string;
}

export const graphCommand = buildCommand<Flags, [file: string], Context>({
  docs: {
    brief: "Draw a model as a graph of its layers",
    fullDescription:
      "Writes the file behind -o, by its ending: .svg a picture, .dot or .gv for Graphviz, .mmd for Mermaid. Without -o, Graphviz's language\n" +
      "goes to standard output. Of several models each gets a file of its own, with its name before the ending.",
  },
  parameters: {
    flags: {
      ...modelFlags,
      out: { kind: "parsed", parse: String, optional: true, placeholder: "OUT", brief: "The file to write" },
    },
    aliases: { o: "out" },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "FILE", brief: "A .cnn file" }] },
  },
  async func({ out, ...flags }, reference) {
    const draw = drawings.get(out === undefined ? ".dot" : extname(out));
    if (!draw) throw new Refusal(2, `${out} is no name for a picture: it ends in ${[...drawings.keys()].join(", ")}.`);
    const models = checkedModels(this, reference, flags);
    if (!models) return;
    if (models.length === 0) throw new Refusal(1, `${reference} holds no model.`);
    for (const model of models) {
      const picture = await draw(model);
      if (out === undefined) this.process.stdout.write(picture);
      else {
        const file = models.length === 1 ? out : `${out.slice(0, -extname(out).length)}-${model.name}${extname(out)}`;
        writeText(file, picture);
        this.process.stderr.write(`${file} is written.\n`);
      }
    }
  },
});

/** The pictures, by the ending of a file's name. */
const drawings: ReadonlyMap<string, (model: Model) => Promise<string>> = new Map([
  [".svg", picture],
  [".dot", async (model: Model) => graph(model, "dot")],
  [".gv", async (model: Model) => graph(model, "dot")],
  [".mmd", async (model: Model) => graph(model, "mermaid")],
]);

async function picture(model: Model): Promise<string> {
  const { drawSvg } = await import("#cli/drawing");
  const svg = await drawSvg(model);
  if (svg !== undefined) return svg;
  throw new Refusal(3, "The layout of pictures is not installed: npm install @hpcc-js/wasm-graphviz. Or write the graph alone, to a .dot or .mmd file.");
}
