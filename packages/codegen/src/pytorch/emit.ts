/** From a checked model to a PyTorch module: header, imports, the classes that PyTorch lacks, the model's classes. */

import { type Layer, type Model } from "@cnn-lang/shape-checker";
import { code, identifier, type Code } from "../code.ts";
import { figures, madeBy } from "../header.ts";
import { reaching } from "../passes/outline.ts";
import { createSourceMap, type Origin, type SourceMap } from "../source-map.ts";
import { classesOf } from "./classes.ts";
import { constructionText, type TorchLayer } from "./construction.ts";
import { type Network } from "./forward.ts";
import { freezing } from "./freezing.ts";
import { helpers, usesFunctional, type HelperName } from "./helpers.ts";
import { torchLayer } from "./index.ts";
import { createPythonNames } from "./names.ts";
import { flat } from "./python.ts";
import { scopesOf, usesOf } from "./scopes.ts";
import { classLines, comment, type Line } from "./write-class.ts";

/**
 * A file with one `nn.Module` for the model, batch first, channels first, whose `state_dict` has the names and shapes of
 * the model's weights. It imports torch alone.
 */
export function emitPytorch(model: Model, file: string | undefined): { readonly code: string; readonly map: SourceMap; readonly origins: readonly (Origin | undefined)[] } {
  const used = new Set<HelperName>();
  const known = new Map<number, TorchLayer>();
  const torchOf = (layer: Layer): TorchLayer => {
    const found = known.get(layer.id) ?? emitted(layer, model, used);
    known.set(layer.id, found);
    return found;
  };
  const root = scopesOf(model);
  const body = reaching(model);
  const network: Network = { body, uses: usesOf(root, body, model, (layer) => textOf(torchOf(layer))), torchLayer: torchOf };
  for (const layer of model.layers) if (layer.operator !== "input") torchOf(layer);
  const names = createPythonNames([...used]);
  const { classes, chains } = classesOf(model, root, network, names);
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

function emitted(layer: Layer, { layers }: Model, used: Set<HelperName>): TorchLayer {
  const inputShapes = layer.inputs.map((id) => layers[id]?.outputShape ?? layer.outputShape);
  const helper = (name: HelperName): Code => {
    used.add(name);
    return identifier(name);
  };
  return torchLayer(layer, { inputShape: inputShapes[0] ?? layer.outputShape, inputShapes, helper });
}

/** What a layer computes, but for its inputs. */
function textOf(torch: TorchLayer): string {
  if (torch.kind === "module") return constructionText(torch.construction);
  const inputs = [code`a`, code`b`];
  return flat(torch.kind === "expression" ? torch.of(inputs) : torch.of(inputs, code`tensor`)).text;
}
