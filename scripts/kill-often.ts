/**
 * Kills trainings at random moments, resumes them until they are done, and holds what they leave against one that was never killed:
 *
 *     node --import tsx --conditions=@cnn-lang/source scripts/kill-often.ts --kills 100 --seed 1
 *
 * The trainings are processes of the built command. The first difference ends it, with what differs.
 */

import { parseArgs } from "node:util";
import { killOften } from "../test/helpers/kill.ts";

const { values } = parseArgs({ options: { kills: { type: "string", default: "100" }, seed: { type: "string", default: "1" }, epochs: { type: "string", default: "40" } } });

const begun = performance.now();
const { kills, whileTraining, trainings } = await killOften({
  kills: Number(values.kills),
  seed: Number(values.seed),
  epochs: Number(values.epochs),
  onKill: ({ kills: so, trainings: done }) => console.error(`${so} kills, ${done} trainings done`),
});
const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
console.log(`${kills} kills, ${whileTraining} of them in the middle of a training; ${trainings} trainings came to their end, each equal to the one that was never killed. ${minutes} minutes.`);
