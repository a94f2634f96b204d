/**
 * Compiles the AssemblyScript kernels and writes them, as base64, into TypeScript modules, so that they load in Node and
 * in browsers alike: once as every engine with SIMD takes them, once with relaxed SIMD, whose multiply-add is one
 * instruction, and those that are products once more with wider tiles. Does nothing while the sources are as they were at the last build.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "./setup.mjs";

const sources = "packages/runtime/assembly";
const targets = "packages/runtime/src/kernels/wasm";
const flags = ["-O3", "--runtime", "stub", "--importMemory", "--noAssert", "--enable", "simd"];
const relaxed = ["--enable", "relaxed-simd"];
/** The variants in each module; `WIDE` is for assembly/lanes.ts. */
const modules = {
  binary: { strict: ["index.ts", "--use", "WIDE=0"], relaxed: ["index.ts", "--use", "WIDE=0", ...relaxed] },
  wide: { wide: ["wide.ts", "--use", "WIDE=1", ...relaxed] },
};
/** 112: vectors in exports (only functions of our own take them); 201: addresses have 32 bits. */
const accepted = ["--disableWarning", "112", "--disableWarning", "201"];

const hash = createHash("sha256").update(readFileSync(new URL(import.meta.url)));
for (const name of readdirSync(join(root, sources)).sort()) hash.update(name).update("\0").update(readFileSync(join(root, sources, name)));
const stamp = `// Made by scripts/build-kernels.mjs from ${sources}, ${hash.digest("hex")}\n`;

for (const [name, variants] of Object.entries(modules)) {
  const target = join(root, targets, `${name}.generated.ts`);
  if (!existsSync(target) || !readFileSync(target, "utf8").startsWith(stamp)) build(variants, target);
}

function build(variants, target) {
  const folder = mkdtempSync(join(tmpdir(), "cnn-kernels-"));
  const binaries = Object.entries(variants).map(([name, [source, ...more]]) => {
    const file = join(folder, `${name}.wasm`);
    run("npx", ["--no-install", "asc", `${sources}/${source}`, ...flags, ...more, ...accepted, "-o", file]);
    return [name, readFileSync(file)];
  });
  rmSync(folder, { recursive: true });
  for (const [, binary] of binaries) refuseData(binary);
  const constants = binaries.map(([name, binary]) => `export const ${name}: string =\n  "${binary.toString("base64")}";\n`);
  writeFileSync(target, stamp + constants.join(""));
}

function refuseData(binary) {
  const data = [...sections(binary)].find(({ id }) => id === 11);
  if (!data) return;
  console.error(
    `The kernels have a data section of ${data.size} bytes: it would lie over TensorFlow.js's own data at address 1024.\n` +
      "Mathf.log, strings, static arrays and optional parameters of exports make one; see packages/runtime/assembly.",
  );
  process.exit(1);
}

/** The sections of a WebAssembly module: one byte of id, the size as LEB128, the content. */
function* sections(binary) {
  let at = 8;
  while (at < binary.length) {
    const id = binary[at++];
    let size = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) size |= ((byte = binary[at++]) & 0x7f) << shift;
    yield { id, size };
    at += size;
  }
}
