/**
 * Runs the uvu suites under `test/` whose path holds one of the given substrings, one file after the other, and
 * ends with `N passed, N failed, N skipped`. A file that queues no test fails: it would prove nothing.
 */

import { pathToFileURL } from "node:url";
import { parse } from "uvu/parse";

interface Suites {
  UVU_DEFER?: number;
  UVU_INDEX?: number;
  UVU_QUEUE: [string, ...(() => Promise<[errors: string | true, passed: number, skipped: number, total: number]>)[]][];
}
const shared = globalThis as typeof globalThis & Suites;
shared.UVU_DEFER = 1;
const { exec } = await import("uvu");

const substrings = process.argv.slice(2);
const { suites } = await parse("test", /\.test\.ts$/);
const files = suites.filter(({ name }) => substrings.length === 0 || substrings.some((part) => `test/${name}`.includes(part)));

let passed = 0;
let failed = 0;
let skipped = 0;

shared.UVU_QUEUE.length = 0;
for (const [index, { name, file }] of files.entries()) {
  shared.UVU_INDEX = index;
  shared.UVU_QUEUE.push([name]);
  await import(pathToFileURL(file).href);
  const group = shared.UVU_QUEUE[index];
  if (!group || group.length === 1) {
    console.error(`${name} holds no test.`);
    failed += 1;
    continue;
  }
  for (let i = 1; i < group.length; i++) {
    const suite = group[i];
    if (typeof suite !== "function") continue;
    group[i] = async () => {
      const result = await suite();
      passed += result[1];
      skipped += result[2];
      failed += result[3] - result[1];
      return result;
    };
  }
}
await exec();
if (files.length === 0) {
  console.error("No test file matches.");
  failed += 1;
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed > 0 ? 1 : 0);
