/**
 * `skip { … } project { … }`: the body's result is added to its input. The projection is built only where the two
 * shapes differ, which is ResNet's own rule, decided here.
 */

import { locate, type Fix, type Projection, type Skip, type Span, type Step } from "@cnn-lang/parser";
import { flowProblems } from "../codes/flow.ts";
import { valueProblems } from "../codes/values.ts";
import { operators } from "../operators/index.ts";
import { bringToSize, projectionLayer, projectionNoun } from "../operators/join-fixes.ts";
import { printShape, sameShape, type Shape } from "../shapes/shape.ts";
import { addLayer } from "./add-layer.ts";
import { innerEnvironment, type Flow, type Point } from "./environment.ts";
import { evaluate } from "./evaluate.ts";
import { labelText } from "./labels.ts";
import { joinPath } from "./paths.ts";
import { describeValue } from "./values.ts";
import { deeper, enterScope, reportAt, sightOf, type Place, type Walk } from "./walk.ts";

export function skipStep(walk: Walk, step: Step, skip: Skip, label: string | undefined, flow: Flow, place: Place): Flow {
  const adds = skip.condition ? evaluate(skip.condition, sightOf(walk, place, flow)) : undefined;
  if (adds && adds.type !== "boolean" && adds.type !== "unknown") {
    const finding = valueProblems.wrongType({ what: "the condition of skip", needed: "true or false", found: describeValue(adds) });
    reportAt(walk, place, locate(finding, skip.condition?.span ?? skip.span));
  }
  const body = deeper(walk, skip.span, () => walk.through(skip.body, flow, place));
  if (adds?.type === "boolean" && !adds.value) return body;
  if (typeof flow === "string" || typeof body === "string") return "unknown";
  if (adds && adds.type !== "boolean") return "unknown";

  const shortcut = sameShape(body.shape, flow.shape) ? flow : project(walk, skip, flow, body, place);
  if (shortcut === undefined) return body;
  const facts = operators.add.infer({ broadcast: false }, [body.shape, shortcut.shape]);
  if (!("attributes" in facts)) return body;
  walk.made.push({ name: "add", values: { broadcast: false }, inputs: [body, shortcut], mustAgree: skip.project !== undefined && shortcut === flow });
  const path = label === undefined ? joinPath(place.paths, "add") : place.paths.prefix;
  return addLayer(walk, place, { operator: "add", path, facts, inputs: [body, shortcut], span: skip.span, nameSpan: step.span, joins: true });
}

/** The input brought to the body's shape; undefined where that fails, which is reported. */
function project(walk: Walk, skip: Skip, flow: Point, body: Point, place: Place): Point | undefined {
  const input = printShape(flow.shape);
  const { project: projection } = skip;
  if (!projection) {
    const related = [{ message: `the body gives ${printShape(body.shape)} here`, span: walk.layers[body.layer]?.span ?? skip.body.span }];
    const fixes = [
      ...paddingFix(skip, flow.shape, body.shape),
      ...projectionFix(flow.shape, body.shape, { span: { ...skip.body.span, start: skip.body.span.end }, before: " project " }),
    ];
    reportAt(walk, place, locate(flowProblems.skipDiffers({ body: printShape(body.shape), input }), skip.span, { related, fixes }));
    return undefined;
  }
  // Of other sizes the two might agree, and nothing be built.
  if (body.shape.channels === flow.shape.channels) walk.dependsOnSize = true;
  const label = projection.label && labelText(walk, projection.label, flow, place);
  const inner = { ...place, environment: innerEnvironment(place.environment) };
  const within = label === undefined ? inner : namedProjection(walk, label, projection, inner);
  const projected = deeper(walk, projection.span, () => walk.through(projection.body, flow, within));
  if (typeof projected === "string") return undefined;
  if (sameShape(projected.shape, body.shape)) return projected;
  const finding = flowProblems.projectionDiffers({ body: printShape(body.shape), projected: printShape(projected.shape), input });
  const related = [{ message: `the body gives ${printShape(body.shape)} here`, span: walk.layers[body.layer]?.span ?? skip.body.span }];
  const fixes = projectionFix(flow.shape, body.shape, { span: projection.body.span, before: "" });
  reportAt(walk, place, locate(finding, projection.span, { related, fixes }));
  return undefined;
}

function namedProjection(walk: Walk, label: string, { label: written, span }: Projection, place: Place): Place {
  const path = place.paths.prefix === "" ? label : `${place.paths.prefix}.${label}`;
  walk.silentPaths.add(path);
  return enterScope(walk, place, "group", label, path, { span: written?.span ?? span, step: undefined, whole: span });
}

/** Offers zeros around the body's result where its kernels have no padding. */
function paddingFix({ body: { items } }: Skip, input: Shape, body: Shape): readonly Fix[] {
  const last = items.at(-1)?.span;
  const [padding] = input.channels === body.channels ? bringToSize([body, input], [0, 1]) : [];
  if (!last || !padding || !("through" in padding) || padding.input !== 0) return [];
  return [{ title: padding.title, edits: [{ span: { ...last, start: last.end }, text: ` -> ${padding.through}` }] }];
}

/** Offers a 1x1 convolution with the stride that maps the input's size onto the body's, where one does; of vectors, a dense layer. */
function projectionFix(input: Shape, body: Shape, edit: { readonly span: Span; readonly before: string }): readonly Fix[] {
  const layer = projectionLayer(input, body);
  if (layer === undefined) return [];
  const text = `${edit.before}{ ${layer} bias=false -> batchnorm }`;
  return [{ title: `bring the input along with ${projectionNoun(body)}`, edits: [{ span: edit.span, text }] }];
}
