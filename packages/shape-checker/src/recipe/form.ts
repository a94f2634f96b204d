/** What the schema says of a recipe's form, in words, each mistake at its place. */

import { type Diagnostic, type Finding, type Fix, locate, suggest } from "@cnn-lang/parser";
import { recipeProblems } from "../codes/recipe.ts";
import type { JsonPath, Places } from "./places.ts";
import { schemaErrors } from "./validate.generated.ts";

/** An error of the schema, as ajv tells it (the validator is built with `verbose`). */
interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly parentSchema: { readonly properties?: Readonly<Record<string, unknown>>; readonly type?: string | readonly string[]; readonly anyOf?: readonly { readonly required: readonly string[] }[] };
  readonly data: unknown;
}

/** What an error of the schema means in words; keywords that only repeat another error say nothing. */
export function formErrors(value: unknown, places: Places): readonly Diagnostic[] {
  const errors: readonly SchemaError[] = schemaErrors(value);
  // A key that is misspelt is not missing besides.
  const misspelt = new Set(errors.filter(({ keyword }) => keyword === "additionalProperties").map((error) => `${error.instancePath}/${nearestKeyOf(error)}`));
  return errors.flatMap((error) => {
    // What stands inside an anyOf repeats the anyOf; a discriminator and an if repeat what they lead to.
    if (error.schemaPath.includes("/anyOf/") || ["if", "discriminator"].includes(error.keyword)) return [];
    if (error.keyword === "required" && misspelt.has(`${error.instancePath}/${String(error.params["missingProperty"])}`)) return [];
    const path = error.instancePath.split("/").slice(1).map(unescape);
    return [schemaDiagnostic(error, path, places)];
  });
}

function unescape(segment: string): string | number {
  return /^\d+$/.test(segment) ? Number(segment) : segment.replaceAll("~1", "/").replaceAll("~0", "~");
}

function schemaDiagnostic(error: SchemaError, path: JsonPath, places: Places): Diagnostic {
  const { keyword, params, parentSchema, data } = error;
  const what = describe(path);
  const found = show(data);
  const at = (finding: Finding, fixes: readonly Fix[] = []): Diagnostic => locate(finding, places.value(path), { fixes });
  const range = (words: string, nearest?: unknown): Diagnostic =>
    at(recipeProblems.outOfRange({ what, range: words, found }), nearest === undefined ? [] : [{ title: `write ${String(nearest)}`, edits: places.set(path, nearest) }]);

  switch (keyword) {
    case "additionalProperties": {
      const key = String(params["additionalProperty"]);
      const known = Object.keys(parentSchema.properties ?? {});
      const suggestion = nearestKeyOf(error);
      const place = [...path, key];
      const fixes = suggestion ? [{ title: `write ${suggestion}`, edits: [{ span: places.key(place), text: JSON.stringify(suggestion) }] }] : [{ title: "leave it out", edits: places.remove(place) }];
      return locate(recipeProblems.unknownKey({ key, within: what, known, ...(suggestion && { suggestion }) }), places.key(place), { fixes });
    }
    case "required":
      return locate(recipeProblems.missingKey({ key: String(params["missingProperty"]), within: what }), places.key(path));
    case "anyOf": {
      const words = (parentSchema.anyOf ?? []).flatMap(({ required }) => required);
      const given = Object.keys(typeof data === "object" && data !== null ? data : {});
      const suggestion = given.map((key) => suggest(key, words)).find((word) => word !== undefined);
      return at(recipeProblems.unknownWord({ what, words, found: given.join(", ") || "empty", ...(suggestion && { suggestion }) }));
    }
    case "enum":
    case "const": {
      const words = [params["allowedValues"] ?? params["allowedValue"]].flat().map(String);
      const suggestion = typeof data === "string" ? nearestWord(data, words) : undefined;
      const fixes = suggestion ? [{ title: `write ${suggestion}`, edits: places.set(path, suggestion) }] : [];
      return at(recipeProblems.unknownWord({ what, words, found, ...(suggestion && { suggestion }) }), fixes);
    }
    case "type": {
      const types = [params["type"]].flat();
      const fixes = convertible(data, types).map((value) => ({ title: `write ${JSON.stringify(value)}`, edits: places.set(path, value) }));
      return at(recipeProblems.wrongType({ what, needed: types.map(typeWord).join(" or "), found }), fixes);
    }
    case "pattern":
      return at(recipeProblems.wrongType({ what, needed: patternWords[what] ?? "written otherwise", found }));
    case "minimum":
      return range(`${String(params["limit"])} or more`, params["limit"]);
    case "exclusiveMinimum":
      return range(`more than ${String(params["limit"])}`);
    case "maximum":
      return range(`${String(params["limit"])} or less`, params["limit"]);
    case "exclusiveMaximum":
      return range(`less than ${String(params["limit"])}`);
    case "minItems":
    case "maxItems":
      return at(recipeProblems.wrongType({ what, needed: `a list of ${String(params["limit"])}${"maxItems" in parentSchema ? "" : " or more"}`, found }));
    case "minProperties":
      return at(recipeProblems.missingKey({ key: "name", within: what }));
    default:
      throw new Error(`The schema's keyword ${keyword} has no words.`);
  }
}

