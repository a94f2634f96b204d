/** What of a training must fit together: metrics, early stopping, batches, groups of the optimizer, the schedule's length. */

import { type Diagnostic, locate, suggest } from "@cnn-lang/parser";
import { recipeProblems } from "../codes/recipe.ts";
import { weightProblems } from "../codes/weights.ts";
import { selectsPath } from "../elaborate/freeze.ts";
import type { Layer, Model } from "../model/model.ts";
import { lossesByOutput } from "./loss.ts";
import type { DataFacts } from "./manifest.ts";
import { metricsOfLoss, usualMetrics } from "./metric.ts";
import type { RecipeAndModel } from "./parties.ts";
import { removal } from "./program-fixes.ts";
import type { Recipe } from "./recipe.ts";

type Known = RecipeAndModel & { readonly data?: DataFacts };

/** Holds a training's settings against its model and each other, and against the data where it is known. */
export const checkTraining = (parties: Known): readonly Diagnostic[] => [
  ...trainableDiagnostics(parties),
  ...metricDiagnostics(parties),
  ...stoppingDiagnostics(parties),
  ...batchDiagnostics(parties),
  ...groupDiagnostics(parties),
  ...scheduleDiagnostics(parties),
];

function trainableDiagnostics({ model, places, project }: Known): readonly Diagnostic[] {
  const parameters = model.layers.flatMap(({ weights }) => weights.filter(({ kind }) => kind === "parameter"));
  if (parameters.some(({ trainable }) => trainable)) return [];
  const [freeze] = model.freeze;
  const related = [{ message: "it is to be trained here", span: places.value(["model"]) }];
  return [
    locate(recipeProblems.nothingToTrain({ model: model.name, hasWeights: parameters.length > 0 }), freeze?.span ?? model.span, {
      related,
      fixes: freeze ? removal(project, freeze.span) : [],
    }),
  ];
}

function metricDiagnostics({ recipe, places, model, data }: Known): readonly Diagnostic[] {
  const losses = [...lossesByOutput(recipe, model.outputs).values()].map(({ name }) => name);
  const possible = new Set(losses.flatMap((loss) => metricsOfLoss[loss]));
  return recipe.metrics.flatMap((metric, i) => {
    const at = places.value(["metrics", i]);
    if (!possible.has(metric)) {
      const usual = usualMetrics(recipe.loss);
      return [locate(recipeProblems.metricUnfit({ metric, losses: [...new Set(losses)] }), at, { fixes: [{ title: `measure ${usual.join(", ")}`, edits: places.set(["metrics"], usual) }] })];
    }
    if (metric === "top-5" && data && data.classes <= 5) {
      return [locate(recipeProblems.topOfFew({ classes: data.classes }), at, { fixes: [{ title: "leave it out", edits: places.remove(["metrics", i]) }] })];
    }
    return [];
  });
}

function stoppingDiagnostics({ recipe: { earlyStopping, metrics, data }, places }: Known): readonly Diagnostic[] {
  if (earlyStopping === null) return [];
  const { metric } = earlyStopping;
  const found: Diagnostic[] = [];
  if (metric !== "loss" && !metrics.includes(metric)) {
    const measured = metrics[0] ?? "loss";
    const fixes = [{ title: `watch ${measured}`, edits: places.set(["earlyStopping", "metric"], measured) }];
    found.push(locate(recipeProblems.stoppingUnmeasured({ metric, metrics }), places.value(["earlyStopping", "metric"]), { fixes }));
  }
  if (data.validation === null) {
    const fixes = [{ title: "take a tenth of the training images for validation", edits: places.set(["data", "validation"], 0.1) }];
    found.push(locate(recipeProblems.stoppingBlind({}), places.key(["earlyStopping"]), { fixes, related: [{ message: "validation is null here", span: places.value(["data", "validation"]) }] }));
  }
  return found;
}

/** The batch norm that has one value a channel and image, so that a batch of one image has no variance. */
export const normOfSingleValues = ({ layers }: Model): Layer | undefined =>
  layers.find(({ operator, frozen, outputShape }) => operator === "batchnorm" && !frozen && outputShape.axes.every((size) => size === 1));

/** Whether some batch of an epoch holds one image. */
export const hasBatchOfOne = (images: number, batch: number): boolean => batch === 1 || images % batch === 1;

