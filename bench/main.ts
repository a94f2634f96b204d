/**
 * All benchmarks, each against its peer in one run, the ratios first:
 *
 *     npm run bench
 *     npm run bench -- --only training,check     some of them
 *     npm run bench -- --json                    rows for other programs
 *     npm run bench -- --slow                    also what takes minutes
 *
 * A run of all of them is written to docs/benchmarks.md, with the machine, in the place of the last one on the same Node. Run it on a
 * quiet machine, and read the ratios.
 */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { cells, columns, type Row, tell } from "./row.ts";

const benchmarks = ["training", "workers", "inference", "webgpu", "check", "editor", "memory"] as const;

const built: ReadonlySet<string> = new Set(["check", "editor"]);

/** Over the last minute, before anything of ours runs. */
const [loadBefore = 0] = loadavg();
const words = process.argv.slice(2);
const only = words[words.indexOf("--only") + 1]?.split(",") ?? [];
const chosen = words.includes("--only") ? benchmarks.filter((name) => only.includes(name)) : benchmarks;
const unknown = words.includes("--only") ? only.filter((name) => !benchmarks.some((known) => known === name)) : [];
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}; there are ${benchmarks.join(", ")}.`);
  process.exit(2);
}

/** Each runs in a process of its own: none sees what another left behind. */
function rowsOf(name: string): readonly Row[] {
  const options = ["--json", ...(words.includes("--slow") ? ["--slow"] : [])];
  // The compiler is measured as it is built: tsx slows its small functions down.
  const condition = built.has(name) ? [] : ["--conditions=@cnn-lang/source"];
  const { stdout, status } = spawnSync(process.execPath, ["--expose-gc", "--import", "tsx", ...condition, `bench/${name}.ts`, ...options], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) {
    console.error(`The benchmark ${name} failed.`);
    process.exit(1);
  }
  return JSON.parse(stdout);
}

const results = chosen.map((name) => {
  process.stderr.write(`${name} …\n`);
  return { name, rows: rowsOf(name) };
});
tell(results.flatMap(({ rows }) => rows));

const document = "docs/benchmarks.md";
const [major = ""] = process.versions.node.split(".");

/** What was run on this Node, where, and the table. */
function section(): string {
  const [cpu] = cpus();
  const machine = `${cpu?.model.trim() ?? "a processor"}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
  const line = (texts: readonly string[]): string => `| ${texts.join(" | ")} |`;
  return `## Node ${major}

On ${new Date().toISOString().slice(0, 10)}: ${machine}; average load before ${loadBefore.toFixed(1)}.

${line(columns)}
${line(columns.map(() => "---"))}
${results.flatMap(({ rows }) => rows.map((row) => line(cells(row)))).join("\n")}
`;
}

/** The document with this run's section, the newest Node first. */
function report(): string {
  const sections = new Map(readFileSync(document, "utf8").split(/^(?=## Node )/m).slice(1).map((text) => [/\d+/.exec(text)?.[0] ?? "", `${text.trimEnd()}\n`]));
  sections.set(major, section());
  return `# Benchmarks

Written by \`npm run bench\`. A figure and its peer's come from the same run, taking turns; both are medians. The ratio tells how many times
faster, or fewer, ours is; machines differ, ratios less so. On Node 24 and newer products are computed on [eight numbers at
once](decisions/007-wide-products.md).

The speed of trainings on a graphics card was not measured: none was at hand. What a step asks of one is counted on Dawn's null
device, which computes nothing.

${[...sections].toSorted(([a], [b]) => Number(b) - Number(a)).map(([, text]) => text).join("\n")}`;
}

if (!words.includes("--only") && !words.includes("--json")) {
  writeFileSync(document, report());
  console.log(`\nWritten to ${document}.`);
}
