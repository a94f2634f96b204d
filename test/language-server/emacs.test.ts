/** Emacs with Eglot, set up as docs/editor.md says, at work with the built server. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { folderWith } from "../helpers/cli.ts";
import { blocksOf } from "../helpers/documents.ts";

const suiteOfEmacs = suite("Emacs");

/** The variable CNN_EMACS says which one; where there is none with Eglot, the test counts as skipped. */
const emacs = process.env["CNN_EMACS"] ?? "emacs";
const start = ["--batch", "--eval", "(package-initialize)"];
const test = spawnSync(emacs, [...start, "--eval", "(require 'eglot)"]).status === 0 ? suiteOfEmacs : suiteOfEmacs.skip;

test("a mistake is shown at its place, a fix mends it; completion, renaming, layout", () => {
  const setup = blocksOf("docs/editor.md").find(({ language }) => language === "elisp")?.text ?? "";
  const folder = folderWith({
    "package.json": "{}",
    "net.cnn": "model M {\n  input 1@28x28\n  conv 6 35x35\n  max\n}\n",
    "init.el": setup.replaceAll("/path/to/clone", resolve(".")),
    "session.el": `
(defun await (done) (with-timeout (20 (error "waited in vain")) (while (not (funcall done)) (accept-process-output nil 0.02))))
(setq eglot-sync-connect 20 last-nonmenu-event ?x)
(find-file "net.cnn")
(call-interactively 'eglot)
(flymake-start)
(await #'flymake-diagnostics)
(let ((mistake (car (flymake-diagnostics))))
  (princ (format "%s is wrong: %s\\n" (buffer-substring (flymake-diagnostic-beg mistake) (flymake-diagnostic-end mistake)) (string-match-p "CNN4001" (flymake-diagnostic-text mistake))))
  (goto-char (flymake-diagnostic-beg mistake)))
(cl-letf (((symbol-function 'completing-read) (lambda (&rest _) "take a smaller kernel: 28x28")))
  (call-interactively 'eglot-code-actions))
(search-forward "max")
(let ((found (run-hook-with-args-until-success 'completion-at-point-functions)))
  (princ (format "%s\\n" (mapcar #'substring-no-properties (all-completions "max" (nth 2 found))))))
(insert "pool   1")
(eglot-format-buffer)
(goto-char 7)
(eglot-rename "Net")
(save-buffer)
`,
  });
  const { stdout, stderr } = spawnSync(emacs, [...start, "-l", "init.el", "-l", "session.el"], { cwd: folder, encoding: "utf8", timeout: 90_000, env: { ...process.env, HOME: folder } });
  assert.match(stdout, /^35x35 is wrong: \d+\n\(maxpool\)\n/, stderr);
  assert.is(readFileSync(join(folder, "net.cnn"), "utf8"), "model Net {\n  input 1@28x28\n  conv 6 28x28\n  maxpool 1\n}\n");
});

suiteOfEmacs.run();
