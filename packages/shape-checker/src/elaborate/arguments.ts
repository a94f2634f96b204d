/**
 * Binds the arguments of an operator's call to its signature: positional ones in order, named ones by name; each is
 * checked against its parameter's kind and range, and sizes and paddings are spread over the flow's axes.
 */

import { locate, type Argument, type BlockDeclaration, type Call, type Diagnostic, type Fix, type Span } from "@cnn-lang/parser";
import { nameProblems } from "../codes/program.ts";
import { valueProblems } from "../codes/values.ts";
import type { OperatorName } from "../operators/index.ts";
import { isOperatorName, operatorOf } from "../operators/index.ts";
import type { Parameter, Signature } from "../operators/operator.ts";
import type { FileScope } from "../resolve/program.ts";
import { bindValue, type Bound } from "./bind-value.ts";
import { findValue } from "./environment.ts";
import type { Sight } from "./evaluate.ts";
import { functions } from "./functions.ts";
import { needlessNumbers } from "./habits.ts";
import { nearestArgument } from "./words.ts";

type Given = Exclude<Bound, undefined>;

export interface BoundCall {
  /** Undefined where an argument is missing or wrong in a way that leaves the result unknown. */
  readonly values: Readonly<Record<string, Given>> | undefined;
  /** The argument that was written for a parameter, to point at. */
  readonly places: ReadonlyMap<string, Argument>;
  /** A wrong word was replaced by the default, of which the layer may make something else: what it says of that is no news. */
  readonly guessed: boolean;
}

interface Parameters {
  readonly names: readonly string[];
  readonly parameters: readonly (readonly [string, Signature[string]])[];
}

const signatures = new Map<OperatorName, Parameters>();

function parametersOf(name: OperatorName): Parameters {
  const known = signatures.get(name);
  if (known) return known;
  const { signature } = operatorOf(name);
  const found = { names: Object.keys(signature), parameters: Object.entries(signature) };
  signatures.set(name, found);
  return found;
}

/** Binds a call of an operator; mistakes are reported. `rank` is the number of axes of what flows in. */
export function bindArguments(name: OperatorName, call: Call, rank: number, sight: Sight): BoundCall {
  const { names, parameters } = parametersOf(name);
  const isLayer = layersOf(sight.environment.file);
  const places = matchArguments(name, call, names, sight.report, isLayer);
  const bare = bareNames(call, names, (text) => findValue(sight.environment, text) !== undefined || sight.environment.file.names.has(text));
  reportBareNames(call, bare, sight.text, sight.report);
  const misspelt = misspeltNames(call, names);
  const values: Record<string, Given> = {};
  const useDefault = (parameter: string, kind: Parameter): void => {
    const standard = fallback(kind, values, rank);
    if (standard !== undefined) values[parameter] = standard;
  };
  let known = !lacksArrow(call, names, isLayer);
  let guessed = false;

  for (const [parameter, kind] of parameters) {
    const argument = places.get(parameter);
    const fixes = (): readonly Fix[] =>
      argument ? [...swapFixes(argument, kind, places, sight), ...needlessNumbers(call, argument, kind, sight.here)] : [];
    const bound = !argument
      ? undefined
      : bare.includes(argument) ? "unknown" : bindValue({ operator: name, parameter, kind, argument, rank, sight, fixes });
    if (bound === "unknown") {
      guessed ||= kind.kind === "word";
      if (isHarmless(kind)) useDefault(parameter, kind);
      else known = false;
    } else if (bound !== undefined) values[parameter] = bound;
    else if (misspelt.has(parameter) && !isHarmless(kind)) known = false;
    else if (kind.default !== undefined || kind.optional) useDefault(parameter, kind);
    else known = false;
  }
  reportMissing(name, call, places, sight.report);
  return { values: known ? values : undefined, places, guessed };
}

/** Which parameters misspelt names probably mean: with their defaults the layer would be another one. */
export function misspeltNames(call: Pick<Call, "arguments">, names: readonly string[]): ReadonlySet<string> {
  const meant = call.arguments.flatMap(({ name }) => (name && !names.includes(name.text) ? [nearestArgument(name.text, names).suggestion] : []));
  return new Set(meant.filter((name) => name !== undefined));
}

/** What an operator needs and is not given. The names' pass tells it too, of calls that are never built. */
export function reportMissing(
  name: OperatorName,
  call: Pick<Call, "arguments" | "callee">,
  places: ReadonlyMap<string, Argument>,
  report: (diagnostic: Diagnostic) => void,
): void {
  const { names, parameters } = parametersOf(name);
  if (isBlurred(call, names)) return;
  for (const [parameter, kind] of parameters) {
    if (places.has(parameter) || kind.default !== undefined || kind.optional) continue;
    const what = kind.doc.replace(/\.$/, "").replaceAll("`", "").replace(/^./, (first) => first.toLowerCase());
    report(locate(valueProblems.missingArgument({ callee: name, name: parameter, what, usage: usageOf(name) }), call.callee.span));
  }
}

/** `reportMissing` for a block. */
export function reportMissingOfBlock(
  { name, parameters }: BlockDeclaration,
  call: Pick<Call, "arguments" | "callee">,
  places: ReadonlyMap<string, Argument>,
  report: (diagnostic: Diagnostic) => void,
): void {
  if (isBlurred(call, parameters.map((parameter) => parameter.name.text))) return;
  for (const { name: parameter, default: standard, span } of parameters) {
    if (places.has(parameter.text) || standard) continue;
    const finding = valueProblems.missingArgument({ callee: name.text, name: parameter.text, what: "" });
    report(locate(finding, call.callee.span, { related: [{ message: `${parameter.text} is a parameter without a default`, span }] }));
  }
}

