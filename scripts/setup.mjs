/**
 * Makes a clone ready: installs with the pinned pnpm and builds, each only when something changed since.
 * Plain JavaScript without dependencies, since it runs before anything is installed.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const pnpm = "pnpm@12.21.0";

/** Runs a command in the root and ends this process with its exit code where it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32", ...options });
  if (result.error) fail(`${command} could not be started: ${result.error.message}`);
  if (result.signal) process.kill(process.pid, result.signal);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function fail(message) {
  console.error(message);
  process.exit(3);
}

function* filesBelow(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!["node_modules", "dist"].includes(entry.name)) yield* filesBelow(path);
    } else if (!/\.generated\.|\.tsbuildinfo$/.test(entry.name)) yield path;
  }
}

function fingerprint(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update("\0").update(readFileSync(join(root, file))).update("\0");
  return hash.digest("hex");
}

/** Runs `work` unless `files` are as they were when it last succeeded. */
function once(name, files, isThere, work) {
  const stamp = join(root, "node_modules/.cnn", name);
  const now = fingerprint(files);
  if (isThere && existsSync(stamp) && readFileSync(stamp, "utf8") === now) return;
  work();
  mkdirSync(join(root, "node_modules/.cnn"), { recursive: true });
  writeFileSync(stamp, now);
}

/** Installs and builds what is missing or stale. */
export function setup() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) fail(`Node 20.19 or newer is needed; this is ${process.versions.node}.`);

  const manifests = ["package.json", ...["parser", "shape-checker", "codegen", "runtime"].map((name) => `packages/${name}/package.json`)];
  once("install", ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests], existsSync(join(root, "node_modules/typescript")), () => {
    console.error("Installing the packages (once) …");
    run("npx", ["-y", pnpm, "install", "--frozen-lockfile"]);
  });
  const sources = [...filesBelow("packages"), ...filesBelow("docs/diagnostics"), "tsconfig.json", "tsconfig.base.json", ...[...filesBelow("scripts")].filter((file) => file.includes("build"))];
  once("build", sources, existsSync(join(root, "packages/runtime/dist")), () => {
    console.error("Building …");
    run(process.execPath, ["scripts/build.mjs"]);
  });
}
