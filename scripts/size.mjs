/** Prints how many lines each package's sources have, and fails for a file that cannot be read in a sitting. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const limit = 400;
const tooLong = [];

for (const name of readdirSync("packages").sort()) {
  const folders = ["src", "assembly"];
  const files = folders.flatMap((folder) => {
    try {
      return readdirSync(join("packages", name, folder), { recursive: true }).map((file) => join("packages", name, folder, file));
    } catch {
      return [];
    }
  });
  let lines = 0;
  let count = 0;
  for (const file of files) {
    if (!file.endsWith(".ts") || file.includes(".generated.")) continue;
    const length = readFileSync(file, "utf8").split("\n").length - 1;
    if (length > limit) tooLong.push(`${file}: ${length} lines`);
    lines += length;
    count += 1;
  }
  console.log(`${name.padEnd(14)} ${String(count).padStart(4)} files ${String(lines).padStart(6)} lines`);
}
if (tooLong.length > 0) {
  console.error(`Longer than ${limit} lines; which idea in each wants a file of its own?\n  ${tooLong.join("\n  ")}`);
  process.exit(1);
}
