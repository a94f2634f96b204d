/** Dense layers, which here act on the last axis: the channels. */

import { apply, type LayersEmitters } from "./layer.ts";

export const dense: LayersEmitters<"dense"> = {
  dense: ({ attributes: { units, bias } }, here) => apply(here.stock("dense", { units, useBias: bias ? undefined : false }), here.input),
};
