/** `cnn inspect RUN [IMAGE]`: what a run's model has learnt, and sees in an image. */

import { buildCommand } from "@stricli/core";
import type { Inspection } from "../../index.ts";
import type { Context } from "../context.ts";
import { tellOutcome } from "../outcome.ts";
import { runFlags, type RunFlags } from "../run-flags.ts";

interface Flags extends Omit<RunFlags, "format"> {
  readonly layer?: string;
  readonly unit?: readonly [number, number];
  readonly out?: string;
}

export const inspectCommand = buildCommand<Flags, [run: string, image?: string], Context>({
  docs: {
    brief: "Look at what a run's model has learnt, and sees in an image",
    fullDescription:
      "Draws the first filters, feature maps, the receptive field of a unit, and where in the image the class is seen, into one page and\n" +
      "PNG files. Without an image, the first one that the model is judged by is taken.",
    customUsage: ["<RUN> [<IMAGE>]"],
  },
  parameters: {
    flags: {
      layer: { kind: "parsed", parse: String, optional: true, placeholder: "PATH", brief: "The layer whose map and receptive field are shown; some of all unless told" },
      unit: { kind: "parsed", parse: parseUnit, optional: true, placeholder: "Y,X", brief: "The unit whose receptive field is drawn: row and column, from 0; the middle unless told" },
      out: { kind: "parsed", parse: String, optional: true, placeholder: "DIR", brief: "The folder that is written into; RUN/inspect unless told" },
      checkpoint: runFlags.checkpoint,
      weights: runFlags.weights,
      backend: runFlags.backend,
    },
    positional: { kind: "tuple", parameters: [{ parse: String, placeholder: "RUN", brief: "A run's folder" }, { parse: String, optional: true, placeholder: "IMAGE", brief: "A PNG or JPEG file" }] },
  },
  async func(options, run, image) {
    const { inspect } = await import("#cli/inspection");
    const result = await inspect(run, image, options);
    tellOutcome(this, result);
    if (result.status === "ok") this.process.stdout.write(told(result.value));
  },
});

function parseUnit(text: string): readonly [number, number] {
  const [, y, x] = /^(\d{1,6}),(\d{1,6})$/.exec(text) ?? [];
  if (y === undefined || x === undefined) throw new Error("write the row and the column of a unit, such as 3,5");
  return [Number(y), Number(x)];
}

function told({ image, seen, field: { layer, unit, top, left, bottom, right }, page, files }: Inspection): string {
  return [
    ...(seen ? [`${image} is seen as ${seen.label}${seen.is === undefined ? "" : `; it is ${seen.is}`}.`] : []),
    `The unit ${unit.join(",")} of ${layer} sees rows ${top} to ${bottom - 1} and columns ${left} to ${right - 1}.`,
    `${page} and ${files.length} pictures beside it are written.`,
    "",
  ].join("\n");
}
