/**
 * The extension inside Visual Studio Code: `code-server` (from npm) serves it as a page, and a person at the keyboard is played
 * in Chromium. The variable CNN_CODE_SERVER names the command; where it or Chromium is missing, the tests count as skipped.
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { executablePath } from "../helpers/browser.ts";
import { cnn, folderWith } from "../helpers/cli.ts";

const suiteOfEditor = suite("Visual Studio Code");

const command = process.env["CNN_CODE_SERVER"] ?? "code-server";
const isThere = existsSync(executablePath) && spawnSync(command, ["--version"]).status === 0;
const test = isThere ? suiteOfEditor : suiteOfEditor.skip;

const settings = { "security.workspace.trust.enabled": false, "workbench.startupEditor": "none", "workbench.secondarySideBar.defaultVisibility": "hidden" };
const folder = folderWith({ "package.json": "{}", "user/User/settings.json": JSON.stringify(settings), "user/config.yaml": "auth: none\n" });
const words = ["--user-data-dir", join(folder, "user"), "--extensions-dir", join(folder, "extensions"), "--config", join(folder, "user/config.yaml")];

let server: ChildProcess;
let browser: Browser;
let address = "";

if (isThere) {
  suiteOfEditor.before(async () => {
    // `cnn editor install` finds one editor alone, called as they are called, and has it install the extension.
    const place = folderWith({ code: `#!/bin/sh\nPATH='${process.env["PATH"]}' exec ${[command, ...words].map((word) => `'${word}'`).join(" ")} "$@"\n` });
    chmodSync(join(place, "code"), 0o755);
    if (spawnSync(process.execPath, ["scripts/vsix.mjs"]).status !== 0) throw new Error("npm run vsix failed");
    assert.is(cnn("editor install", folder, { PATH: place }).code, 0);
    server = spawn(command, [...words, "--bind-addr", "127.0.0.1:0", "--disable-telemetry", "--disable-update-check"], { stdio: ["ignore", "pipe", "ignore"], detached: true });
    address = await new Promise<string>((found) => server.stdout?.on("data", (chunk: Buffer) => {
      const [, url] = /listening on (http:\S+)/.exec(chunk.toString()) ?? [];
      if (url !== undefined) found(url);
    }));
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });
  suiteOfEditor.after(async () => {
    await browser.close();
    // With the processes that it started.
    if (server.pid !== undefined) process.kill(-server.pid);
  });
}

/** A window of the editor in a folder, with one of its files in front. */
async function open(files: Readonly<Record<string, string>>, front: string): Promise<{ readonly page: Page; readonly work: string }> {
  const work = folderWith({ "package.json": "{}", ...files });
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(`${address}?folder=${work}`);
  await page.click(`.explorer-folders-view >> text=${front}`);
  await page.waitForSelector(`.monaco-editor[data-uri$="${front}"] .view-line`);
  return { page, work };
}

/** Waits until the editor shows a text, blanks of whatever width apart: its lines with all that stands beside them. */
const shows = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction(
    (wanted) => [...document.querySelectorAll(".view-lines")].some((lines) => (lines.textContent ?? "").replace(/\s/g, "").includes(wanted)),
    text.replaceAll(" ", ""),
  );

async function run(page: Page, title: string): Promise<void> {
  await page.keyboard.press("F1");
  await page.keyboard.type(title);
  await page.click(`.quick-input-list >> text=${title.replace(/^CNN: /, "")}`);
}

const right = "model Net {\n  input 1@28x28\n  conv 6 5x5 -> relu\n}\n";

test("shapes stand beside the lines; a mistake is marked, and a fix mends it", async () => {
  const { page } = await open({ "net.cnn": right.replace("5x5 -> relu", "5x5\n  rellu") }, "net.cnn");
  await shows(page, "conv 6 5x5 -> 6@24x24");
  await page.click(".monaco-editor .view-line:has-text('rellu')");
  await page.waitForSelector(".squiggly-error");
  await page.keyboard.press("Control+.");
  await page.waitForSelector(".action-widget >> text=write relu");
  await page.keyboard.press("Enter");
  await shows(page, "relu -> 6@24x24");
  await page.waitForSelector(".squiggly-error", { state: "detached" });
});

test("a program is typed as anywhere: no list takes a line break, and saving lays it out", async () => {
  const { page, work } = await open({ "net.cnn": "" }, "net.cnn");
  await page.click(".monaco-editor .view-lines");
  // Braces that the editor closes by itself are not typed.
  for (const letter of "model Net {\ninput 1@28x28\nconv 6 5x5  -> relu\nbatchnorm \nmaxpool 2 \nflatten") await page.keyboard.type(letter, { delay: 60 });
  await shows(page, "flatten -> 864");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+s");
  for (let tries = 0; tries < 300 && readFileSync(join(work, "net.cnn"), "utf8") === ""; tries++) await page.waitForTimeout(100);
  assert.is(readFileSync(join(work, "net.cnn"), "utf8"), "model Net {\n  input 1@28x28\n  conv 6 5x5 -> relu\n  batchnorm\n  maxpool 2\n  flatten\n}\n");
});

test("the summary and the picture open beside the text", async () => {
  const { page } = await open({ "net.cnn": right }, "net.cnn");
  await shows(page, "6@24x24");
  const appears = async (selector: string): Promise<void> => {
    for (let tries = 0; tries < 600; tries++) {
      for (const frame of page.frames()) if (await frame.$(selector).catch(() => null)) return;
      await page.waitForTimeout(100);
    }
    assert.unreachable(`there is no ${selector}`);
  };
  await run(page, "CNN: Show the Summary");
  await appears("td:text-is('conv_1')");
  await page.click(".tab:has-text('net.cnn') >> nth=0");
  await run(page, "CNN: Show the Picture");
  await appears("svg :text('conv 5x5')");
});

suiteOfEditor.run();
