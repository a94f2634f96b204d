/**
 * How long a check takes, warm, in process, from text to diagnostics (parsing included, nothing cached):
 *
 *     npm run build && node --import tsx bench/check.ts
 *
 * ResNet-152 is the measure of an editor's keystroke; networks of 100 to 10,000 layers show that the time grows with
 * their number alone.
 */

import { readFileSync } from "node:fs";
import { check, memoryProject } from "@cnn-lang/shape-checker";

const resnet152 = `block bottleneck(width, stride = 1) {
  skip {
    conv1: conv width 1x1 bias=false
    bn1:   batchnorm
    relu
    conv2: conv width 3x3 stride=stride pad=1 bias=false
    bn2:   batchnorm
    relu
    conv3: conv (4 * width) 1x1 bias=false
    bn3:   batchnorm
  } project downsample {
    conv (4 * width) 1x1 stride=stride bias=false
    batchnorm
  }
  relu
}

model ResNet152(classes = 1000) {
  input 3@224x224
  conv1: conv 64 7x7 stride=2 pad=3 bias=false
  bn1:   batchnorm
  relu
  maxpool 3x3 stride=2 pad=1
  layer1: { repeat 3 { bottleneck 64 } }
  layer2: { bottleneck 128 stride=2 -> repeat 7 { bottleneck 128 } }
  layer3: { bottleneck 256 stride=2 -> repeat 35 { bottleneck 256 } }
  layer4: { bottleneck 512 stride=2 -> repeat 2 { bottleneck 512 } }
  globalavgpool
  fc: dense classes
}
`;

const chain = (layers: number): string => `model Chain {\n  input 3@32x32\n  repeat ${layers / 2} { conv 16 3 pad=1 -> relu }\n}\n`;
const example = (name: string): string => readFileSync(new URL(`../examples/${name}.cnn`, import.meta.url), "utf8");

/** Milliseconds of each run, the fastest first. Each run checks a text of its own. */
function measure(text: string, runs: number): { readonly layers: number; readonly times: readonly number[] } {
  const times: number[] = [];
  let layers = 0;
  for (let run = 0; run < runs; run++) {
    const project = memoryProject({ "model.cnn": `${text}// ${run}\n` });
    const start = performance.now();
    const { models, diagnostics } = check(project, "model.cnn");
    times.push(performance.now() - start);
    if (diagnostics.some(({ severity }) => severity === "error")) throw new Error(diagnostics[0]?.message);
    layers = models[0]?.layers.length ?? 0;
  }
  return { layers, times: times.sort((a, b) => a - b) };
}

const cases: readonly (readonly [string, string, number])[] = [
  ["LeNet-5", example("lenet"), 300],
  ["ResNet-18", example("resnet"), 300],
  ["U-Net", example("unet"), 300],
  ["ResNet-152", resnet152, 300],
  ["chain of 100", chain(100), 200],
  ["chain of 1,000", chain(1000), 60],
  ["chain of 10,000", chain(10_000), 15],
];

console.log(`${"model".padEnd(18)}${"layers".padStart(8)}${"best ms".padStart(10)}${"median ms".padStart(11)}${"µs a layer".padStart(12)}`);
for (const [name, text, runs] of cases) {
  const { layers, times } = measure(text, runs);
  const [best = 0, median = 0] = [times[0], times[times.length >> 1]];
  const columns = [`${layers}`.padStart(8), best.toFixed(2).padStart(10), median.toFixed(2).padStart(11), ((1000 * best) / layers).toFixed(1).padStart(12)];
  console.log(name.padEnd(18) + columns.join(""));
}
