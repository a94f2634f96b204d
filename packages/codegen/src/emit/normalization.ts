/** Norms. tfjs's own batch norm knows no training, and its gradients stop where scale or offset is missing. */

import { code, type Code } from "../code.ts";
import type { Context, Emitters } from "./emitter.ts";
import { normActivation } from "./fused.ts";

export const normalization: Emitters<"batchnorm" | "layernorm" | "groupnorm" | "instancenorm" | "localresponsenorm"> = {
  batchnorm: {
    core({ attributes: { eps, momentum }, frozen, absorbed }, { input, weights, path, primitive, mode }) {
      const training = frozen ? false : code`${mode()}.training`;
      // What the primitive takes without being told is not written.
      const options = { training, activation: absorbed?.map(normActivation).find((found) => found !== undefined), eps: eps === 1e-5 ? undefined : eps, momentum: momentum === 0.1 ? undefined : momentum };
      return code`${primitive("batchNorm")}(${input}, ${weights()}, ${path()}, ${options})`;
    },
  },
  layernorm: {
    core: ({ attributes: { eps, over, affine } }, { input, weight, primitive }) =>
      code`${primitive("layerNorm")}(${input}, ${{ over, eps, ...scaleAndShift(affine, weight) }})`,
  },
  groupnorm: {
    core: ({ attributes: { groups, eps, affine } }, { input, weight, primitive }) =>
      code`${primitive("groupNorm")}(${input}, ${{ groups, eps, ...scaleAndShift(affine, weight) }})`,
  },
  instancenorm: {
    core: ({ attributes: { eps, affine } }, { input, inputShape, weight, primitive }) =>
      code`${primitive("groupNorm")}(${input}, ${{ groups: inputShape.channels, eps, ...scaleAndShift(affine, weight) }})`,
  },
  localresponsenorm: {
    core: ({ attributes: { size, alpha, beta, k } }, { input, primitive }) =>
      code`${primitive("localResponseNorm")}(${input}, ${{ size, alpha, beta, k }})`,
  },
};

const scaleAndShift = (affine: boolean, weight: Context["weight"]): { readonly weight?: Code; readonly bias?: Code } =>
  affine ? { weight: weight("weight"), bias: weight("bias") } : {};
