/** From a checked model to a PyTorch module: header, imports, the classes that PyTorch lacks, the model's classes. */

import type { Layer, Model } from "@cnn-lang/shape-checker";
import { code, identifier, type Code } from "../code.ts";
import { figures, madeBy } from "../header.ts";
import { reaching } from "../passes/outline.ts";
import { createSourceMap, type Origin, type SourceMap } from "../source-map.ts";
import { classesOf } from "./classes.ts";
import { constructionCode, type Context, type TorchLayer } from "./construction.ts";
import type { Network } from "./forward.ts";
import { freezing } from "./freezing.ts";
import { helpers, usesFunctional, type HelperName } from "./helpers.ts";
import { torchLayer } from "./index.ts";
import { createPythonNames } from "./names.ts";
import { call, flat } from "./python.ts";
import { scopesOf, usesOf } from "./scopes.ts";
import { classLines, comment, type Line } from "./write-class.ts";

/**
 * A file with one `nn.Module` for the model, batch first, channels first, whose `state_dict` has the names and shapes of
 * the model's weights. It imports torch alone.
 */
export function emitPytorch(model: Model, file: string | undefined): { readonly code: string; readonly map: SourceMap; readonly origins: readonly (Origin | undefined)[] } {
  const used = new Set<HelperName>();
  const helper = (name: HelperName): Code => {
    used.add(name);
    return identifier(name);
  };
  const layers = torchLayers(model, helper);
  const torchOf = ({ id, path }: Layer): TorchLayer => {
    const torch = layers[id];
    if (torch === undefined) throw new Error(`${path} is no layer of the model.`);
    return torch;
  };
  const root = scopesOf(model);
  const body = reaching(model);
  const network: Network = { body, uses: usesOf(root, body, model, (layer) => textOf(torchOf(layer))), torchLayer: torchOf, helper };
  const { classes, chains } = classesOf(model, root, network, createPythonNames(Object.keys(helpers)));
  const needed = [...used].sort().map((name) => helpers[name]);
  const written = classes.map((one, index) => classLines(one, model, index === classes.length - 1 ? freezing(root, chains) : []));
  const isFunctional = [...needed, ...written.flat().map(({ text }) => text)].some(usesFunctional);
  const imports = ["import torch", ...(isFunctional ? ["import torch.nn.functional as F"] : []), "from torch import nn"];
  const lines: readonly Line[] = [
    // The first two lines are ours alone: there Python would take a comment that says so for the file's encoding.
    ...comment([madeBy, "", ...figures(model)]),
    { text: "" },
    ...imports.map((text) => ({ text })),
    ...needed.flatMap((text) => [{ text: "" }, { text: "" }, ...text.trimEnd().split("\n").map((line) => ({ text: line }))]),
    ...written.flatMap((block) => [{ text: "" }, { text: "" }, ...block]),
  ];
  const origins = lines.map(({ origin }) => origin);
  return { code: lines.map(({ text }) => `${text}\n`).join(""), map: createSourceMap(origins, file), origins };
}

const contextOf = (layer: Layer, { layers }: Model, helper: Context["helper"], varies = false): Context => {
  const inputShapes = layer.inputs.map((id) => layers[id]?.outputShape ?? layer.outputShape);
  return { inputShape: inputShapes[0] ?? layer.outputShape, inputShapes, varies, helper };
};

/**
 * What each layer becomes. One that is used again on a map of another size may need another border there: then it finds its
 * border itself, or, without weights, is made anew where it is used.
 */
function torchLayers(model: Model, helper: Context["helper"]): readonly TorchLayer[] {
  const ignored = (name: HelperName): Code => identifier(name);
  const texts = model.layers.map((layer) => textOf(torchLayer(layer, contextOf(layer, model, ignored))));
  const differing = new Set(model.layers.flatMap(({ id, reuses }) => (reuses !== undefined && texts[id] !== texts[reuses] ? [reuses] : [])));
  return model.layers.map((layer) => {
    const varies = differing.has(layer.reuses ?? layer.id);
    const torch = torchLayer(layer, contextOf(layer, model, helper, varies));
    if (!varies || layer.reuses === undefined || layer.weights.length > 0 || torch.kind !== "module") return torch;
    const made = constructionCode(torch.construction);
    return { kind: "expression", of: (inputs) => call(made, inputs) };
  });
}

/** What a layer computes, but for its inputs. */
function textOf(torch: TorchLayer): string {
  if (torch.kind === "module") return constructionCode(torch.construction).text;
  const inputs = [code`a`, code`b`];
  return flat(torch.kind === "expression" ? torch.of(inputs) : torch.of(inputs, code`tensor`)).text;
}