/** An unreadable or misspelt argument may be the very one that seems to be missing. */
const isBlurred = (call: Pick<Call, "arguments">, names: readonly string[]): boolean =>
  call.arguments.some(({ name, value }) => value.kind === "invalid" || isNoFunction(value) || (name && !names.includes(name.text)));

/** `conv w(3)`, where two arguments were meant. */
const isNoFunction = (value: Argument["value"]): boolean => value.kind === "function-call" && !Object.hasOwn(functions, value.callee.text);

/** The arguments of `conv 8 3 stride 2 pad 1` that are names of arguments, with their values behind them. */
export const bareNames = (call: Pick<Call, "arguments">, names: readonly string[], isDefined: (name: string) => boolean): readonly Argument[] =>
  call.arguments.filter(({ name, value }) => !name && value.kind === "reference" && names.includes(value.text) && !isDefined(value.text));

/** Tells the first of them, with a mend for all: one alone would give an argument twice. */
export function reportBareNames(call: Pick<Call, "arguments">, bare: readonly Argument[], textOf: (span: Span) => string, report: (diagnostic: Diagnostic) => void): void {
  const [first] = bare;
  if (!first) return;
  const pairs = bare.map(({ span }) => ({ span, next: call.arguments[call.arguments.findIndex((argument) => argument.span === span) + 1] }));
  const edits = pairs.flatMap(({ span, next }) => (next && !next.name && !bare.includes(next) ? [{ span: { ...span, start: span.end, end: next.span.start }, text: "=" }] : []));
  const written = pairs.map(({ span, next }) => `${textOf(span)}=${next && !next.name ? textOf(next.span) : "…"}`).join(" ");
  const fixes = edits.length === pairs.length ? [{ title: `write ${written}`, edits }] : [];
  report(locate(nameProblems.unknownName({ name: textOf(first.span), argument: written }), first.span, { fixes }));
}

/** `conv 3x3 16`: the size and the count have changed places. */
export function swapFixes({ value }: Argument, kind: Parameter, places: ReadonlyMap<string, Argument>, sight: Sight): readonly Fix[] {
  const kernel = places.get("kernel")?.value;
  if (kind.kind !== "count" || value.kind !== "size" || kernel?.kind !== "number") return [];
  const edits = [{ span: value.span, text: sight.text(kernel.span) }, { span: kernel.span, text: sight.text(value.span) }];
  return [{ title: `write the ${kind.unit} first`, edits }];
}

/** `conv filters kernel stride=1 pad=0 …`: what an operator takes, with its defaults. */
export const usageOf = (name: OperatorName): string =>
  [name, ...Object.entries(operatorOf(name).signature).map(([parameter, kind]) => parameter + defaultText(kind))].join(" ");

function defaultText({ default: standard }: Parameter): string {
  if (standard === undefined) return "";
  return `=${typeof standard === "object" ? standard.of : standard}`;
}

/** A mistake in one of these does not change what flows on: as if it were not written. */
const isHarmless = (kind: Parameter): boolean =>
  (kind.kind === "boolean" || kind.kind === "real" || kind.kind === "word") && kind.default !== undefined;

function fallback(kind: Parameter, values: Readonly<Record<string, Given>>, rank: number): Bound {
  const { default: standard } = kind;
  if (typeof standard === "object") return values[standard.of];
  if (kind.kind === "size" && typeof standard === "number") return new Array<number>(rank).fill(standard);
  if (kind.kind === "padding" && typeof standard === "number") return new Array<readonly [number, number]>(rank).fill([standard, standard]);
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
  isLayer: (name: string) => boolean,
): ReadonlyMap<string, Argument> {
  const places = new Map<string, Argument>();
  reportSurplus(callee, surplusOf(call, parameters), parameters, report, isLayer);
  let position = 0;
  for (const argument of call.arguments) {
    const name = argument.name?.text ?? parameters[position++];
    if (name === undefined) continue;
    if (!parameters.includes(name)) {
      const near = nearestArgument(name, parameters);
      const isFree = near.suggestion !== undefined && !places.has(near.suggestion) && !call.arguments.some((other) => other.name?.text === near.suggestion);
      const span = argument.name?.span ?? argument.span;
      const fixes = near.suggestion !== undefined && isFree ? [{ title: `write ${near.suggestion}`, edits: [{ span, text: near.suggestion }] }] : [leaveOut(argument)];
      report(locate(valueProblems.unknownArgument({ callee, name, parameters, ...near }), span, { fixes }));
    } else if (places.has(name)) {
      const related = [{ message: "it is given here first", span: places.get(name)?.span ?? argument.span }];
      report(locate(valueProblems.argumentTwice({ callee, name }), argument.span, { related, fixes: [leaveOut(argument)] }));
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
  const fixes = [{ title: surplus.length === 1 ? "leave it out" : "leave them out", edits: surplus.map(({ span }) => ({ span: withBlankBefore(span), text: "" })) }];
  report(locate(valueProblems.tooManyArguments({ callee, takes }), { ...first.span, end: last.span.end }, { fixes }));
}

const leaveOut = ({ span }: Argument): Fix => ({ title: "leave it out", edits: [{ span: withBlankBefore(span), text: "" }] });

/** An argument with the blank before it, so that leaving it out leaves no gap. */
function withBlankBefore(span: Span): Span {
  if (span.start.column <= 1) return span;
  const start = { line: span.start.line, column: span.start.column - 1, offset: span.start.offset - 1 };
  return { ...span, start };
}
