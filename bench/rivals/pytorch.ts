/** Starts the PyTorch peer, where this machine has PyTorch. */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { emit } from "@cnn-lang/codegen";
import { modelIn } from "../network.ts";

const python = "/usr/bin/python3";
/** Debian's PyTorch is built on the reference BLAS, whose dense layers are slow; OpenBLAS takes its place when it is found first. */
const openBlas = "/usr/lib/x86_64-linux-gnu/openblas-pthread";

export interface Peer {
  readonly about: string;
  /** The milliseconds of so many training steps of the model in a `.cnn` file. */
  steps(file: string, batch: number, count: number): Promise<number[]>;
  stop(): void;
}

export function startPyTorch(): Peer | undefined {
  const version = spawnSync(python, ["-c", "import torch; print(torch.__version__)"], { encoding: "utf8" });
  if (version.status !== 0) return undefined;
  const fast = existsSync(openBlas);
  const child = spawn(python, [fileURLToPath(new URL("pytorch.py", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, OPENBLAS_NUM_THREADS: "1", ...(fast && { LD_LIBRARY_PATH: openBlas }) },
  });
  const lines = createInterface({ input: child.stdout });
  return {
    about: `PyTorch ${version.stdout.trim()}, one thread, channels last, ${fast ? "OpenBLAS" : "its own BLAS"}`,
    async steps(file, batch, steps) {
      const model = modelIn(file);
      const { code } = await emit(model, { target: "pytorch" });
      const { channels, axes } = model.inputs[0]?.shape ?? { channels: 1, axes: [] };
      child.stdin.write(`${JSON.stringify({ code, name: model.name, shape: [channels, ...axes], batch, steps })}\n`);
      const [line] = await once(lines, "line");
      return JSON.parse(String(line));
    },
    stop: () => child.kill(),
  };
}
