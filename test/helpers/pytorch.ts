/** PyTorch, where this machine has it, as one process that is given all cases of a test file. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Test } from "uvu";
import type { Printed } from "./documents.ts";

/** Files of one emitted module: its code, and where it is to run its weights and inputs. */
export interface TorchCase {
  readonly module: string;
  readonly weights?: string;
  readonly inputs?: string;
  /** The inputs' names, in the order in which the module takes them. */
  readonly names?: readonly string[];
  readonly training?: boolean;
}

export interface TorchAnswer {
  /** Names and shapes of its `state_dict`. */
  readonly state: readonly (readonly [name: string, shape: readonly number[]])[];
  /** The parameters that ask for a gradient. */
  readonly trainable: readonly string[];
  /** Whether a name of the program was executed. */
  readonly attacked: boolean;
  /** What every module of PyTorch has, but for names that begin with `_`. */
  readonly attributes: readonly string[];
  /** By name, in PyTorch's layout, computed in float64. */
  readonly outputs: Readonly<Record<string, readonly number[]>>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** How far PyTorch's float32 is from its float64, at most. */
  readonly spread: number;
  /** The running statistics afterwards. */
  readonly after: Readonly<Record<string, readonly number[]>>;
}

const finder = "import importlib.util, sys; sys.exit(0 if importlib.util.find_spec('torch') else 1)";
const python = ["/usr/bin/python3", "python3"].find((command) => spawnSync(command, ["-c", finder]).status === 0);

/** The suite's `test`, or its `skip` where there is no PyTorch. */
export const withTorch = (test: Test): Test["skip"] => (python === undefined ? test.skip : test);

/** Answers the cases in order; nothing where there is no PyTorch. */
export function askTorch(cases: readonly TorchCase[]): readonly TorchAnswer[] {
  if (python === undefined) return [];
  const script = fileURLToPath(new URL("pytorch.py", import.meta.url));
  const { stdout, stderr, status } = spawnSync(python, ["-W", "ignore", script], { input: JSON.stringify(cases), encoding: "utf8", maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Runs a program in a folder, where PyTorch is. */
export function runPython(text: string, folder: string): Printed {
  if (python === undefined) throw new Error("There is no PyTorch.");
  const { stdout, stderr, status } = spawnSync(python, ["-B", "-"], { cwd: folder, input: text, encoding: "utf8", env: { ...process.env, PYTHONPATH: folder } });
  return { text: stdout + stderr, code: status };
}
