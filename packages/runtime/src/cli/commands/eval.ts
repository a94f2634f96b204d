/** `cnn eval RUN`: how well a run's model does. */

import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { tellOutcome } from "../outcome.ts";
import { drawEvaluation } from "../output/evaluation.ts";
import { runFlags, type RunFlags } from "../run-flags.ts";

interface Flags extends RunFlags {
  readonly data?: string;
  readonly report?: boolean;
}

export const evalCommand = buildCommand<Flags, [run: string], Context>({
  docs: {
    brief: "Measure a run's model on images that it has not learnt from",
    fullDescription:
      "Prints loss and metrics of a run's best checkpoint, class by class and as a confusion matrix, on the test images of its\n" +
      "data; where the data has none, on the images that the training was validated on.",
  },
  parameters: {
    flags: {
      data: { kind: "parsed", parse: String, optional: true, placeholder: "NAME-or-DIR", brief: "Other data than the run's own" },
      report: { kind: "boolean", optional: true, withNegated: false, brief: "Write the run's report.html anew, with what is measured" },
      ...runFlags,
    },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "RUN", brief: "A run's folder" }] },
  },
  async func({ format, ...options }, run) {
    const { evaluate } = await import("#cli/training");
    const result = await evaluate(run, options);
    tellOutcome(this, result);
    if (result.status !== "ok") return;
    const { stdout } = this.process;
    const document = { version: 1, run, ...result.value };
    stdout.write(format === "json" ? `${JSON.stringify(document, undefined, 2)}\n` : drawEvaluation(run, result.value, stdout.paint));
  },
});
