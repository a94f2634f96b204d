/** TensorFlow itself under TensorFlow.js, on the graphics card or the processor, where its native library is installed. */

import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { registerGradients, type Backend } from "./backend.ts";

const packageName = "@tensorflow/tfjs-node-gpu";

/** The folder of the package, if it is installed. */
function packageFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  } catch {
    return undefined;
  }
}

/** Whether the binding and TensorFlow's library lie in the package. */
function hasNativeLibrary(folder: string): boolean {
  const bindings = join(folder, "lib");
  const bound = existsSync(bindings) && readdirSync(bindings).some((name) => existsSync(join(bindings, name, "tfjs_binding.node")));
  const library = join(folder, "deps/lib");
  return bound && existsSync(library) && readdirSync(library).some((name) => name.includes("tensorflow"));
}

export const tensorflow: Backend = {
  name: "tensorflow",
  async probe() {
    const folder = packageFolder();
    if (folder === undefined) return { usable: false, reason: `${packageName} is not installed`, remedy: `npm install ${packageName}@4.22.0` };
    if (!hasNativeLibrary(folder))
      return {
        usable: false,
        reason: `${packageName} lacks its native library (libtensorflow 2.9.1; it needs CUDA 11.2 and cuDNN 8.1)`,
        remedy: `cd ${folder} && node scripts/install.js gpu download`,
      };
    return { usable: true, about: "TensorFlow's own library, on the graphics card where CUDA finds one" };
  },
  async load() {
    // Else TensorFlow greets every start with lines about the processor.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
    // Removed in Node 23, still called by the package.
    const util: { isNullOrUndefined?: (value: unknown) => boolean } = createRequire(import.meta.url)("node:util");
    util.isNullOrUndefined ??= (value) => value === null || value === undefined;
    await import("@tensorflow/tfjs-node-gpu");
    await registerGradients();
    if (!(await setBackend("tensorflow"))) throw new Error(`${packageName} did not start.`);
    await ready();
    const { installTensorflowKernels } = await import("../kernels/tensorflow/install.ts");
    return { warnings: installTensorflowKernels() ? [] : ["tensorflow runs without this package's kernels, since the backend is not built like the one of TensorFlow.js 4.22."] };
  },
};