function batchDiagnostics({ recipe, places, model, data }: Known): readonly Diagnostic[] {
  const norm = normOfSingleValues(model);
  if (!norm || data?.train === undefined) return [];
  const { batch } = recipe;
  const images = trainingImages(recipe.data, data.train);
  if (!hasBatchOfOne(images, batch)) return [];
  let fitting = batch + 1;
  while (hasBatchOfOne(images, fitting)) fitting += 1;
  return [
    locate(recipeProblems.lastBatchOfOne({ path: norm.path, images, batch }), places.value(places.has(["batch"]) ? ["batch"] : ["data", "format"]), {
      related: [{ message: `${norm.path} is here`, span: norm.span }],
      fixes: images === 1 ? [] : [{ title: `batches of ${fitting}`, edits: places.set(["batch"], fitting) }],
    }),
  ];
}

/** How many images are trained on: what validation leaves of them. */
function trainingImages({ limit, validation }: Pick<Recipe["data"], "limit" | "validation">, images: number): number {
  const used = Math.min(images, limit ?? images);
  return typeof validation === "number" ? used - validationImages(used, validation) : used;
}

/** How many of some images a share is: one at least. */
export const validationImages = (images: number, share: number): number => Math.max(1, Math.round(images * share));

function groupDiagnostics({ recipe, places, model }: Known): readonly Diagnostic[] {
  const weighted = model.layers.filter(({ weights }) => weights.some(({ kind }) => kind === "parameter"));
  const prefixes = [...new Set(model.layers.flatMap(({ path }) => path.split(".").map((_, i, segments) => segments.slice(0, i + 1).join("."))))];
  return recipe.optimizer.groups.flatMap(({ layers }, i) => {
    const unknown = layers.flatMap((selector, j): readonly Diagnostic[] => {
      if (prefixes.some((path) => selectsPath(selector, path))) return [];
      const suggestion = suggest(selector, prefixes);
      const place = ["optimizer", "groups", i, "layers", j];
      const fixes = suggestion ? [{ title: `write ${suggestion}`, edits: places.set(place, suggestion) }] : [];
      return [locate(weightProblems.selectorMatchesNothing({ selector, tops: prefixes.filter((path) => !path.includes(".")), ...(suggestion && { suggestion }) }), places.value(place), { fixes })];
    });
    if (unknown.length > 0) return unknown;
    const selected = weighted.filter(({ path }) => layers.some((selector) => selectsPath(selector, path)));
    if (selected.length === 0 || selected.some(({ weights }) => weights.some(({ trainable }) => trainable))) return [];
    const related = selected.slice(0, 1).map(({ path, span }) => ({ message: `${path} is frozen`, span }));
    return [locate(recipeProblems.groupFrozen({ layers }), places.value(["optimizer", "groups", i, "layers"]), { related, fixes: [{ title: "leave the group out", edits: places.remove(["optimizer", "groups", i]) }] })];
  });
}

function scheduleDiagnostics({ recipe: { schedule, epochs }, places }: Known): readonly Diagnostic[] {
  const longer = (key: "every" | "at" | "epochs", length: number | null, fitting: unknown, title: string): readonly Diagnostic[] =>
    length === null || length < epochs || (length === epochs && key === "epochs")
      ? []
      : [locate(recipeProblems.scheduleLonger({ key, length, epochs }), places.value(["schedule", key]), { fixes: [{ title, edits: places.set(["schedule", key], fitting) }] })];
  switch (schedule.name) {
    case "step": {
      const fitting = epochs > 2 ? Math.ceil(epochs / 3) : epochs / 3;
      return longer("every", schedule.every, fitting, `every ${fitting} epochs`);
    }
    case "multi-step": {
      const within = schedule.at.filter((epoch) => epoch < epochs);
      return longer("at", Math.max(0, ...schedule.at), within.length > 0 ? within : [epochs / 2], `at ${(within.length > 0 ? within : [epochs / 2]).join(", ")}`);
    }
    case "warmup-cosine": {
      if (schedule.warmup < epochs) return [];
      const fitting = epochs / 10;
      const fixes = [{ title: `warm up for ${fitting} ${fitting === 1 ? "epoch" : "epochs"}`, edits: places.set(["schedule", "warmup"], fitting) }];
      return [locate(recipeProblems.warmupTooLong({ warmup: schedule.warmup, epochs }), places.value(["schedule", "warmup"]), { fixes })];
    }
    case "cosine":
    case "cosine-restarts":
    case "linear":
    case "polynomial":
    case "triangular":
      return longer("epochs", schedule.epochs, epochs, `as long as the training: ${epochs}`);
    case "constant":
    case "exponential":
    case "one-cycle":
    case "plateau":
      return [];
  }
}
