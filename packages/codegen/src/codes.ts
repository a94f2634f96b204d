/** CNN22xx: what keeps a checked program from becoming code. */

import { defineCodes } from "@cnn-lang/parser";

export const { table: emissionCodes, create: emissionProblems } = defineCodes({
  severalModels: {
    code: "CNN2201",
    severity: "error",
    title: "Nothing says which model becomes code",
    message: (facts: { file: string; models: readonly string[] }) =>
      `${facts.file} holds ${facts.models.length} models, and a module holds one: ${facts.models.join(", ")}`,
    help: (facts: { models: readonly string[] }) => `name the one that is meant: compile(project, entry, { model: ${JSON.stringify(facts.models[0])} })`,
  },
});
