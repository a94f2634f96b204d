/**
 * Binds the arguments of an operator's call to its signature: positional ones in order, named ones by name; each is
 * checked against its parameter's kind and range, and sizes and paddings are spread over the flow's axes.
 */

import { locate, suggest, type Argument, type Call, type Diagnostic, type Fix, type Span } from "@cnn-lang/parser";
import { valueProblems } from "../codes/values.ts";
import type { OperatorName } from "../operators/index.ts";
import { operatorOf } from "../operators/index.ts";
import type { Parameter } from "../operators/operator.ts";
import { bindValue, type Bound } from "./bind-value.ts";
import type { Sight } from "./evaluate.ts";

type Given = Exclude<Bound, undefined>;

export interface BoundCall {
  /** Undefined where an argument is missing or wrong in a way that leaves the result unknown. */
  readonly values: Readonly<Record<string, Given>> | undefined;
  /** The argument that was written for a parameter, to point at. */
  readonly places: ReadonlyMap<string, Argument>;
}

/** Binds a call of an operator; mistakes are reported. `rank` is the number of axes of what flows in. */
export function bindArguments(name: OperatorName, call: Call, rank: number, sight: Sight): BoundCall {
  const { signature } = operatorOf(name);
  const places = matchArguments(name, call, Object.keys(signature), sight.report);
  const values: Record<string, Given> = {};
  const useDefault = (parameter: string, kind: Parameter): void => {
    const standard = fallback(kind, values, rank);
    if (standard !== undefined) values[parameter] = standard;
  };
  let known = true;

  for (const [parameter, kind] of Object.entries(signature)) {
    const argument = places.get(parameter);
    const bound = argument ? bindValue({ operator: name, parameter, kind, argument, rank, sight }) : undefined;
    if (bound === "unknown") {
      if (isHarmless(kind)) useDefault(parameter, kind);
      else known = false;
    } else if (bound !== undefined) values[parameter] = bound;
    else if (kind.default !== undefined || kind.optional) useDefault(parameter, kind);
    else {
      known = false;
      // An unreadable or misspelt argument may be the very one that seems to be missing.
      const blurred = call.arguments.some(({ name: given, value }) => value.kind === "invalid" || (given && !Object.hasOwn(signature, given.text)));
      if (!blurred) {
        sight.report(locate(valueProblems.missingArgument({ callee: name, name: parameter, what: kind.doc.replace(/\.$/, "") }), call.callee.span));
      }
    }
  }
  return { values: known ? values : undefined, places };
}

/** A mistake in one of these does not change what flows on: as if it were not written. */
const isHarmless = (kind: Parameter): boolean =>
  (kind.kind === "boolean" || kind.kind === "real" || kind.kind === "word") && kind.default !== undefined;

function fallback(kind: Parameter, values: Readonly<Record<string, Given>>, rank: number): Bound {
  const { default: standard } = kind;
  if (typeof standard === "object") return values[standard.of];
  if (kind.kind === "size" && typeof standard === "number") return Array.from({ length: rank }, () => standard);
  if (kind.kind === "padding" && typeof standard === "number") return Array.from({ length: rank }, () => [standard, standard] as const);
  return standard;
}

/**
 * Which argument belongs to which parameter. Unknown, surplus and doubled arguments are reported with a fix and left out.
 */
export function matchArguments(
  callee: string,
  call: { readonly arguments: readonly Argument[] },
  parameters: readonly string[],
  report: (diagnostic: Diagnostic) => void,
): ReadonlyMap<string, Argument> {
  const places = new Map<string, Argument>();
  let position = 0;
  for (const argument of call.arguments) {
    const name = argument.name?.text ?? parameters[position++];
    const remove: Fix = { title: "leave it out", edits: [{ span: withBlankBefore(argument.span), text: "" }] };
    if (name === undefined) {
      report(locate(valueProblems.tooManyArguments({ callee, takes: parameters }), argument.span, { fixes: [remove] }));
    } else if (!parameters.includes(name)) {
      const suggestion = suggest(name, parameters);
      const span = argument.name?.span ?? argument.span;
      const fixes = suggestion && !places.has(suggestion) ? [{ title: `write ${suggestion}`, edits: [{ span, text: suggestion }] }] : [remove];
      report(locate(valueProblems.unknownArgument({ callee, name, ...(suggestion && { suggestion }) }), span, { fixes }));
    } else if (places.has(name)) {
      const related = [{ message: "it is given here first", span: places.get(name)?.span ?? argument.span }];
      report(locate(valueProblems.argumentTwice({ callee, name }), argument.span, { related, fixes: [remove] }));
    } else places.set(name, argument);
  }
  return places;
}

/** An argument with the blank before it, so that leaving it out leaves no gap. */
function withBlankBefore(span: Span): Span {
  if (span.start.column <= 1) return span;
  const start = { line: span.start.line, column: span.start.column - 1, offset: span.start.offset - 1 };
  return { ...span, start };
}
