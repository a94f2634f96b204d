/** What a training says while it runs: one line an epoch that stays, and between them a line with a bar that is redrawn. */

import type { ReadingEvent, StartEvent, TrainEvent } from "../../index.ts";
import { metricWords } from "../../words/metrics.ts";
import { counted, duration, grouped } from "../../numbers.ts";
import type { Terminal } from "./terminal.ts";

/** Redrawn at most so often, in milliseconds; on paper the line stands in for one redrawn. */
const redrawEvery = 100;
const tellEvery = 10_000;
const longestBar = 24;

/** Draws a training's events, in their order, on a terminal or a plain stream, until the signal comes. `now` is in milliseconds. */
export function createProgress(to: Terminal, signal?: AbortSignal, now: () => number = () => performance.now()): (event: ReadingEvent | StartEvent | TrainEvent) => void {
  const { paint } = to;
  let start: StartEvent | undefined;
  let begun = { time: 0, step: 0 };
  let drawn = now();
  const isTimeToDraw = (): boolean => !signal?.aborted && now() - drawn >= (to.isInteractive ? redrawEvery : tellEvery);
  const redraw = (line: string): void => {
    drawn = now();
    to.write(to.isInteractive ? `\r\u001b[K${line}` : `${line}\n`);
  };

  return (event) => {
    switch (event.type) {
      case "reading":
        // The last one leaves the line to what comes next.
        if (isTimeToDraw()) redraw(`reading images  ${grouped(event.images)} of ${grouped(event.all)}`);
        if (event.images === event.all && to.isInteractive) to.write("\r\u001b[K");
        return;
      case "start":
        start = event;
        begun = { time: now(), step: event.step };
        drawn = now();
        to.write(drawStart(event));
        for (const warning of event.warnings) to.write(`${paint("yellow", "warning:")} ${warning}\n`);
        return;
      case "step": {
        if (!start || !isTimeToDraw()) return;
        const stepsPerSecond = ((event.step - begun.step) / (now() - begun.time)) * 1000;
        redraw(drawStep(start, event, stepsPerSecond, to.isInteractive ? to.columns() : undefined));
        return;
      }
      case "epoch":
        to.write(`${to.isInteractive ? "\r\u001b[K" : ""}${drawEpoch(event, start?.epochs ?? event.epoch, to)}\n`);
        begun = { time: now(), step: event.step };
        drawn = now();
        return;
      case "stopped":
        to.write(`\nThe ${event.metric} has not become better for ${counted(event.patience, "epoch")}: the training ends after epoch ${event.epoch}.\n`);
        return;
      case "notice":
        to.write(`${to.isInteractive ? "\r\u001b[K" : ""}${paint("yellow", "warning:")} ${event.message}\n`);
        return;
      case "checkpoint":
        return;
    }
  };
}

function drawStart({ model, images, validationImages, backend, why, epochs, step, stepsPerEpoch, run }: StartEvent): string {
  const validation = validationImages > 0 ? `, validated on ${grouped(validationImages)}` : "";
  const from = step > 0 ? `, from step ${grouped(step)} of ${grouped(stepsPerEpoch * epochs)}` : "";
  return `${model} on ${counted(images, "image")}${validation}, ${counted(epochs, "epoch")}${from}\nbackend ${backend}: ${why}\nrun ${run}\n\n`;
}

type Step = Extract<TrainEvent, { type: "step" }>;
type Epoch = Extract<TrainEvent, { type: "epoch" }>;

/** `epoch 2/10 ━━━━━━━━━╸┈┈┈┈┈  61 %  loss 0.2134  accuracy 93.4 %  5,120 images/s  12 s left`; on paper, which has no columns, without the bar. */
function drawStep(start: StartEvent, { epoch, step, stepInEpoch, loss, ...metrics }: Step, stepsPerSecond: number, columns: number | undefined): string {
  const { stepsPerEpoch, epochs, images } = start;
  const share = stepInEpoch / stepsPerEpoch;
  const left = (stepsPerEpoch * epochs - step) / stepsPerSecond;
  const head = `epoch ${epochNumber(epoch, epochs)}`;
  const figures = [
    `${Math.floor(share * 100)} %`.padStart(5),
    `loss ${loss.toFixed(4)}`,
    ...metricWords(metrics).map(([name, value]) => `${name} ${value}`),
    `${grouped(Math.round((stepsPerSecond * images) / stepsPerEpoch))} images/s`,
    `${duration(left)} left`,
  ].join("  ");
  if (columns === undefined) return `${head}  ${figures}`;
  const room = Math.min(longestBar, columns - head.length - figures.length - 4);
  const line = room < 4 ? `${head}  ${figures}` : `${head} ${drawBar(share, room)}  ${figures}`;
  return line.slice(0, columns - 1);
}

function drawBar(share: number, width: number): string {
  const full = Math.floor(share * width);
  return "━".repeat(full) + "┈".repeat(width - full);
}

/** `epoch  2/10  loss 0.2134  accuracy 93.4 %  validation loss 0.1907  accuracy 94.2 %  best  3.4 s  5,102 images/s`, as far as there is room. */
function drawEpoch({ epoch, train, validation, seconds, imagesPerSecond, isBest }: Epoch, epochs: number, { paint, isInteractive, columns }: Terminal): string {
  const metrics = ({ loss, ...others }: Epoch["train"]): string => [["loss", loss.toFixed(4)], ...metricWords(others)].map(([name, value]) => `${name} ${value}`).join("  ");
  const results = `epoch ${epochNumber(epoch, epochs)}  ${metrics(train)}${validation ? `  validation ${metrics(validation)}` : ""}`;
  const best = isBest ? "  best" : "";
  const speed = `  ${duration(seconds)}  ${grouped(Math.round(imagesPerSecond))} images/s`;
  const room = isInteractive ? columns() - results.length : Infinity;
  return results + (best.length < room ? paint("green", best) : "") + (best.length + speed.length < room ? paint("dim", speed) : "");
}

const epochNumber = (epoch: number, epochs: number): string => `${String(epoch).padStart(String(epochs).length)}/${epochs}`;
