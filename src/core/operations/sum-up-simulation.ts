import type { RehearsedSet } from "./simulate-scaling.ts";

type Figures = RehearsedSet["figures"];

/** What a rehearsal comes to, in a sentence or two: how one set does, or which of several is safest and which cheapest. */
export function sumUpSets(sets: readonly RehearsedSet[]): string {
  const [first] = sets;
  if (!first) return "";
  if (sets.length === 1) return tellOne(first);
  const safest = least(sets, ({ figures }) => figures.riskPercent, spent);
  const cheapest = least(sets, spent, ({ figures }) => figures.riskPercent);
  if (safest === cheapest)
    return `${safest.label} is the safest and the cheapest: ${tellRisk(safest)}, ${tellSpent(safest)}.`;
  const more = Math.round((spent(safest) / spent(cheapest) - 1) * 100);
  const extra = more < 1 ? "about as much as" : `${more} % more than`;
  return `${safest.label} is the safest (${tellRisk(safest)}), for ${extra} the cheapest, ${cheapest.label} (${tellRisk(cheapest)}, ${tellSpent(cheapest)}).`;
}

/** USD; without prices hours. */
const spent = ({ figures }: RehearsedSet): number =>
  figures.costUsd ?? (figures.peakInstances > 0 ? figures.instanceHours : figures.taskHours);

/** The set with the least of one, and among equals of the other. */
const least = (
  sets: readonly RehearsedSet[],
  by: (set: RehearsedSet) => number,
  then: (set: RehearsedSet) => number,
): RehearsedSet => sets.reduce((best, one) => ((by(one) - by(best) || then(one) - then(best)) < 0 ? one : best));

function tellOne(set: RehearsedSet): string {
  const { figures, changes, max } = set;
  const short = changes.some(({ to }) => to === max) && figures.riskPercent > 0;
  return [
    `${set.label} takes the service to ${figures.peakDesired} task${figures.peakDesired === 1 ? "" : "s"}: ${tellRisk(set)}, ${tellSpent(set)}.`,
    ...(short ? [`It comes to its maximum of ${max}.`] : []),
    ...tellWaiting(figures),
  ].join(" ");
}

/** Worth a sentence when it is longer than instances take to come. */
const longWait = 300;

const tellWaiting = ({ waitingSeconds, peakInstances }: Figures): string[] =>
  waitingSeconds > longWait
    ? [`Tasks wait for an instance for ${Math.round(waitingSeconds / 60)} min; ${peakInstances} run at most.`]
    : [];

const tellRisk = ({ figures }: RehearsedSet): string =>
  figures.riskPercent === 0
    ? "never over 90 %"
    : `${Number(figures.riskPercent.toPrecision(3))} % of the time over 90 %`;

function tellSpent(set: RehearsedSet): string {
  const { figures } = set;
  if (figures.costUsd !== null) return `$${figures.costUsd.toFixed(figures.costUsd < 1 ? 4 : 2)}`;
  const hours = Number(spent(set).toPrecision(3));
  return `${hours} ${figures.peakInstances > 0 ? "instance" : "task"}-hours`;
}
