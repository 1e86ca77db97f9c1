import type { LoadSample } from "../loadtest/report.ts";
import type { Until } from "../observe/goal.ts";

/** So many samples in a row must show the goal, so that the new tasks have answered for a while. */
const samplesInARow = 3;
/** Server seconds without a change after which a service under load counts as steady. */
const steadySeconds = 300;

/** Given sample after sample and how many tasks answer, says whether `--until` is met. */
export function loadGoal(until: Until | undefined): (sample: LoadSample, answering: number) => boolean {
  let first: LoadSample | undefined;
  let inARow = 0;
  let unchanged: LoadSample | undefined;
  return (sample, answering) => {
    if (sample.desired === null || !until) return false;
    first ??= sample;
    if (unchanged?.desired !== sample.desired || unchanged.running !== sample.running) unchanged = sample;
    const settled = sample.running === sample.desired && answering >= sample.desired;
    const holds =
      until.kind === "count"
        ? settled && sample.desired === until.count
        : until.kind === "scaled"
          ? settled && sample.desired > (first.desired ?? 0)
          : settled && sample.pending === 0 && sample.seconds - unchanged.seconds >= steadySeconds;
    inARow = holds ? inARow + 1 : 0;
    return inARow >= (until.kind === "stable" ? 1 : samplesInARow);
  };
}
