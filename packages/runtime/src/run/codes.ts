/** CNN8013, CNN8014: runs that cannot go on, beside the codes of `../codes.ts`. */

import { defineCodes } from "@cnn-lang/parser";
import { grouped } from "../numbers.ts";

export const { table: resumeCodes, create: resumeProblems } = defineCodes({
  runChanged: {
    code: "CNN8013",
    severity: "error",
    title: "A run was changed since its checkpoint",
    message: (f: { path: string; step: number; changed: readonly string[] }) =>
      `${f.path} was changed since step ${grouped(f.step)} was saved: ${f.changed.map((name) => (name === "program" ? "the text of its model" : `"${name}" in its recipe`)).join(", ")}`,
    help: () => 'undo that and resume, or train a new run that starts from the old one\'s weights: "weights" in a recipe',
  },
  runInUse: {
    code: "CNN8014",
    severity: "error",
    title: "A run is being trained",
    message: (f: { path: string; pid: number; host: string; here: string }) =>
      `${f.path} is being trained by another process, number ${f.pid}${f.host === f.here ? "" : ` on ${f.host}`}`,
    help: (f) => (f.host === f.here ? "wait until it has ended, or end it: Ctrl-C saves" : `if no process trains it on ${f.host} any more, remove ${f.path}/.lock`),
  },
});
