/** `cnn init [DIR]`: a project that trains. */

import { buildCommand } from "@stricli/core";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Context, Refusal } from "../context.ts";
import { commandName } from "../outcome.ts";
import { writeText } from "../write.ts";

export const initCommand = buildCommand<object, [folder?: string], Context>({
  docs: {
    brief: "Begin a project that trains: model, recipe, README",
    fullDescription: "Writes a small network, the recipe of its training on the built-in digits, and a README. Nothing that is there is written over.",
    customUsage: ["[<DIR>]"],
  },
  parameters: {
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "DIR", optional: true, brief: "Where; here unless it is given" }] },
  },
  func(_flags, folder = ".") {
    const files = Object.entries(projectFiles(commandName(this)));
    const inTheWay = files.map(([name]) => join(folder, name)).filter((path) => existsSync(path));
    if (inTheWay.length > 0) throw new Refusal(1, `Nothing is written, since ${inTheWay.join(" and ")} ${inTheWay.length === 1 ? "is" : "are"} already there. Another folder: cnn init DIR`);
    for (const [name, text] of files) {
      writeText(join(folder, name), text);
      this.process.stdout.write(`${join(folder, name)}\n`);
    }
    const command = commandName(this);
    const next = [...(folder === "." ? [] : [`cd ${folder}`]), `${command} check network.cnn network.train.json`, `${command} train network.train.json`];
    this.process.stdout.write(`\nTo train it:\n${next.map((line) => `  ${line}\n`).join("")}`);
  },
});

const projectFiles = (command: string): Readonly<Record<string, string>> => ({
  "network.cnn": `// Two convolutions, each halving the map, and two dense layers: 28x28 grey images in ten classes.
block stage(channels) {
  conv channels 3 pad=1
  batchnorm
  relu
  maxpool 2
}

model Network(classes = 10) {
  input 1@28x28

  stage 16 -> 16@14x14
  stage 32 -> 32@7x7

  flatten
  dense 64 -> relu -> dropout 0.25
  dense classes
}
`,
  "network.train.json": `{
  "model": "network.cnn",
  "data": {
    "format": "digits",
    "validation": 0.1,
    "augment": [{ "crop": [28, 28], "padding": 2 }],
    "normalize": { "mean": [0.13], "std": [0.31] }
  },
  "loss": { "name": "cross-entropy" },
  "optimizer": { "name": "adam", "learningRate": 0.001 },
  "batch": 64,
  "epochs": 5,
  "seed": 1
}
`,
  "README.md": `# A network for digits

- \`network.cnn\` is the network. \`${command} check network.cnn\` says what is wrong with it, \`${command} summary network.cnn\` shows its shapes and weights.
- \`network.train.json\` is how it is trained: on which data, with which optimizer, how long.

    ${command} train network.train.json
    ${command} eval runs/Network-1
    ${command} predict runs/Network-1 IMAGE.png

The data are generated, so that nothing has to be downloaded. For a folder of your own images, with a folder for each class, say
\`"data": { "format": "folder", "path": "images", … }\` in the recipe; \`${command} data check images\` says what is in it. Then
let the input of the network have the images' size, and the last layer as many classes.
`,
});
