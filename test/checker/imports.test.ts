/** Imports: blocks and models of other files. */

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { around, check, codes, mistakes, outputs } from "../helpers/program.ts";

const test = suite("imports");

const blocks = "// === blocks.cnn ===\nblock stage(c) { conv c 3 pad=1 -> relu }\nmodel Tiny(classes = 2) {\n  input 1@8x8\n  globalavgpool -> dense classes\n}\n";

test("blocks and models come in by name, or by another", () => {
  assert.is(outputs(`import { stage } from "./blocks.cnn"\n${around("stage 8")}${blocks}`), "8@32x32");
  assert.is(outputs(`import { stage as s } from "./blocks.cnn"\n${around("s 8")}${blocks}`), "8@32x32");
  assert.is(outputs(`import {\n  Tiny,\n} from "./blocks.cnn"\nmodel Net = Tiny(classes = 3)\n${blocks}`), "3");
});

test("paths are relative to the file that says them", () => {
  const nested = '// === parts/a.cnn ===\nimport { b } from "./b.cnn"\nimport { c } from "../c.cnn"\nblock a { b -> c }\n// === parts/b.cnn ===\nblock b { conv 4 1 }\n// === c.cnn ===\nblock c { conv 5 1 }\n';
  assert.is(outputs(`import { a } from "./parts/a.cnn"\n${around("a")}${nested}`), "5@32x32");
});

test("mistakes in an imported file are told there", () => {
  const { diagnostics } = check(`import { s } from "./s.cnn"\n${around("s")}// === s.cnn ===\nblock s { konv 8 1 }\n`);
  assert.equal(diagnostics.map(({ code, span }) => `${span.file} ${code}`), ["s.cnn CNN2001"]);
});

test("a file that two others import is read once", () => {
  const diamond = '// === a.cnn ===\nimport { c } from "./c.cnn"\nblock a { c }\n// === b.cnn ===\nimport { c } from "./c.cnn"\nblock b { c }\n// === c.cnn ===\nblock c { konv 1 1 }\n';
  assert.is(codes(`import { a } from "./a.cnn"\nimport { b } from "./b.cnn"\n${around("a -> b")}${diamond}`), "CNN2001");
});

test("a circle shows its chain", () => {
  const circle = 'import { a } from "./a.cnn"\nblock m { relu }\n' + around("a") + '// === a.cnn ===\nimport { b } from "./b.cnn"\nblock a { b }\n// === b.cnn ===\nimport { m } from "./main.cnn"\nblock b { m }\n';
  assert.equal(mistakes(circle), ["CNN2011 1:19 these files import each other in a circle: main.cnn → a.cnn → b.cnn → main.cnn"]);
  assert.is(codes('import { m } from "./main.cnn"\nblock m { relu }\n'), "CNN2011");
});

test("files that are missing, outside, binary or misnamed", () => {
  const imported = (path: string): readonly string[] => mistakes(`import { x } from "${path}"\n${around("x")}`);
  assert.equal(imported("./none.cnn"), ['CNN2010 1:19 "./none.cnn" cannot be imported: there is no such file']);
  assert.equal(imported("../../x.cnn"), ['CNN2010 1:19 "../../x.cnn" cannot be imported: it lies outside the project']);
  assert.match(imported("x.cnn")[0] ?? "", "CNN2013");
  assert.match(imported("/etc/x.cnn")[0] ?? "", "CNN2013");
  assert.match(imported("https://x.org/y.cnn")[0] ?? "", "CNN2013");
  assert.match(imported("./x.json")[0] ?? "", "CNN2013");
});

test("a name that is not there is told once, at the import", () => {
  assert.equal(mistakes(`import { sage } from "./blocks.cnn"\n${around("sage 8 -> sage 9")}${blocks}`), [
    'CNN2012 1:10 "./blocks.cnn" has no block or model called sage; did you mean stage?',
  ]);
});

test("only what a file declares can be imported from it", () => {
  const through = '// === a.cnn ===\nimport { b } from "./b.cnn"\nblock a { b }\n// === b.cnn ===\nblock b { relu }\n';
  assert.equal(mistakes(`import { b } from "./a.cnn"\n${around("b")}${through}`), [
    'CNN2012 1:10 "./a.cnn" only imports b itself; import it from the file that declares it',
  ]);
});

test("a name may come in once", () => {
  assert.is(codes(`import { stage } from "./blocks.cnn"\nblock stage { relu }\n${around("stage 8")}${blocks}`), "CNN2003");
});

test("an import that nobody uses is a warning, with the mend", () => {
  assert.is(codes(`import { stage, Tiny } from "./blocks.cnn"\n${around("stage 8")}${blocks}`), "CNN2101");
});

test.run();
