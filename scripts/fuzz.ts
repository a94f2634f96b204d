/**
 * Runs the compiler over many programs, grown and changed ones, and says what it breaks of its promises:
 *
 *     node --import tsx --conditions=@cnn-lang/source scripts/fuzz.ts --seed 1 --cases 200000
 *     node --import tsx --conditions=@cnn-lang/source scripts/fuzz.ts --seed 1 --only 4711
 *
 * A seed always gives the same cases. Of each promise the first cases that break it are printed, made smaller as far as they
 * still break it; `--only` runs one case again.
 */

import fc from "fast-check";
import { parseArgs } from "node:util";
import { cases, type Case } from "../test/properties/cases.ts";
import { examine, type Broken, type Files } from "../test/properties/invariants.ts";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, cases: { type: "string", default: "2000" }, only: { type: "string" }, show: { type: "string", default: "2" }, slow: { type: "string", default: "2000" } },
});
const seed = Number(values.seed);
const total = Number(values.cases);
const slow = Number(values.slow);

/** Cases are drawn in rows, each with a seed of its own, so that one is found again without drawing all before it. */
const rowLength = 100;
const row = (number: number): readonly Case[] => fc.sample(cases, { seed: seed * 1_000_003 + number, numRuns: rowLength });

/** Leaves out lines, then tokens, as long as the program still breaks the promise. */
async function smaller(files: Files, invariant: string): Promise<Files> {
  let best = files;
  for (const splitter of [/(?<=\n)/, /(?<=[\s{}()|,])|(?=[\s{}()|,])/]) {
    let parts = (best["main.cnn"] ?? "").split(splitter);
    for (let size = parts.length >> 1; size >= 1; size >>= 1) {
      for (let at = 0; at < parts.length; ) {
        const shorter = { ...best, "main.cnn": [...parts.slice(0, at), ...parts.slice(at + size)].join("") };
        if ((await examine(shorter)).some((each) => each.invariant === invariant)) {
          best = shorter;
          parts = [...parts.slice(0, at), ...parts.slice(at + size)];
        } else at += size;
      }
    }
  }
  return best;
}

const found = new Map<string, number>();
const kinds = new Map<string, number>();
let slowest = { time: 0, case: -1, kind: "" };
const start = performance.now();

async function run(number: number, { kind, files }: Case): Promise<void> {
  const before = process.cpuUsage();
  const broken: Broken[] = [...(await examine(files))];
  const { user, system } = process.cpuUsage(before);
  const time = (user + system) / 1000;
  if (time > slowest.time) slowest = { time, case: number, kind };
  if (time > slow) broken.push({ invariant: "time", message: `${Math.round(time)} ms of the processor` });
  const group = kind.startsWith("grown") ? kind : kind.slice(0, kind.lastIndexOf("/"));
  kinds.set(group, (kinds.get(group) ?? 0) + 1);
  for (const { invariant, message } of broken) {
    const times = (found.get(invariant) ?? 0) + 1;
    found.set(invariant, times);
    if (times > Number(values.show)) continue;
    console.log(`\n=== case ${number} (${kind}): ${invariant}\n${message}`);
    const shown = invariant === "time" ? files : await smaller(files, invariant);
    console.log(JSON.stringify(shown["main.cnn"]));
    if (shown !== files) console.log((await examine(shown)).find((each) => each.invariant === invariant)?.message);
  }
}

/** Ends with the report of what was run so far. */
let isEnding = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (isEnding = true));

let done = 0;
if (values.only !== undefined) {
  const number = Number(values.only);
  const chosen = row(Math.floor(number / rowLength))[number % rowLength];
  if (chosen) {
    console.log(chosen.files["main.cnn"]);
    await run(number, chosen);
    done = 1;
  }
} else {
  while (done < total && !isEnding) {
    for (const each of row(done / rowLength).slice(0, total - done)) await run(done++, each);
    // Signals are heard between the rows.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage();
console.log(`\n${done} cases of seed ${seed} in ${seconds.toFixed(0)} s, ${((user + system) / 1e6).toFixed(0)} s of the processor`);
console.log(`the slowest, ${slowest.case} (${slowest.kind}), took ${Math.round(slowest.time)} ms of the processor`);
console.log([...kinds].map(([kind, count]) => `  ${kind}: ${count}`).join("\n"));
console.log(found.size === 0 ? "nothing broken" : [...found].map(([invariant, count]) => `  ${invariant}: ${count}`).join("\n"));
process.exitCode = found.size === 0 ? 0 : 1;
