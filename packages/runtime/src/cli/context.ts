/** What every command is given, and how it refuses. */

import type { CommandContext } from "@stricli/core";
import type { Terminal } from "./output/terminal.ts";

export interface Context extends CommandContext {
  readonly process: {
    /** For results. */
    readonly stdout: Terminal;
    /** For diagnostics and progress, but for those of `check`: they are its result. */
    readonly stderr: Terminal;
    readonly env: Readonly<Record<string, string | undefined>>;
    /** 0 fine · 1 the program, recipe, data or weights have errors · 2 usage · 3 environment · 130 interrupted. */
    exitCode?: number;
  };
}

export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** Ends a command with a message for the user and an exit code. Any other error that a command throws is a mistake of ours. */
export class Refusal extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
