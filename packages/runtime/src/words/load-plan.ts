/** What a `load` takes of its file, in words. */

import type { Summary } from "@cnn-lang/shape-checker";
import { counted } from "../numbers.ts";

type LoadPlan = Summary["loads"][number];

const namesListed = 4;

/** `60 tensors from resnet18.safetensors; fc.weight, fc.bias start anew`, and what of the file is left over. */
export function loadWords({ file, isThere, mapped, anew, leftOver }: LoadPlan): string {
  if (!isThere) return `from ${file}, which is not there`;
  return [
    `${counted(mapped.length, "tensor")} from ${file}`,
    ...(anew.length > 0 ? [`${listed(anew)} ${anew.length === 1 ? "starts" : "start"} anew`] : []),
    ...(leftOver.length > 0 ? [`${listed(leftOver)} of the file ${leftOver.length === 1 ? "is" : "are"} left over`] : []),
  ].join("; ");
}

const listed = (names: readonly string[]): string =>
  names.length > namesListed ? `${names.slice(0, namesListed - 1).join(", ")} and ${names.length - namesListed + 1} more` : names.join(", ");