/** What people write from other programs' habits. */
const foreignKeys: Readonly<Record<string, string>> = {
  lr: "learningRate", learning_rate: "learningRate", weight_decay: "weightDecay", eps: "epsilon", batchSize: "batch", batch_size: "batch",
  epoch: "epochs", dataset: "data", args: "arguments", folder: "path", dir: "path", type: "name", val: "validation", criterion: "loss",
  scheduler: "schedule", label_smoothing: "labelSmoothing", class_weights: "classWeights", pos_weight: "positiveWeights", ignore_index: "ignore",
  gradientClip: "clipGradientNorm", max_norm: "clipGradientNorm", clip_value: "clipGradientValue", early_stopping: "earlyStopping", min_delta: "minimumDelta",
  gamma: "factor", step_size: "every", milestones: "at", beta: "delta", monitor: "metric", param_groups: "groups", pretrained: "weights",
};
const foreignWords: Readonly<Record<string, string>> = {
  bce: "binary-cross-entropy", "bce-with-logits": "binary-cross-entropy", bcewithlogitsloss: "binary-cross-entropy", binary_crossentropy: "binary-cross-entropy",
  ce: "cross-entropy", crossentropyloss: "cross-entropy", categorical_crossentropy: "cross-entropy", sparse_categorical_crossentropy: "cross-entropy", nll: "cross-entropy",
  mae: "l1", l2: "mse", mseloss: "mse", "smooth-l1": "huber", smooth_l1: "huber", smoothl1loss: "huber", segmentation: "pixel-cross-entropy",
  top5: "top-5", "top-1": "accuracy", miou: "iou", jaccard: "iou", acc: "accuracy", val_loss: "loss", val_accuracy: "accuracy",
  momentum: "sgd", steplr: "step", multisteplr: "multi-step", onecycle: "one-cycle", cyclic: "triangular", reduceonplateau: "plateau", reducelronplateau: "plateau", poly: "polynomial",
};

function nearestKeyOf({ params, parentSchema }: SchemaError): string | undefined {
  const known = Object.keys(parentSchema.properties ?? {});
  return nearestOf(String(params["additionalProperty"]), known, foreignKeys);
}

/** The word of a list that another was meant to be. */
const nearestWord = (word: string, words: readonly string[]): string | undefined => {
  const small = word.toLowerCase();
  return words.find((one) => one === small) ?? nearestOf(small, words, foreignWords);
};

function nearestOf(word: string, known: readonly string[], foreign: Readonly<Record<string, string>>): string | undefined {
  const meant = Object.hasOwn(foreign, word) ? foreign[word] : undefined;
  return meant !== undefined && known.includes(meant) ? meant : suggest(word, known);
}

/** The value that was meant by one of another type: a number in quotes, a lone value for a list of one. */
function convertible(value: unknown, types: readonly unknown[]): readonly unknown[] {
  if (typeof value === "string" && /^(?:true|false)$/.test(value) && types.includes("boolean")) return [value === "true"];
  if (typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)) && (types.includes("number") || types.includes("integer"))) return [Number(value)];
  if (typeof value === "number" && !Number.isInteger(value) && types.includes("integer")) return [Math.round(value)];
  return typeof value === "string" && types.includes("array") ? [[value]] : [];
}

/** `data.augment[0].crop`; the whole is "a recipe". */
const describe = (path: JsonPath): string =>
  path.length === 0 ? "a recipe" : path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");

const typeWord = (type: unknown): string =>
  ({ integer: "a whole number", number: "a number", string: "a text", boolean: "true or false", object: "an object { … }", array: "a list [ … ]", null: "null" })[String(type)] ?? String(type);

const patternWords: Readonly<Record<string, string>> = {
  model: 'a .cnn file, with # and a model\'s name behind it ("lenet.cnn#LeNet5")',
  "data.expects.shape": 'a shape ("3@32x32")',
};

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 38)} …` : text;
}
