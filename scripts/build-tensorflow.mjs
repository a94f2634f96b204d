/**
 * Makes the `tensorflow` backend work where its native library cannot be downloaded: takes TensorFlow's C library and headers out
 * of the Python wheel `tensorflow-cpu` and builds the addon of @tensorflow/tfjs-node-gpu from the sources in its npm package.
 *
 *     node scripts/build-tensorflow.mjs
 *
 * Needs Linux, python3 with pip, g++, and a gigabyte of disk. What it makes lies inside the npm package's folder, as its own
 * installer would put it; removing the folders `deps` and `lib` there undoes it.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The last wheel for Python 3.10 whose C library stands alone and knows all that TensorFlow.js 4.22 calls. */
const wheel = "tensorflow-cpu==2.15.1";

/** What went wrong, said in a sentence. */
class Failure extends Error {}

/** Runs a program and shows what it complains of. */
function run(what, command, args) {
  console.log(what);
  try {
    execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  } catch (error) {
    throw new Failure(error.code === "ENOENT" ? `${command} is not installed.` : `${command} failed.`);
  }
}

function folderOf(name) {
  try {
    return dirname(createRequire(new URL("../packages/runtime/package.json", import.meta.url)).resolve(`${name}/package.json`));
  } catch {
    throw new Failure(`${name} is not installed; run \`npm start\` once.`);
  }
}

const unpack = `
import sys, zipfile
wheel, to = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        library = name in ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
        if library or name.startswith(("tensorflow/include/tensorflow/c/", "tensorflow/include/tensorflow/core/platform/", "tensorflow/include/tsl/")): archive.extract(name, to)
`;

function build(scratch) {
  const packageFolder = folderOf("@tensorflow/tfjs-node-gpu");
  const nodeHeaders = createRequire(import.meta.url)("node-api-headers").include_dir;
  const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--python-version", "3.10", "--dest", scratch, wheel];
  run(`Downloading the wheel ${wheel} (227 MB) …`, "python3", pip);
  const [file = ""] = readdirSync(scratch).filter((name) => name.endsWith(".whl"));
  run("Unpacking the library and its headers …", "python3", ["-c", unpack, join(scratch, file), scratch]);

  const libraries = join(packageFolder, "deps", "lib");
  const addon = join(packageFolder, "lib", "napi-v8", "tfjs_binding.node");
  for (const folder of [libraries, dirname(addon)]) mkdirSync(folder, { recursive: true });
  for (const name of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) run(`Placing ${name} …`, "cp", [join(scratch, "tensorflow", name), libraries]);
  run("Building the addon …", "g++", [
    ..."-std=c++17 -O2 -fPIC -shared -DNAPI_VERSION=8".split(" "),
    // The sources name their own headers from the folder above the package's, wherever that lies.
    ...[dirname(packageFolder), packageFolder, join(scratch, "tensorflow", "include"), nodeHeaders].flatMap((folder) => ["-I", folder]),
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => join(packageFolder, "binding", name)),
    "-o", addon,
    "-L", libraries, "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2", "-Wl,-rpath,$ORIGIN/../../deps/lib",
  ]);
}

const scratch = mkdtempSync(join(tmpdir(), "cnn-tensorflow-"));
try {
  build(scratch);
  console.log("The tensorflow backend is built. `npx cnn doctor` says whether it starts.");
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = 3;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
