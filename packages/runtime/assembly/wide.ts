/** What the module with wider tiles exports: the functions whose time goes into products, with those that tell their scratch memory. */

export { conv, convFilterGradient, convFilterGradientScratch, convInputGradient, convInputGradientScratch, convScratch } from "./conv";
export { matmul, matmulPacked, matmulScratch } from "./matmul";
