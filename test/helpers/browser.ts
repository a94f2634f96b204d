/** A page in headless Chromium, with files of the test's own behind it. */

import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium, type Page } from "playwright-core";
import type { Test } from "uvu";

/** Where Chromium is. */
export const executablePath = process.env["CNN_CHROMIUM"] ?? "/usr/bin/chromium";

/** The suite's `test`, or its `skip` where there is no Chromium; the variable CNN_CHROMIUM says where it is. */
export const withChromium = (test: Test): Test["skip"] => (existsSync(executablePath) ? test : test.skip);

const types: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript", json: "application/json" };

/** Files by their names. */
type Files = Readonly<Record<string, string | Uint8Array>>;

/** Opens `index.html` of these files and gives what its global promise `result` resolves to. */
export const resultOfPage = (files: Files): Promise<unknown> => inPage(files, (page) => page.evaluate("result"));

/** Opens `index.html` of these files and gives what it shows, as soon as it shows any text. */
export const textOfPage = (files: Files): Promise<string> =>
  inPage(files, async (page) => {
    await page.waitForFunction("document.body.innerText.trim() !== ''");
    return page.innerText("body");
  });

/** What goes wrong in the page rejects. */
async function inPage<T>(files: Files, ask: (page: Page) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    const name = (request.url ?? "/").slice(1) || "index.html";
    const content = Object.hasOwn(files, name) ? files[name] : undefined;
    response.writeHead(content === undefined ? 404 : 200, { "content-type": `${types[name.split(".").at(-1) ?? ""] ?? "application/octet-stream"}; charset=utf-8` });
    response.end(content);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  // Listening on a port, a server has an address of its own.
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const failed = new Promise<never>((_, fail) => page.on("pageerror", fail));
    await page.goto(`http://127.0.0.1:${port}/`);
    return await Promise.race([ask(page), failed]);
  } finally {
    await browser.close();
    server.close();
  }
}
