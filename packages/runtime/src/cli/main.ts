/** The command `cnn`: its commands, and what stands around each: usage errors, our own mistakes, and readers that go away. */

import { type Application, buildApplication, buildRouteMap, ExitCode, run } from "@stricli/core";
import { buildModelCommand } from "./commands/build.ts";
import { checkCommand } from "./commands/check.ts";
import { dataCommands } from "./commands/data.ts";
import { diffCommand } from "./commands/diff.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { editorCommands } from "./commands/editor.ts";
import { evalCommand } from "./commands/eval.ts";
import { explainCommand } from "./commands/explain.ts";
import { exportCommand } from "./commands/export.ts";
import { fmtCommand } from "./commands/fmt.ts";
import { graphCommand } from "./commands/graph.ts";
import { initCommand } from "./commands/init.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { predictCommand } from "./commands/predict.ts";
import { runCommand } from "./commands/run.ts";
import { summaryCommand } from "./commands/summary.ts";
import { trainCommand } from "./commands/train.ts";
import { type Context, Refusal } from "./context.ts";
import { createTerminal, type Terminal } from "./output/terminal.ts";
import { commandLineText, shown } from "./usage.ts";
import { version } from "./version.ts";

const routes = buildRouteMap<string, Context>({
  routes: {
    init: shown(initCommand, "[<DIR>]"),
    check: checkCommand,
    summary: summaryCommand,
    explain: shown(explainCommand, "[<CODE>]"),
    fmt: fmtCommand,
    build: buildModelCommand,
    graph: graphCommand,
    diff: diffCommand,
    train: shown(trainCommand, "<RECIPE>"),
    eval: evalCommand,
    predict: shown(predictCommand, "<RUN> <IMAGE>..."),
    inspect: shown(inspectCommand, "<RUN> [<IMAGE>]"),
    run: runCommand,
    export: exportCommand,
    data: dataCommands,
    doctor: doctorCommand,
    editor: editorCommands,
  },
  docs: {
    brief: "The .cnn language: convolutional networks that are checked as you write them, and trained from Node",
  },
});

/** One letter too many, too few, wrong or swapped counts alike. */
const anyMistyping = { insertion: 1, deletion: 1, substitution: 1, transposition: 1 };

const application = (words: readonly string[]): Application<Context> => buildApplication(routes, {
  name: "cnn",
  versionInfo: { currentVersion: version },
  scanner: { caseStyle: "allow-kebab-for-camel", distanceOptions: { threshold: 3, weights: anyMistyping } },
  documentation: { caseStyle: "convert-camel-to-kebab", onlyRequiredInUsageLine: true },
  localization: { text: commandLineText(commandOf(words), (error) => (error instanceof Refusal ? error.message : ownMistake(error))) },
  determineExitCode: (error) => (error instanceof Refusal ? error.exitCode : 1),
});

/** `cnn data check …` is the command `data check`. */
const commandOf = ([first = "", second = ""]: readonly string[]): string => (first === "data" || first === "editor" ? `${first} ${second}` : first);

/** What is said of an error that is no user's mistake. The stack is for those who look for it. */
function ownMistake(error: unknown): string {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return [
    `This is a mistake of cnn itself, not of your program: ${message}`,
    `Please report it with what you ran: cnn ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}.`,
    process.env["CNN_DEBUG"] ? stack : "With CNN_DEBUG=1 it shows where it happened.",
  ].join("\n");
}

/** Runs a command line; its exit code stands in `own` when it has ended. */
export const runCommandLine = (words: readonly string[], own: Context["process"]): Promise<void> => run(application(words), words, { process: own });

/** Runs the command that the process was started with, and sets its exit code. Gives whether all that was said has been written. */
export async function main(): Promise<boolean> {
  let stderr: Terminal | undefined;
  const own: Context["process"] = {
    stdout: createTerminal(process.stdout, process.env),
    // Most commands say nothing there, and Node makes the stream when it is asked for.
    get stderr() {
      return (stderr ??= createTerminal(process.stderr.on("error", () => {}), process.env));
    },
    env: process.env,
  };

  process.on("uncaughtException", (error) => {
    own.stderr.write(`${ownMistake(error)}\n`);
    process.exit(1);
  });
  // A reader that has seen enough (`cnn summary … | head`) ends the command without a word. Progress that nobody reads any
  // more is no reason to end a training.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(own.exitCode ?? 0);
    own.stderr.write(`Standard output cannot be written: ${error.code === "ENOSPC" ? "the disk is full" : error.message}.\n`);
    process.exit(1);
  });

  await runCommandLine(process.argv.slice(2), own);
  process.exitCode = exitStatus(own.exitCode ?? 0);
  return isWritten(process.stdout) && (stderr === undefined || isWritten(process.stderr));
}

/** All that a stream was given, without a mistake that is yet to be told. */
const isWritten = ({ writableLength, errored }: NodeJS.WriteStream): boolean => writableLength === 0 && !errored;

/** Stricli numbers its own troubles below zero: the two that are the user's are usage, and the others are ours. */
function exitStatus(code: number): number {
  if (code >= 0) return code;
  return code === ExitCode.UnknownCommand || code === ExitCode.InvalidArgument ? 2 : 1;
}
