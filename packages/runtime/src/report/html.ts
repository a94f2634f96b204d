/** Pages of HTML that hold text of any origin: whatever is put into `html` is escaped, unless `html` has made it. */

import { createHash } from "node:crypto";

/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Piece = Html | string | number | readonly Piece[] | undefined;

/** Nothing where it is undefined; a list's pieces behind each other. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.map((part, i) => (i === 0 ? part : textOf(pieces[i - 1]) + part)).join(""));
}

function textOf(piece: Piece): string {
  if (piece === undefined) return "";
  if (piece instanceof Html) return piece.text;
  return typeof piece === "object" ? piece.map(textOf).join("") : escaped(String(piece));
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** For text and for attributes in quotes. What no text may hold becomes a replacement sign. */
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign).replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/gu, "\ufffd");

/** Data for a page's script, by the id that it is found by. Nothing in it can end the element: `<` stands as `\u003c`. */
export const dataBlock = (id: string, value: unknown): Html =>
  new Html(`<script type="application/json" id="${escaped(id)}">${JSON.stringify(value).replaceAll("<", "\\u003c")}</script>`);

/** A picture as an address. */
export const dataAddress = (type: "image/png" | "image/svg+xml", bytes: Uint8Array | string): string => `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;

export interface Page {
  readonly title: string;
  readonly style: string;
  readonly body: Html;
  /** Scripts that run, in their order; of our own making, never of a run's. */
  readonly scripts: readonly string[];
}

/** A whole page. It asks no network for anything, and runs no script but these: a policy names them by their hashes. */
export function page({ title, style, body, scripts }: Page): string {
  const hashes = scripts.map((script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`);
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src ${hashes.join(" ") || "'none'"}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
${body}
${scripts.map((script) => new Html(`<script>${script}</script>`))}
</body>
</html>
`.text;
}
