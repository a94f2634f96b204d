/** `cnn graph FILE`: the picture of a model, for Graphviz or Mermaid to draw. */

import { graph, type GraphFormat } from "@cnn-lang/shape-checker";
import { buildCommand } from "@stricli/core";
import { extname } from "node:path";
import { type Context, Refusal } from "../context.ts";
import { checkedModel, modelFlags, type ModelFlags } from "../model.ts";
import { writeText } from "../write.ts";

interface Flags extends ModelFlags {
  readonly out?: string;
}

const formats: ReadonlyMap<string, GraphFormat> = new Map([
  [".dot", "dot"],
  [".gv", "dot"],
  [".mmd", "mermaid"],
]);

export const graphCommand = buildCommand<Flags, [file: string], Context>({
  docs: {
    brief: "Draw a model as a graph of its layers",
    fullDescription:
      "Writes the graph in Graphviz's language to standard output, or to the file behind -o: Graphviz where its name ends in\n" +
      ".dot or .gv, Mermaid where it ends in .mmd.",
  },
  parameters: {
    flags: {
      ...modelFlags,
      out: { kind: "parsed", parse: String, optional: true, placeholder: "OUT", brief: "The file to write" },
    },
    aliases: { o: "out" },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "FILE", brief: "A .cnn file" }] },
  },
  func({ out, ...flags }, reference) {
    const format = out === undefined ? "dot" : formats.get(extname(out));
    if (!format) throw new Refusal(2, `${out} is no name for a graph: it ends in ${[...formats.keys()].join(", ")}.`);
    const model = checkedModel(this, reference, flags);
    if (!model) return;
    const text = graph(model, format);
    if (out === undefined) this.process.stdout.write(text);
    else {
      writeText(out, text);
      this.process.stderr.write(`${out} is written.\n`);
    }
  },
});
