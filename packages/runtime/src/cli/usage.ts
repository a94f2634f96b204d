/** What the command line says to a command that it does not understand. */

import {
  AliasNotFoundError,
  type ApplicationText,
  ArgumentParseError,
  type Command,
  EnumValidationError,
  FlagNotFoundError,
  text_en,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from "@stricli/core";
import type { Context } from "./context.ts";

/** Shows a command in the list of all with what may follow it; Stricli's own line leaves out what need not be given. */
export const shown = <C extends Command<Context>>(command: C, words: string): C => ({
  ...command,
  formatUsageLine: ({ prefix }) => [...prefix, words].join(" "),
});

/**
 * Stricli's words, with ours where a user has mistyped. `command` is the one that was mistyped, such as `check`; `ownMistake` tells of
 * any other error.
 */
export const commandLineText = (command: string, ownMistake: (error: unknown) => string): ApplicationText => ({
  ...text_en,
  noCommandRegisteredForInput: ({ input, corrections }) =>
    input === "help" ? "Help is asked for by a flag: cnn --help, or cnn COMMAND --help"
    : `There is no command ${input}${meant(corrections.map((name) => name.replaceAll("`", "")))} All of them: cnn --help`,
  exceptionWhileParsingArguments: (error) => `${misread(error)} How it is used: cnn ${command} --help`,
  exceptionWhileLoadingCommandFunction: ownMistake,
  exceptionWhileLoadingCommandContext: ownMistake,
  exceptionWhileRunningCommand: ownMistake,
});

function misread(error: unknown): string {
  if (error instanceof FlagNotFoundError) return `There is no flag --${error.input}${meant(error.corrections.map((name) => `--${name}`))}`;
  if (error instanceof AliasNotFoundError) return `There is no flag -${error.input}.`;
  if (error instanceof EnumValidationError) return `--${error.externalFlagName} is one of ${error.values.join(", ")}, not ${error.input}.`;
  if (error instanceof ArgumentParseError) {
    const { externalFlagNameOrPlaceholder: name, input, exception } = error;
    const flag = name === name.toUpperCase() ? name : `--${name}`;
    return `${input} is no value for ${flag}: ${exception instanceof Error ? exception.message : String(exception)}.`;
  }
  if (error instanceof UnsatisfiedFlagError) return `--${error.externalFlagName} wants a value.`;
  if (error instanceof UnsatisfiedPositionalError) {
    // `RUN IMAGE` stands for one after the other.
    const names = error.placeholder.split(" ");
    return `${names[error.limit?.[1] ?? 0] ?? names.at(-1)} is missing.`;
  }
  if (error instanceof UnexpectedPositionalError) return `There is one word too many: ${error.input}.`;
  return `${error instanceof Error ? error.message : String(error)}.`;
}

const meant = ([nearest]: readonly string[]): string => (nearest === undefined ? "." : `; did you mean ${nearest}?`);
