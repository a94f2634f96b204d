/** PyTorch modules as text: whole programs beside their code, and what a reader of the code may count on. */

import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "@cnn-lang/codegen";
import { memoryProject } from "@cnn-lang/shape-checker";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("PyTorch modules as text");
const folder = new URL("../programs/", import.meta.url);

const emitted = async (program: string, name = "net.cnn") => {
  const { code = "", map, diagnostics } = await compile(memoryProject({ [name]: program }), name, { target: "pytorch" });
  assert.equal(diagnostics.filter(({ severity }) => severity === "error"), []);
  return { code, map };
};

for (const name of ["lenet5", "residual"]) {
  test(`${name}.cnn becomes the code beside it`, async () => {
    const { code } = await emitted(readFileSync(new URL(`${name}.cnn`, folder), "utf8"), `${name}.cnn`);
    const file = new URL(`${name}.py`, folder);
    if (process.env.UPDATE) writeFileSync(file, code);
    assert.fixture(code, readFileSync(file, "utf8"));
  });
}

const classesIn = (code: string): readonly string[] => [...code.matchAll(/^class (\w+)\(/gm)].map(([, name = ""]) => name);

test("blocks that differ in numbers alone are one class, whose constructor takes the numbers", async () => {
  const { code } = await emitted(`block unit(c, stride = 1) { skip { conv c 3 stride=stride pad=1 -> batchnorm } project { conv c 1 stride=stride } }
model Net { input 4@16x16
  unit 8 stride=2
  unit 8
  unit 12 stride=2
  unit 12
}`);
  assert.equal(classesIn(code), ["Unit", "Unit_2", "Net"]);
  assert.match(code, "self.unit_1 = Unit(in_channels=4, channels=8)\n");
  assert.match(code, "self.unit_3 = Unit(in_channels=8, channels=12)\n");
  assert.match(code, "self.unit_4 = Unit_2(channels=12)\n");
});

test("a chain of numbered layers is an nn.Sequential, with identities where numbers are left out", async () => {
  const { code } = await emitted("model Net { input 3@8x8\n  features: { conv 8 3 -> relu -> 3: conv 8 3 -> relu }\n}");
  assert.match(code, `        self.features = nn.Sequential(
            nn.Conv2d(3, 8, kernel_size=3),
            nn.ReLU(),
            nn.Identity(),
            nn.Conv2d(8, 8, kernel_size=3),
            nn.ReLU(),
        )
`);
});

test("a group whose layers also look elsewhere is given what they look at; groups that differ by a number are one class", async () => {
  const { code } = await emitted(`model Net { input 3@8x8
  conv 4 3 pad=1 as a -> conv 4 3 pad=1 as b
  conv 8 1
  up1: { up: conv 4 1 -> concat { | b | identity } -> conv: conv 8 1 }
  up2: { up: conv 4 1 -> concat { | a | identity } -> conv: conv 8 1 }
}`);
  assert.equal(classesIn(code), ["Up", "Net"]);
  assert.match(code, `    def forward(self, x: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
        x = self.up(x)  # 4@8x8  net.cnn:4
        x = torch.cat([x2, x], dim=1)  # 8@8x8  net.cnn:4
        return self.conv(x)  # 8@8x8  net.cnn:4
`);
});

test("a block whose second use needs another pool is no class: its layers are only held together", async () => {
  const { code } = await emitted(`block encoder { conv 4 3 -> maxpool 2 pad=same -> globalavgpool }
model Net { input left 1@8x8
  input right 1@9x9
  left -> encoder: encoder as a
  right -> reuse encoder as b
  concat { | a | b }
}`);
  assert.match(code, "        self.encoder = nn.Module()\n        self.encoder.conv_1 = nn.Conv2d(1, 4, kernel_size=3)\n");
  assert.match(code, "        x = self.encoder.maxpool_1(x)  # 4@3x3  net.cnn:1\n");
  assert.match(code, "        x = PaddedMaxPool2d(2, border=(0, 1, 0, 1))(x)");
});

test("several inputs are arguments in order, several outputs a dictionary", async () => {
  const { code } = await emitted(`model Net { input left 2
  input right 2
  left -> dense 1 as l
  output age
  concat { | l | right } -> dense 2
  output sex
}`);
  assert.match(code, "    def forward(self, left: torch.Tensor, right: torch.Tensor) -> dict:\n");
  assert.match(code, `        return {"age": dense_1, "sex": dense_2}\n`);
});

test("what is frozen is said once for all that hangs together", async () => {
  const { code } = await emitted("model Net { input 3@8x8\n  features: { conv 8 3 -> batchnorm }\n  head: conv 2 1\n  freeze features\n}");
  assert.match(code, "        self.features.requires_grad_(False)\n\n    def forward");
  assert.match(code, "FrozenBatchNorm2d(8)");
});

test("layers that no output needs are there with their weights, and not computed", async () => {
  const { code } = await emitted("model Net { input 3@8x8 as x\n  unused: conv 8 3\n  x -> conv 8 3\n}");
  assert.match(code, "self.unused = nn.Conv2d(3, 8, kernel_size=3)\n");
  assert.not.match(code, "self.unused(");
});

test("lines of the code know their lines of the program", async () => {
  const { map } = await emitted("model Net { input 3@8x8\n  conv 8 3\n  relu\n}");
  assert.equal(map?.sources, ["net.cnn"]);
  assert.is(map?.mappings.split(";").filter((line) => line !== "").length, 2);
});

test.run();
