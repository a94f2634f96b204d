/** What draws the curves in the page, with uPlot: inlined, so that the page needs no network. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** uPlot's own script and style (MIT). */
export const uplot = (): { readonly script: string; readonly style: string } => ({
  script: readFileSync(require.resolve("uplot/dist/uPlot.iife.min.js"), "utf8"),
  style: readFileSync(require.resolve("uplot/dist/uPlot.min.css"), "utf8"),
});

/** Reads the curves from the page's data and draws each into its place; again where the width or the colours change. */
export const chartScript = `
"use strict";
{
  const curves = JSON.parse(document.getElementById("curves").textContent);
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const short = (value) => (value == null ? "–" : Math.abs(value) >= 1000 || (value !== 0 && Math.abs(value) < 1e-4) ? value.toExponential(2) : String(Number(value.toPrecision(4))));
  let drawn = [];
  const draw = () => {
    for (const plot of drawn) plot.destroy();
    drawn = curves.map(({ epochs, series }, i) => {
      const place = document.getElementById("curve-" + i);
      const axis = { stroke: color("--dim"), grid: { stroke: color("--line"), width: 1 }, ticks: { stroke: color("--line"), width: 1 } };
      const colors = [color("--accent"), color("--second")];
      return new uPlot({
        width: place.clientWidth,
        height: 240,
        scales: { x: { time: false } },
        axes: [{ ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10000], values: (_, values) => values.map(String) }, { ...axis, size: 64, values: (_, values) => values.map(short) }],
        series: [{ label: "epoch" }, ...series.map(({ name }, n) => ({ label: name, stroke: colors[n], width: 2, dash: n === 0 ? undefined : [6, 4], points: { show: epochs.length < 40, size: 6 }, value: (_, value) => short(value) }))],
      }, [epochs, ...series.map(({ values }) => values)], place);
    });
  };
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) draw();
    width = innerWidth;
  });
}
`;
