/** How a page looks in headless Chromium: on a phone and on a desk, in light and in dark. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { executablePath } from "./browser.ts";

/** What a page is like at one width, in one of the two colour schemes. */
export interface Look {
  readonly width: number;
  readonly scheme: "light" | "dark";
  /** Of the console and of scripts. */
  readonly errors: readonly string[];
  readonly scrollWidth: number;
  /** Whether something has set `globalThis.attacked`. */
  readonly attacked: boolean;
  /** Curves that were drawn. */
  readonly charts: number;
  readonly withoutAlt: number;
  /** Texts that have a contrast of less than 4.5 to what is behind them (WCAG 2.2, 1.4.3). */
  readonly faint: readonly string[];
}

/** Opens a page without any network, as wide as a phone and as a desk, in light and in dark. */
export async function lookAt(html: string): Promise<readonly Look[]> {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const folder = mkdtempSync(join(tmpdir(), "cnn-page-"));
  try {
    writeFileSync(join(folder, "page.html"), html);
    const looks: Look[] = [];
    for (const scheme of ["light", "dark"] as const) {
      for (const width of [360, 1280]) {
        const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme, offline: true });
        const page = await context.newPage();
        const errors: string[] = [];
        page.on("console", (message) => void (message.type() === "error" && errors.push(message.text())));
        page.on("pageerror", (error) => void errors.push(error.message));
        await page.goto(pathToFileURL(join(folder, "page.html")).href);
        looks.push({ width, scheme, errors, ...(await page.evaluate<Omit<Look, "width" | "scheme" | "errors">>(`(${measure})()`)) });
        await context.close();
      }
    }
    return looks;
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs in the page. */
const measure = `function () {
  const parts = (color) => (color.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const over = ([r, g, b, a = 1], under) => [r, g, b].map((value, i) => value * a + under[i] * (1 - a));
  const behind = (element) => (element ? over(parts(getComputedStyle(element).backgroundColor), behind(element.parentElement)) : matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255]);
  const light = (color) => color.slice(0, 3).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)).reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const texts = [...document.querySelectorAll("h1, h2, p, th, td, dt, dd, figcaption, caption, summary, pre")].filter((element) => element.textContent.trim());
  return {
    scrollWidth: document.documentElement.scrollWidth,
    attacked: "attacked" in globalThis,
    charts: document.querySelectorAll(".uplot canvas").length,
    withoutAlt: document.querySelectorAll("img:not([alt])").length,
    faint: texts.filter((element) => contrast(parts(getComputedStyle(element).color), behind(element)) < 4.5).map((element) => element.textContent.slice(0, 60)),
  };
}`;
