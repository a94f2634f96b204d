/** `cnn doctor`: what computes here, why, and what would mend the rest. */

import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { version } from "../version.ts";

export const doctorCommand = buildCommand<Record<never, never>, [], Context>({
  docs: {
    brief: "Say which backends work here, and which would be taken",
    fullDescription: "Asks every backend whether it works, starts the one that a training would take, and tells why it did not take the others.",
  },
  parameters: {},
  async func() {
    const { backends, selectBackend } = await import("#cli/training");
    const { availableParallelism } = await import("node:os");
    const { stdout } = this.process;
    const { paint } = stdout;
    const selection = await selectBackend();
    const rejected = new Map(selection.rejected.map((rejection) => [rejection.name, rejection]));
    stdout.write(`cnn ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}, ${availableParallelism()} cores\n\n`);
    for (const { name, probe } of Object.values(backends)) {
      const found = rejected.get(name) ?? (await probe());
      const label = paint("bold", name.padEnd(10));
      if ("reason" in found) {
        stdout.write(`${label}  ${paint("yellow", "does not work here:")} ${found.reason}\n`);
        if (found.remedy) stdout.write(`${" ".repeat(10)}  to mend it: ${found.remedy}\n`);
      } else {
        const isTaken = selection.ok && selection.name === name;
        stdout.write(`${label}  ${isTaken ? paint("green", "would be taken:") : "works:"} ${found.about}\n`);
      }
    }
    if (selection.ok) for (const warning of selection.warnings) stdout.write(`${paint("yellow", "warning:")} ${warning}\n`);
    else this.process.exitCode = 3;
  },
});
