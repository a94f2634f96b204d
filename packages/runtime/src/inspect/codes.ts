/** CNN84xx: looking into a run, beside the codes of `../codes.ts`. */

import { defineCodes } from "@cnn-lang/parser";

export const { table: inspectionCodes, create: inspectionProblems } = defineCodes({
  noFeatureMap: {
    code: "CNN8401",
    severity: "error",
    title: "A model has no such feature map",
    message: (f: { model: string; path: string; meant: string | undefined; why: string }) => `${f.path} is no feature map of ${f.model}: ${f.why}${f.meant === undefined ? "" : `; did you mean ${f.meant}?`}`,
    help: () => "cnn summary lists the layers; those whose output is C@HxW have feature maps",
  },
  noUnit: {
    code: "CNN8402",
    severity: "error",
    title: "A feature map has no such unit",
    message: (f: { path: string; unit: string; shape: string }) => `${f.path} has no unit ${f.unit}: it is ${f.shape}`,
    help: () => "a unit is named by its row and column, from 0",
  },
});
