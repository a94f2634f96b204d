/** Everything the WebAssembly module exports. */

export { activation, activationGradient } from "./activations";
export { conv, convFilterGradient, convFilterGradientScratch, convInputGradient, convInputGradientScratch, convScratch, packedFilterBytes, packFilter } from "./conv";
export { softmaxCrossEntropy } from "./cross-entropy";
export { depthwise, depthwiseFilterGradient, depthwiseInputGradient } from "./depthwise";
export { dropout } from "./dropout";
export { addRepeated, relu, reluGradient, sumRows, tanh, tanhGradient } from "./elementwise";
export { matmul, matmulPacked, matmulScratch, packedMatrixBytes, packMatrix } from "./matmul";
export { batchGradientCoefficients, batchGradientSums, batchMoments, batchNormCoefficients, combineChannels, moveStatistics, scaleChannels } from "./normalization";
export { adam, rmsprop, sgd } from "./optimizer";
export { winogradTile } from "./winograd";
export { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from "./pool";
