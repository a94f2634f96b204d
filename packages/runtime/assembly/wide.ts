/** What the module for vectors of eight exports: the functions that differ, with those that tell their scratch memory. */

export { conv, convFilterGradient, convFilterGradientScratch, convInputGradient, convInputGradientScratch, convScratch } from "./conv";
export { matmul, matmulPacked, matmulScratch } from "./matmul";
export { batchGradientSums } from "./normalization";
