/** Which argument of a call belongs to which parameter, by place or by name, and what is said of those that belong to none. */

import { locate, type Argument, type Call, type Diagnostic, type Edit, type Fix, type Span } from "@cnn-lang/parser";
import { nameProblems } from "../codes/program.ts";
import { valueProblems } from "../codes/values.ts";
import { isOperatorName } from "../operators/index.ts";
import type { FileScope } from "../resolve/program.ts";
import { withoutArgument } from "./without-argument.ts";
import { activationOf, nearestArgument, parameterCalled } from "./words.ts";

/** What is given in a call; its place, where it stands in a flow. */
interface Arguments {
  readonly arguments: readonly Argument[];
  readonly span?: Span;
}

/**
 * Which argument belongs to which parameter. Unknown, surplus and doubled arguments are reported with a fix and left out.
 */
export function matchArguments(
  callee: string,
  call: Arguments,
  parameters: readonly string[],
  report: (diagnostic: Diagnostic) => void,
  isLayer: (name: string) => boolean,
): ReadonlyMap<string, Argument> {
  const places = new Map<string, Argument>();
  reportSurplus(callee, call.arguments, surplusOf(call, parameters), parameters, report, isLayer);
  let position = 0;
  for (const argument of call.arguments) {
    const name = argument.name?.text ?? parameters[position++];
    if (name === undefined) continue;
    if (!parameters.includes(name)) {
      const near = nearestArgument(name, parameters);
      const isFree = near.suggestion !== undefined && !places.has(near.suggestion) && !call.arguments.some((other) => other.name?.text === near.suggestion);
      const span = argument.name?.span ?? argument.span;
      const fixes = near.suggestion !== undefined && isFree ? [{ title: `write ${near.suggestion}`, edits: [{ span, text: near.suggestion }] }] : [behindLayer(call, argument) ?? leaveOut(call.arguments, argument)];
      report(locate(valueProblems.unknownArgument({ callee, name, parameters, ...near }), span, { fixes }));
    } else if (places.has(name)) {
      const related = [{ message: "it is given here first", span: places.get(name)?.span ?? argument.span }];
      report(locate(valueProblems.argumentTwice({ callee, name }), argument.span, { related, fixes: [leaveOut(call.arguments, argument)] }));
    } else places.set(name, argument);
  }
  return places;
}

/** Whether a bare name means a layer in a file. */
export const layersOf = ({ names }: FileScope) => (name: string): boolean => isOperatorName(name) || names.get(name)?.kind === "block";

/** Arguments in order for which there is no parameter. */
const surplusOf = (call: { readonly arguments: readonly Argument[] }, parameters: readonly string[]): readonly Argument[] =>
  call.arguments.filter(({ name }) => name === undefined).slice(parameters.length);

/** `tanh avgpool 2`: the arrow before the next layer is missing, and what flows on is not what was meant. */
export function lacksArrow(call: { readonly arguments: readonly Argument[] }, parameters: readonly string[], isLayer: (name: string) => boolean): boolean {
  const [first] = surplusOf(call, parameters);
  return first?.value.kind === "reference" && isLayer(first.value.text);
}

/** One mistake however many there are. */
function reportSurplus(
  callee: string,
  all: readonly Argument[],
  surplus: readonly Argument[],
  takes: readonly string[],
  report: (diagnostic: Diagnostic) => void,
  isLayer: (name: string) => boolean,
): void {
  const [first] = surplus;
  const last = surplus.at(-1);
  if (!first || !last) return;
  if (first.value.kind === "reference" && isLayer(first.value.text)) {
    const fixes = [{ title: "write the arrow", edits: [{ span: { ...first.span, end: first.span.start }, text: "-> " }] }];
    report(locate(valueProblems.tooManyArguments({ callee, takes, layer: first.value.text }), first.span, { fixes }));
    return;
  }
  const fixes = [{ title: surplus.length === 1 ? "leave it out" : "leave them out", edits: surplus.map((argument) => withoutArgument(all.slice(0, all.indexOf(argument) + 1), argument)) }];
  report(locate(valueProblems.tooManyArguments({ callee, takes }), { ...first.span, end: last.span.end }, { fixes }));
}

/** `conv 8 3 activation=relu` → `conv 8 3 -> relu` */
function behindLayer({ arguments: all, span }: Arguments, argument: Argument): Fix | undefined {
  const activation = activationOf(argument);
  if (!activation || !span) return undefined;
  return { title: `write -> ${activation}`, edits: [withoutArgument(all, argument), { span: { ...span, start: span.end }, text: ` -> ${activation}` }] };
}

const leaveOut = (all: readonly Argument[], argument: Argument): Fix => ({ title: "leave it out", edits: [withoutArgument(all, argument)] });

/** Which parameters misspelt names probably mean: with their defaults the layer would be another one. */
export function misspeltNames(call: Pick<Call, "arguments">, names: readonly string[]): ReadonlySet<string> {
  const meant = call.arguments.flatMap(({ name }) => (name && !names.includes(name.text) ? [nearestArgument(name.text, names).suggestion] : []));
  return new Set(meant.filter((name) => name !== undefined));
}

/** The arguments of `conv 8 3 stride 2 pad1` that are names of arguments, with their values behind them or grown together with them. */
export const bareNames = (call: Pick<Call, "arguments">, names: readonly string[], isDefined: (name: string) => boolean): readonly Argument[] =>
  call.arguments.filter(({ name, value }) => !name && value.kind === "reference" && isArgumentName(value.text.replace(/\d+$/, ""), names) && !isDefined(value.text));

/** Short forms such as `s` and `k` stand for more than an argument's name. */
const isArgumentName = (name: string, names: readonly string[]): boolean => names.includes(name) || (name.length > 2 && parameterCalled(name, names) !== undefined);

/** A call without bare names and the values behind them. */
export function without(call: Arguments, bare: readonly Argument[]): Arguments {
  if (bare.length === 0) return call;
  const isValue = ({ name }: Argument, before: Argument | undefined): boolean =>
    !name && before?.value.kind === "reference" && bare.includes(before) && !/\d$/.test(before.value.text);
  return { ...call, arguments: call.arguments.filter((argument, i) => !bare.includes(argument) && !isValue(argument, call.arguments[i - 1])) };
}

/** Tells the first of them, with a mend for all: one alone would give an argument twice. */
export function reportBareNames(call: Pick<Call, "arguments">, bare: readonly Argument[], names: readonly string[], textOf: (span: Span) => string, report: (diagnostic: Diagnostic) => void): void {
  const [first] = bare;
  if (!first) return;
  const pairs = bare.map(({ span }) => ({ span, next: call.arguments[call.arguments.findIndex((argument) => argument.span === span) + 1] }));
  const [parts, edits]: [string[], Edit[]] = [[], []];
  for (const { span, next } of pairs) {
    const [written = "", grown] = textOf(span).split(/(?=\d+$)/);
    const name = parameterCalled(written, names) ?? written;
    const value = grown ?? (next && !next.name && !bare.includes(next) ? textOf(next.span) : undefined);
    parts.push(`${name}=${value ?? "…"}`);
    if (grown !== undefined) edits.push({ span, text: `${name}=${grown}` });
    else if (next && value !== undefined) edits.push({ span: { ...span, end: next.span.start }, text: `${name}=` });
  }
  const all = parts.join(" ");
  const fixes = edits.length === pairs.length ? [{ title: `write ${all}`, edits }] : [];
  report(locate(nameProblems.unknownName({ name: textOf(first.span), argument: all }), first.span, { fixes }));
}
