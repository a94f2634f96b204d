/** What a table holds, drawn in a terminal, as Markdown or on a page. */

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

export type Row = readonly string[];
