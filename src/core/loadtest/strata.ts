import { blockLength, drawBlocks } from "./bootstrap.ts";
import type { Intervals } from "./interval-figures.ts";
import type { LoadReport } from "./report.ts";

/** Neighbouring intervals under the same load, and how many neighbours of them are drawn together. */
export interface Stratum {
  start: number;
  length: number;
  block: number;
}

/** At least so many blocks, or there is nothing to draw from. */
const leastBlocks = 6;
/** Short series hide how long they remember: twice the computed length brought false alarms down to what is meant. */
const blockFactor = 2;
/** Fewer intervals than this are not drawn by themselves. */
const leastLength = 2 * leastBlocks;

/**
 * Cuts a run where its load changed, so that each stage is drawn from itself: what differs between stages is no noise. One
 * that is too short belongs to the next (a ramp to its stage), the last one to the one before.
 */
export function stratify(run: Intervals, load: LoadReport["load"]): Stratum[] {
  const starts = [0];
  for (const start of [...changesOf(run, load), run.length])
    if (start - (starts.at(-1) ?? 0) >= leastLength) starts.push(start);
  if (starts.length > 1) starts[starts.length - 1] = run.length;
  else starts.push(run.length);
  const [rates, means] = [run.rates(), run.means()];
  return starts.slice(1).map((end, index) => {
    const start = starts[index] ?? 0;
    const length = end - start;
    const memory = Math.max(blockLength(rates.slice(start, end)), blockLength(means.slice(start, end)));
    return { start, length, block: Math.max(1, Math.min(memory * blockFactor, Math.floor(length / leastBlocks))) };
  });
}

/** The intervals at which another stage, or its level after the ramp, begins. */
function changesOf({ seconds }: Intervals, { stages = [], rampSeconds = 0 }: LoadReport["load"]): number[] {
  const moments: number[] = [];
  let begin = 0;
  for (const stage of stages) {
    moments.push(begin, begin + Math.min(rampSeconds, stage.seconds));
    begin += stage.seconds;
  }
  moments.push(begin);
  const ends = seconds.map(
    (
      (sum) => (lasted: number) =>
        (sum += lasted)
    )(0),
  );
  return moments.flatMap((moment) => {
    // An interval belongs to the stage in which its middle lies.
    const index = ends.findIndex((end, at) => end - (seconds[at] ?? 0) / 2 >= moment);
    return index > 0 ? [index] : [];
  });
}

/** Draws each stage again from its own intervals. */
export function drawStrata(strata: readonly Stratum[], random: () => number): Int32Array {
  const drawn = strata.map(({ start, length, block }) => drawBlocks(length, block, random).map((at) => start + at));
  const all = new Int32Array(drawn.reduce((sum, one) => sum + one.length, 0));
  let filled = 0;
  for (const one of drawn) {
    all.set(one, filled);
    filled += one.length;
  }
  return all;
}
