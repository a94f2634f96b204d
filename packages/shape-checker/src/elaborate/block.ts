/** A use of a block: its parameters bound, its body walked in a scope of its own. */

import { locate, type Argument, type BlockDeclaration } from "@cnn-lang/parser";
import { valueProblems } from "../codes/values.ts";
import type { CallStep } from "./call.ts";
import { type Flow, type Named, rootEnvironment, setLabel, setValue } from "./environment.ts";
import { nameValue, type Sight } from "./evaluate.ts";
import { lacksArrow, layersOf, matchArguments, misspeltNames } from "./match-arguments.ts";
import { reportMissingOfBlock } from "./missing-arguments.ts";
import { placePath } from "./paths.ts";
import { unknown, type LayerValue } from "./values.ts";
import { deeper, enterScope, sightOf, type Place, type Walk } from "./walk.ts";

type BlockValue = Extract<LayerValue, { kind: "block" }>;

export function callBlock(walk: Walk, { step, call, label }: CallStep, { declaration, scope }: BlockValue, flow: Flow, place: Place): Flow {
  const path = placePath(place.paths, call.callee.text, label);
  if (label !== undefined) {
    setLabel(place.environment, label, { step, environment: place.environment, paths: place.paths, path, frozen: place.frozen });
  }
  walk.silentPaths.add(path);
  if (place.calls.some((outer) => outer.kind === "block" && outer.name === declaration.name.text && isRecursive(walk, declaration))) return "unknown";

  const environment = rootEnvironment(scope);
  const claim = { span: step.label?.span ?? call.callee.span, step, whole: step.span };
  const inner: Place = { ...enterScope(walk, place, "block", declaration.name.text, path, claim), environment, within: "block" };
  bindBlockArguments(walk, { declaration, scope }, call, flow, place, inner);
  const result = deeper(walk, call.span, () => walk.through(declaration.body, flow, inner));
  return lacksArrow(call, declaration.parameters.map((parameter) => parameter.name.text), layersOf(place.environment.file)) ? "unknown" : result;
}

/** A block that contains itself was reported by the names' pass; its uses end here. */
const isRecursive = (walk: Walk, declaration: BlockDeclaration): boolean => walk.recursive.has(declaration);

function bindBlockArguments(
  walk: Walk,
  { declaration, scope }: Pick<BlockValue, "declaration" | "scope">,
  call: CallStep["call"],
  flow: Flow,
  outer: Place,
  inner: Place,
): void {
  const names = declaration.parameters.map(({ name }) => name.text);
  const sight = sightOf(walk, outer, flow);
  // Of a block that could not be read, parameters may be lost.
  const tell = scope.isReadable ? sight.report : () => undefined;
  const places = matchArguments(declaration.name.text, call, names, tell, layersOf(outer.environment.file));
  const misspelt = misspeltNames(call, names);
  for (const parameter of declaration.parameters) {
    const name = parameter.name.text;
    const argument = places.get(name);
    if (argument) setValue(inner.environment, name, argumentValue(argument, sight));
    else if (misspelt.has(name)) setValue(inner.environment, name, { value: unknown });
    else if (parameter.default) {
      const use = { parameter: name, at: call.arguments.at(-1)?.span ?? call.callee.span };
      setValue(inner.environment, name, nameValue(parameter.default, sightOf(walk, inner, flow), use));
    }
    else setValue(inner.environment, name, { value: unknown });
  }
  reportMissingOfBlock(declaration, call, places, tell);
}

function argumentValue({ value }: Argument, sight: Sight): Named {
  if (value.kind !== "shape") return nameValue(value, sight);
  sight.report(locate(valueProblems.wrongType({ what: "an argument of a block", needed: "a value or a layer", found: "a shape" }), value.span));
  return { value: unknown };
}
