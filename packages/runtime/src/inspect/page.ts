/** The page of an inspection. */

import { type Layer, type Model, printShape } from "@cnn-lang/shape-checker";
import { dataAddress, type Html, html, page } from "../report/html.ts";
import { style } from "../report/style.ts";
import type { ClassMap } from "./class-map.ts";
import { type FeatureMap, mapName } from "./feature-maps.ts";
import { mostChannels } from "./planes.ts";
import type { Rectangle, Unit } from "./receptive-field.ts";

interface Shown {
  readonly run: string;
  readonly model: Model;
  readonly image: string;
  readonly seen: { readonly label: string; readonly is?: string } | undefined;
  readonly field: Rectangle & { readonly layer: string; readonly unit: Unit };
  readonly classMap: ClassMap | undefined;
  readonly maps: readonly FeatureMap[];
}

/** @param pictures PNG files by their names. */
export function renderInspection({ run, model, image, seen, field, classMap, maps }: Shown, pictures: ReadonlyMap<string, Uint8Array>): string {
  const { top, left, bottom, right, layer, unit } = field;
  const picture = (name: string, alt: string, caption: string): Html | undefined => {
    const bytes = pictures.get(`${name}.png`);
    return bytes && html`<figure><img alt="${alt}" src="${dataAddress("image/png", bytes)}"><figcaption>${caption}</figcaption></figure>`;
  };
  const seenAs = seen && `seen as ${seen.label}${seen.is === undefined ? "" : seen.is === seen.label ? ", which it is" : `; it is ${seen.is}`}`;
  const layerOf = (path: string): Layer | undefined => model.layers.find((one) => one.path === path);
  const mapPictures = maps.map(({ path, channels }, i) => {
    const { operator, outputShape } = layerOf(path) ?? {};
    const title = `${path}: ${operator ?? ""} ${outputShape ? printShape(outputShape) : ""}${channels > mostChannels ? `, the first ${mostChannels} channels` : ""}`;
    return picture(mapName(i, path), `The channels of ${path} side by side`, title);
  });
  const body = html`<header>
<h1>${model.name}</h1>
<p class="dim">${run}</p>
</header>
<main>
<section aria-label="Image">
<h2>Image</h2>
<div class="big">
${picture("image", `The image as the network is given it`, seenAs === undefined ? image : `${image}: ${seenAs}`)}
${classMap && picture("class-map", `Where in the image ${seen?.label ?? "the class"} is seen`, `Where ${seen?.label ?? "the class"} is seen: ${classMap.method === "cam" ? "class-activation map" : "Grad-CAM"} of ${classMap.path}, ${classMap.height}x${classMap.width}`)}
</div>
</section>
<section aria-label="Receptive field">
<h2>Receptive field</h2>
<div class="big">
${picture("receptive-field", `A frame around rows ${top} to ${bottom - 1} and columns ${left} to ${right - 1} of the image`, `What the unit ${unit.join(", ")} of ${layer} can see: rows ${top} to ${bottom - 1}, columns ${left} to ${right - 1}`)}
${picture("effective-field", `How much each pixel moves the unit ${unit.join(", ")} of ${layer}`, `What moves it for this image: the size of its gradient`)}
</div>
</section>
${pictures.has("filters.png") ? html`<section aria-label="Filters">
<h2>Filters of the first convolution</h2>
<div class="big">
${picture("filters", "The filters side by side", "Gray is 0, white the largest weight, black its negative; each in its own colours where the image has colours")}
</div>
</section>` : undefined}
<section aria-label="Feature maps">
<h2>Feature maps</h2>
<p>Black is the least value of a layer, white the largest.</p>
<div class="sheets">${mapPictures}</div>
</section>
</main>`;
  return page({ title: `${model.name}: a look inside`, style, body, scripts: [] });
}
