/** How long a week of a service's life with five policies takes in the sandbox's deterministic mode; prints the ratio. */
import { startWeek } from "../support/week.ts";

const most = 2;
const week = await startWeek();
const begun = performance.now();
const before = process.cpuUsage();
const threadBefore = process.threadCpuUsage();
await week.play(7 * 24 * 60);
const seconds = (performance.now() - begun) / 1000;
const used = process.cpuUsage(before);
const cpuSeconds = (used.user + used.system) / 1e6;
// Of the thread that plays, without compiler and collector beside it: what a week takes where nobody else computes.
const own = process.threadCpuUsage(threadBefore);
const ownSeconds = (own.user + own.system) / 1e6;
const changes = week.desired.filter((count, minute) => count !== (week.desired[minute - 1] ?? count)).length;
process.stdout.write(
  `${seconds.toFixed(2)} s for a week with five policies: ${Math.round((7 * 86_400) / seconds)} times as fast as the week itself ` +
    `(goal: at most ${most} s; ${cpuSeconds.toFixed(2)} s of CPU time, ${ownSeconds.toFixed(2)} s of them its own thread's); ${changes} changes of the desired count, ${Math.max(...week.desired)} tasks at most\n`,
);
await week.sandbox.close();
