/**
 * `npm start`: from a fresh clone to a trained network. Installs and builds what is missing, trains LeNet-5 on generated
 * digits with the command line, and measures it on images that it has not seen.
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root, run, setup } from "./setup.mjs";

const wanted = 0.97;
const epochs = 8;
const cnn = join("packages", "runtime", "bin", "cnn.cjs");

setup();

const folder = firstFree("runs/LeNet5");
if (!folder.endsWith("-1")) console.error("Everything is installed and built; a new run is trained beside the earlier ones.");
run(process.execPath, [cnn, "train", "examples/lenet.cnn", "--data", "digits", "--epochs", `${epochs}`, "--out", folder]);

const { stdout, stderr, status } = spawnSync(process.execPath, [cnn, "eval", folder, "--format", "json"], { cwd: root, encoding: "utf8" });
if (status !== 0) {
  console.error(stderr);
  process.exit(1);
}
const { accuracy, samples } = JSON.parse(stdout);
console.log(`\n${(accuracy * 100).toFixed(1)} % of ${samples} test images are recognised, which it had not seen before.`);
if (accuracy <= wanted) {
  console.error(`That is less than ${wanted * 100} %, which this program reaches everywhere: something is wrong. npx cnn doctor tells what computes here.`);
  process.exit(1);
}

function firstFree(name) {
  for (let number = 1; ; number += 1) if (!existsSync(join(root, `${name}-${number}`))) return `${name}-${number}`;
}
