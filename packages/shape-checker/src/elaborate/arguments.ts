/**
 * Binds the arguments of an operator's call to its signature: positional ones in order, named ones by name; each is
 * checked against its parameter's kind and range, and sizes and paddings are spread over the flow's axes.
 */

import type { Argument, Call, Fix } from "@cnn-lang/parser";
import { operatorOf, type OperatorName } from "../operators/index.ts";
import type { Parameter, Signature } from "../operators/operator.ts";
import { bindValue, type Bound } from "./bind-value.ts";
import { findValue } from "./environment.ts";
import type { Sight } from "./evaluate.ts";
import { needlessNumbers } from "./habits.ts";
import { bareNames, lacksArrow, layersOf, matchArguments, misspeltNames, reportBareNames, without } from "./match-arguments.ts";
import { reportMissing } from "./missing-arguments.ts";
import { wordsOf } from "./words.ts";

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
  const bare = bareNames(call, names, (text) => findValue(sight.environment, text) !== undefined || sight.environment.file.names.has(text));
  reportBareNames(call, bare, names, sight.text, sight.report);
  const places = matchArguments(name, without(call, bare), names, sight.report, isLayer);
  const allBelong = places.size === call.arguments.length;
  const misspelt = allBelong ? undefined : misspeltNames(call, names);
  const values: Record<string, Given> = {};
  const useDefault = (parameter: string, kind: Parameter): void => {
    const standard = fallback(kind, values, rank);
    if (standard !== undefined) values[parameter] = standard;
  };
  const doubtful = behindUnreadable(call.arguments);
  let known = allBelong || (bare.length === 0 && !lacksArrow(call, names, isLayer));
  let guessed = false;

  for (const [parameter, kind] of parameters) {
    const argument = places.get(parameter);
    const fixes = (): readonly Fix[] =>
      argument ? [...swapFixes(argument, kind, places, sight), ...needlessNumbers(call, argument, kind, sight.here), ...wordFixes(argument, places, parameters)] : [];
    const bound = argument && (doubtful.has(argument) ? "unknown" : bindValue({ operator: name, parameter, kind, argument, rank, sight, fixes }));
    if (bound === "unknown") {
      guessed ||= kind.kind === "word";
      if (isHarmless(kind)) useDefault(parameter, kind);
      else known = false;
    } else if (bound !== undefined) values[parameter] = bound;
    else if (misspelt?.has(parameter) && !isHarmless(kind)) known = false;
    else if (kind.default !== undefined || kind.optional) useDefault(parameter, kind);
    else known = false;
  }
  if (!known && bare.length === 0) reportMissing(name, call, places, sight.report);
  return { values: known ? values : undefined, places, guessed };
}

/** Arguments in order behind one that could not be read may belong anywhere. */
function behindUnreadable(all: readonly Argument[]): ReadonlySet<Argument> {
  const positional = all.filter(({ name }) => !name);
  const first = positional.findIndex(({ value }) => value.kind === "invalid");
  return new Set(first < 0 ? [] : positional.slice(first + 1));
}

/** `conv 16 3 same`: a word that another parameter takes. */
function wordFixes({ name, value, span }: Argument, places: ReadonlyMap<string, Argument>, parameters: Parameters["parameters"]): readonly Fix[] {
  if (name || value.kind !== "reference") return [];
  const takes = parameters.find(([each, kind]) => !places.has(each) && wordsOf(kind)?.includes(value.text))?.[0];
  return takes === undefined ? [] : [{ title: `write ${takes}=${value.text}`, edits: [{ span, text: `${takes}=${value.text}` }] }];
}

/** `conv 3x3 16`: the size and the count have changed places. */
export function swapFixes({ value }: Argument, kind: Parameter, places: ReadonlyMap<string, Argument>, sight: Sight): readonly Fix[] {
  const kernel = places.get("kernel")?.value;
  if (kind.kind !== "count" || value.kind !== "size" || kernel?.kind !== "number") return [];
  const edits = [{ span: value.span, text: sight.text(kernel.span) }, { span: kernel.span, text: sight.text(value.span) }];
  return [{ title: `write the ${kind.unit} first`, edits }];
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
