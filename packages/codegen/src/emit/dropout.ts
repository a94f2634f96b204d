/** Dropout: the masks are made of the layer's path and `mode.random`. */

import type { LayerOf } from "@cnn-lang/shape-checker";
import { code } from "../code.ts";
import type { PrimitiveName } from "../primitives.ts";
import type { Context, Emitters } from "./emitter.ts";

type DropoutName = "dropout" | "spatial_dropout" | "droppath";

const drop = (name: PrimitiveName) => ({
  core: ({ attributes: { p } }: LayerOf<DropoutName>, { input, path, primitive, mode }: Context) =>
    code`${primitive(name)}(${input}, ${p}, ${path()}, ${mode()})`,
});

export const dropout: Emitters<DropoutName> = {
  dropout: drop("dropout"),
  spatial_dropout: drop("spatialDropout"),
  droppath: drop("dropPath"),
};
