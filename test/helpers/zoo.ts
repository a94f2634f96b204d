/** The programs under `examples/zoo`, checked once a file, and the golden files. */

import { readFileSync, readdirSync } from "node:fs";
import { check, memoryProject, readShapeText, type CheckOptions, type Model } from "@cnn-lang/shape-checker";

/** A JSON file under `test/goldens`. */
export const golden = (name: string) => JSON.parse(readFileSync(`test/goldens/${name}`, "utf8"));

const folder = "examples/zoo";
export const zooFiles: readonly string[] = readdirSync(folder).filter((name) => name.endsWith(".cnn"));
const project = memoryProject(Object.fromEntries(zooFiles.map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")])));

const checked = new Map<string, ReturnType<typeof check>>();

/** A file of the zoo with its diagnostics. */
export function zooFile(file: string): ReturnType<typeof check> {
  const known = checked.get(file) ?? check(project, file);
  checked.set(file, known);
  return known;
}

/** A file's first model, and its last, where that is another. */
export function firstAndLast(file: string): readonly Model[] {
  const { models } = zooFile(file);
  return [...new Set([...models.slice(0, 1), ...models.slice(-1)])];
}

/** One model of the zoo, as it is or with an input of another size, or other arguments. */
export function zooModel(file: string, name: string, input?: string, args?: CheckOptions["arguments"]): Model {
  const shape = readShapeText(input ?? "");
  const { models } = shape ? check(project, file, { model: name, input: shape, ...(args && { arguments: args }) }) : zooFile(file);
  const model = models.find((each) => each.name === name);
  if (!model) throw new Error(`${file} has no model ${name}`);
  return model;
}
