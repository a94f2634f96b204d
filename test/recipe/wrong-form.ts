/** Recipes wrong in their form, and about model and images. */

import { net, numbers, plain, type Wrong, yes } from "./wrong.ts";

export const wrongForms: readonly Wrong[] = [
  // form
  {
    name: "a key of PyTorch's", recipe: { optimizer: { name: "sgd", lr: 0.1 } }, program: plain,
    code: "CNN6003", at: '"lr"',
    says: 'optimizer has no key "lr"; did you mean learningRate?',
    fixes: ["write learningRate"],
  },
  {
    name: "a misspelt key that was required is one mistake", recipe: { data: { format: "idx", folder: "data" } }, program: plain, data: {},
    code: "CNN6003", at: '"folder"',
    says: 'data has no key "folder"; did you mean path?',
    fixes: ["write path"],
  },
  {
    name: "a misspelt word", recipe: { optimizer: { name: "adan" } }, program: plain,
    code: "CNN6008", at: '"adan"',
    says: 'optimizer.name is one of adam, adamw, sgd, rmsprop, but this is "adan"; did you mean adam?',
    fixes: ["write adam"],
  },
  {
    name: "a loss by PyTorch's name", recipe: { loss: { name: "BCEWithLogitsLoss" } }, program: net("flatten -> dense 3"), data: yes,
    code: "CNN6008", at: '"BCEWithLogitsLoss"',
    says: 'loss.name is one of cross-entropy, pixel-cross-entropy, binary-cross-entropy, mse, l1, huber, but this is "BCEWithLogitsLoss"; did you mean binary-cross-entropy?',
    fixes: ["write binary-cross-entropy"],
  },
  {
    name: "smooth L1 is Huber's", recipe: { loss: { name: "smooth-l1" } }, program: net("flatten -> dense 2"), data: numbers,
    code: "CNN6008", at: '"smooth-l1"',
    says: 'loss.name is one of cross-entropy, pixel-cross-entropy, binary-cross-entropy, mse, l1, huber, but this is "smooth-l1"; did you mean huber?',
    fixes: ["write huber"],
  },
  {
    name: "a schedule by PyTorch's name", recipe: { schedule: { name: "OneCycle" } }, program: plain,
    code: "CNN6008", at: '"OneCycle"',
    says: 'schedule.name is one of constant, step, multi-step, cosine, cosine-restarts, warmup-cosine, linear, polynomial, one-cycle, exponential, triangular, plateau, but this is "OneCycle"; did you mean one-cycle?',
    fixes: ["write one-cycle"],
  },
  {
    name: "a metric by another name", recipe: { metrics: ["top5"] }, program: plain,
    code: "CNN6008", at: '"top5"',
    says: 'metrics[0] is one of accuracy, top-5, iou, mae, but this is "top5"; did you mean top-5?',
    fixes: ["write top-5"],
  },
  {
    name: "a number in quotes", recipe: { batch: "32" }, program: plain,
    code: "CNN6006", at: '"32"',
    says: 'batch must be a whole number, but this is "32"',
    fixes: ["write 32"],
  },
  {
    name: "half an epoch", recipe: { epochs: 2.5 }, program: plain,
    code: "CNN6006", at: "2.5",
    says: "epochs must be a whole number, but this is 2.5",
    fixes: ["write 3"],
  },
  {
    name: "a batch of none", recipe: { batch: 0 }, program: plain,
    code: "CNN6007", at: "0",
    says: "batch must be 1 or more, but this is 0",
    fixes: ["write 1"],
  },
  {
    name: "a text for a list", recipe: { optimizer: { name: "adam", groups: [{ layers: "dense_1" }] } }, program: plain,
    code: "CNN6006", at: '"dense_1"',
    says: 'optimizer.groups[0].layers must be a list [ … ], but this is "dense_1"',
    fixes: ['write ["dense_1"]'],
  },
  {
    name: "a momentum of 1", recipe: { optimizer: { name: "sgd", momentum: 1 } }, program: plain,
    code: "CNN6007", at: "1",
    says: "optimizer.momentum must be less than 1, but this is 1",
  },
  {
    name: "a key twice", recipe: '{\n  "model": "net.cnn",\n  "data": { "format": "digits" },\n  "seed": 1,\n  "seed": 1\n}', program: plain,
    code: "CNN6005", at: '"seed"',
    says: '"seed" stands twice here; only the last would count',
    fixes: ["leave the first out"],
  },
  {
    name: "a comma too many", recipe: '{ "model": "net.cnn", "data": { "format": "digits" }, }', program: plain,
    code: "CNN6002", at: "}",
    says: 'this is not JSON: a key in double quotes is expected here (JSON has no comma before a closing "}")',
  },
  {
    name: "Nesterov without momentum", recipe: { optimizer: { name: "sgd", nesterov: true } }, program: plain,
    code: "CNN6013", at: "true",
    says: "nesterov looks ahead along the momentum, which is 0 here",
    fixes: ["give momentum 0.9"],
  },
  {
    name: "smoothing is a loss's, not the recipe's", recipe: { loss: { name: "mse", labelSmoothing: 0.1 } }, program: net("flatten -> dense 2"), data: numbers,
    code: "CNN6003", at: '"labelSmoothing"',
    says: 'loss has no key "labelSmoothing"',
    fixes: ["leave it out"],
  },
  // model
  {
    name: "a model that does not exist", recipe: { model: "net.cnn#Nett" }, program: plain,
    code: "CNN6011", at: '"net.cnn#Nett"',
    says: "net.cnn has no model called Nett; did you mean Net?",
    fixes: ["write Net"],
  },
  {
    name: "one of several models", recipe: {}, program: plain + "model Other = Net\n",
    code: "CNN6010", at: '"net.cnn"',
    says: "net.cnn holds 2 models (Net, Other); the recipe must say which",
    fixes: ["train Net", "train Other"],
  },
  {
    name: "a misspelt argument", recipe: { arguments: { klasses: 10 } }, program: plain,
    code: "CNN6012", at: '"klasses"',
    says: "Net has no parameter called klasses; did you mean classes?",
    fixes: ["write classes"],
  },
  {
    name: "an argument that is none", recipe: { arguments: { width: 10 } }, program: plain,
    code: "CNN6012", at: '"width"',
    says: "Net has no parameter called width",
    fixes: ["leave it out"],
  },
  // images
  {
    name: "other channels", recipe: {}, program: net("flatten -> dense 10", "3@28x28"),
    code: "CNN6101", at: "net.cnn: input 3@28x28",
    says: "the model takes 3@28x28, but the data is 1@28x28",
    fixes: ["write input 1@28x28"],
  },
  {
    name: "another size", recipe: {}, program: net("flatten -> dense 10", "1@32x32"),
    code: "CNN6101", at: "net.cnn: input 1@32x32",
    says: "the model takes 1@32x32, but the data is 1@28x28",
    fixes: ["write input 1@28x28", "pad the images to 32x32"],
  },
  {
    name: "channels last", recipe: {}, program: net("flatten -> dense 10", "32@32x3"), data: { shape: "3@32x32" },
    code: "CNN6102", at: "net.cnn: input 32@32x3",
    says: "the input 32@32x3 is written channels last, but the data is 3@32x32",
    fixes: ["write input 3@32x32"],
  },
  {
    name: "the batch in the shape", recipe: {}, program: net("flatten -> dense 10", "64@1x28x28"),
    code: "CNN6102", at: "net.cnn: input 64@1x28x28",
    says: "the input 64@1x28x28 is written batch first, but the data is 1@28x28",
    fixes: ["write input 1@28x28"],
  },
  {
    name: "a crop to another size than the model's", recipe: { data: { format: "idx", path: "data", augment: [{ crop: [24, 24] }] } }, program: plain,
    code: "CNN6101", at: "[ 24, 24 ]",
    says: "the model takes 1@28x28, but the data is 1@28x28 and becomes 1@24x24",
    fixes: ["crop to 28x28", "write input 1@24x24"],
  },
  {
    name: "a crop larger than the image", recipe: { data: { format: "idx", path: "data", augment: [{ crop: [32, 32], padding: 1 }] } }, program: net("flatten -> dense 10", "1@32x32"),
    code: "CNN6108", at: "[ 32, 32 ]",
    says: "a piece of 32x32 cannot be cut out of 28x28 padded to 30x30",
    fixes: ["pad by 2"],
  },
  {
    name: "a mean for one channel of three", recipe: { data: { format: "idx", path: "data", normalize: { mean: [0.5], std: [0.2, 0.2, 0.2] } } }, program: net("flatten -> dense 10", "3@32x32"), data: { shape: "3@32x32" },
    code: "CNN6107", at: "[ 0.5 ]",
    says: "mean has 1 number, but the images have 3 channels",
    fixes: ["give 3"],
  },
  {
    name: "a deviation too many", recipe: { data: { format: "idx", path: "data", normalize: { mean: [0.5], std: [0.2, 0.3] } } }, program: plain,
    code: "CNN6107", at: "[ 0.2, 0.3 ]",
    says: "std has 2 numbers, but the images have 1 channel",
    fixes: ["take them from the training images"],
  },
  {
    name: "test images that are not there", recipe: { data: { format: "idx", path: "data", validation: "test" } }, program: plain,
    code: "CNN6112", at: '"test"',
    says: 'validation is "test", but data has no test images',
    fixes: ["take a tenth of the training images"],
  },
  {
    name: "data of another format", recipe: { data: { format: "cifar10", path: "data" } }, program: plain,
    code: "CNN6114", at: '"cifar10"',
    says: "the recipe calls data cifar10, but its files are idx",
    fixes: ["write idx"],
  },
  {
    name: "other data than expected", recipe: { data: { format: "idx", path: "data", expects: { shape: "1@28x28", classes: 5 } } }, program: plain,
    code: "CNN6113", at: "5",
    says: "the recipe expects classes 5, but the data has 10",
    fixes: ["write 10"],
  },
];
