/** What the command line says to a command that it does not understand. */

import {
  AliasNotFoundError,
  type ApplicationText,
  ArgumentParseError,
  EnumValidationError,
  FlagNotFoundError,
  text_en,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from "@stricli/core";

/** Stricli's words, with ours where a user has mistyped. `ownMistake` tells of any other error. */
export const commandLineText = (ownMistake: (error: unknown) => string): ApplicationText => ({
  ...text_en,
  noCommandRegisteredForInput: ({ input, corrections }) =>
    `There is no command ${input}${meant(corrections.map((name) => name.replaceAll("`", "")))} All of them: cnn --help`,
  exceptionWhileParsingArguments: (error) => `${misread(error)} How it is used: cnn COMMAND --help`,
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
  if (error instanceof UnsatisfiedPositionalError) return `${error.placeholder} is missing.`;
  if (error instanceof UnexpectedPositionalError) return `There is one word too many: ${error.input}.`;
  return `${error instanceof Error ? error.message : String(error)}.`;
}

const meant = ([nearest]: readonly string[]): string => (nearest === undefined ? "." : `; did you mean ${nearest}?`);
