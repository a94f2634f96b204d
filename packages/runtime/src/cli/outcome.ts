/** How a command ends that trained, measured or asked a run: what was found is told, and the exit code says what it means. */

import type { Diagnostic } from "@cnn-lang/parser";
import { type Context, Refusal } from "./context.ts";
import { told } from "./model.ts";
import { openProjects } from "./projects.ts";

interface Outcome {
  readonly status: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly message?: string;
}

/** Tells the diagnostics of a result, and refuses where no backend works. */
export function tellOutcome(context: Context, { status, diagnostics, message }: Outcome): void {
  told(context, openProjects().textOf, diagnostics);
  if (status === "unavailable") throw new Refusal(3, `${message ?? "No backend works here."} cnn doctor tells more.`);
  if (status === "failed") context.process.exitCode = 1;
}

/** How the user called this command: `npx cnn` inside a clone. */
export const commandName = ({ process: { env } }: Context): string => (env["npm_command"] === "exec" || env["npm_lifecycle_event"] ? "npx cnn" : "cnn");
