/** The wrong recipes of `wrong.test.ts`, with what is said of each: what they are, and of which programs. */

import type { DataManifest } from "@cnn-lang/shape-checker";

export interface Wrong {
  readonly name: string;
  /** The recipe's text; or what it says beside its model, `net.cnn`, and data, IDX files in `data`. */
  readonly recipe: string | object;
  /** `net.cnn`. */
  readonly program: string;
  /** What is not as it is else: a hundred gray images of 28x28, in ten classes. */
  readonly data?: Partial<DataManifest>;
  /** The tensors of `w.safetensors`, which is not there else. */
  readonly weights?: Readonly<Record<string, readonly number[]>>;
  readonly code: string;
  /** What is underlined, of the recipe unless a file is named. */
  readonly at: string;
  readonly says: string;
  /** The titles of what is offered. */
  readonly fixes?: readonly string[];
}

export const net = (end: string, input = "1@28x28") => `model Net${end.includes("classes") ? "(classes = 10)" : ""} {\n  input ${input}\n  ${end}\n}\n`;
export const plain = net("flatten\n  dense classes");
export const masks = { labelKind: "masks", classes: 3 } as const;
export const numbers = { labelKind: "numbers", classes: 2 } as const;
export const yes = { labelKind: "yes-no", classes: 3 } as const;
export const heads = "model Net {\n  input 1@28x28\n  flatten as x\n  dense 10\n  output main\n  x -> dense 10\n  output side\n}\n";
export const normed = net("flatten -> dense 8\n  batchnorm -> relu\n  dense classes");
export const ce = { name: "cross-entropy" };
