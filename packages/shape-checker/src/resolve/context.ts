/** What the names' pass carries along through one file. */

import type { Call, Diagnostic, Span } from "@cnn-lang/parser";
import type { OperatorName } from "../operators/index.ts";
import type { FileScope } from "./program.ts";

/** A use of a name, and the name it means where that is defined. */
export type Link = (use: Span, definition: Span) => void;

/** A call in the text whose name can mean nothing but the operator. */
export interface OperatorCall {
  readonly operator: OperatorName;
  readonly call: Call;
  readonly file: FileScope;
  /** Its arguments are literals, and the names' pass had nothing to say of them. */
  readonly isQuiet: boolean;
}

export interface NameContext {
  readonly file: FileScope;
  readonly report: (diagnostic: Diagnostic) => void;
  /** Notes that a top-level name is used. */
  readonly useDeclaration: (name: string) => void;
  readonly reportUnused: boolean;
  /** Hears which definition each name means: what editors follow. */
  readonly link: Link;
  /** Names of this declaration whose braces have closed, with where they were defined. */
  readonly closed: Map<string, Span>;
  /** Points that were used before they are named: a mistake already, so they are not "never used" as well. */
  readonly awaited: Set<string>;
  /** All calls of operators, built or not. */
  readonly calls: OperatorCall[];
}
