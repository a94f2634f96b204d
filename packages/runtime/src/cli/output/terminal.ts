/** Where the command's text goes: one of the two streams, with what is known of who reads it. */

import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";
export type Paint = (style: Style, text: string) => string;

export interface Terminal {
  readonly write: (text: string) => void;
  /** A person watches: lines may be redrawn. Otherwise it is a file or another program. */
  readonly isInteractive: boolean;
  readonly columns: () => number;
  /** Colours a text, or leaves it as it is where colours are not wanted. */
  readonly paint: Paint;
}

export interface Stream {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export const plain: Paint = (_, text) => text;

/** Colours are for terminals alone, and not for those who set NO_COLOR (https://no-color.org). */
export function createTerminal(stream: Stream, env: Readonly<Record<string, string | undefined>>): Terminal {
  const isTerminal = stream.isTTY === true && env["TERM"] !== "dumb";
  const isColored = isTerminal && !env["NO_COLOR"];
  return {
    write: (text) => void stream.write(text),
    isInteractive: isTerminal,
    columns: () => stream.columns || 80,
    paint: isColored ? (style, text) => styleText(style, text) : plain,
  };
}
