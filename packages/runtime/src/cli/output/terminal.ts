/** Where the command's text goes: one of the two streams, with what is known of who reads it. */

/** The numbers that begin and end each style (ECMA-48, SGR). */
const styles = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39], green: [32, 39], cyan: [36, 39] } as const;

export type Style = keyof typeof styles;
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

const plain: Paint = (_, text) => text;
const colored: Paint = (style, text) => `\u001b[${styles[style][0]}m${text}\u001b[${styles[style][1]}m`;

/** Colours are for terminals alone, and not for those who set NO_COLOR (https://no-color.org). */
export function createTerminal(stream: Stream, env: Readonly<Record<string, string | undefined>>): Terminal {
  const isTerminal = stream.isTTY === true && env["TERM"] !== "dumb";
  const isColored = isTerminal && !env["NO_COLOR"];
  return {
    write: (text) => void stream.write(text),
    isInteractive: isTerminal,
    columns: () => stream.columns || 80,
    paint: isColored ? colored : plain,
  };
}
