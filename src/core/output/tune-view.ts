import type { TunedScaling } from "../operations/tune-scaling.ts";
import { formatTable } from "./columns.ts";
import { nextCommands } from "./next.ts";
import { parameterRows, percentText, rateText, spanText } from "./simulation-view.ts";
import { wrapText } from "./wrap-text.ts";

type Trial = TunedScaling["recommended"];

/** The text of `scale tune`: what to do first, then the frontier that it was chosen from. */
export function formatTuned(tuned: TunedScaling, columns: number): string {
  const { load, present, margin, notes } = tuned;
  const searched = `${load.description}: ${spanText(load.seconds)}, ${rateText(load.peak, load.unit)} at most; ${tuned.trials} candidates rehearsed. Nothing is both cheaper and safer than these:`;
  const told = [
    tellVerdict(tuned),
    ...(present
      ? [
          `As it is now (${present.label}): ${riskText(tuned, present.risk)} for ${costText(tuned, present.cost)}${present.meets ? "" : ", which misses it"}.`,
        ]
      : []),
    `With a fifth more load: ${riskText(tuned, margin.risk)}, ${margin.meets ? "still kept" : "missed"}.${tellRobust(tuned)}`,
  ];
  return [
    ...told.flatMap((text) => wrapText(text, columns)),
    "",
    ...wrapText(searched, columns),
    "",
    ...formatFrontier(tuned),
    "",
    "Model",
    ...formatTable(parameterRows(tuned.model)),
    ...(notes.length > 0 ? ["", ...notes.flatMap((note) => wrapText(note, columns))] : []),
    "",
    nextCommands(tuned.apply.map((command) => [command, "make it real"])),
  ].join("\n");
}

function formatFrontier(tuned: TunedScaling): string[] {
  const { objective, recommended, frontier } = tuned;
  const weighed = weighsCost(tuned) ? leastRisk : (objective.text.split("<")[0] ?? "");
  return formatTable([
    ["", recommended.candidate.metric, "at least", "cooldown out, in", "cost", weighed, "changes"],
    ...frontier.map((trial) => [
      isSame(trial, recommended) ? "→" : trial.meets ? "✓" : "",
      `${trial.candidate.target}`,
      `${trial.candidate.min}`,
      `${trial.candidate.scaleOutCooldown} s, ${trial.candidate.scaleInCooldown} s`,
      costText(tuned, trial.cost),
      weighsCost(tuned) ? percentText(trial.figures.riskPercent) : riskText(tuned, trial.risk),
      `${trial.changes}`,
    ]),
  ]);
}

/** What a limit to the cost is weighed against. */
const leastRisk = "p(util>90%)";
const weighsCost = ({ objective }: TunedScaling): boolean => objective.figure === "cost";

function tellVerdict(tuned: TunedScaling): string {
  const { objective, recommended } = tuned;
  const [policy, value] = [describe(recommended), riskText(tuned, recommended.risk)];
  if (weighsCost(tuned))
    return objective.met
      ? `${policy} is the safest that keeps to ${objective.text} (${value}): ${percentText(recommended.figures.riskPercent)} of the time over 90 %.`
      : `Nothing that was tried keeps to ${objective.text}. The cheapest, ${policy}, comes to ${value}: fewer or smaller instances or tasks would help.`;
  return objective.met
    ? `${policy} keeps to ${objective.text} (${value}) for the least: ${costText(tuned, recommended.cost)}.`
    : `Nothing that was tried keeps to ${objective.text}. The safest, ${policy}, comes to ${value}: a higher maximum, faster starts or a schedule before the peak would help.`;
}

/** What a margin costs, where the recommended one has none. */
function tellRobust(tuned: TunedScaling): string {
  const { margin, robust } = tuned;
  if (margin.meets || robust === null) return "";
  return ` ${describe(robust)} keeps to it then too, for ${costText(tuned, robust.cost)}.`;
}

const isSame = (a: Trial, b: Trial): boolean => JSON.stringify(a.candidate) === JSON.stringify(b.candidate);

const describe = ({ candidate: { metric, target, min, scaleOutCooldown, scaleInCooldown } }: Trial): string =>
  `${metric} ${target}, at least ${min}, cooldowns ${scaleOutCooldown} s out and ${scaleInCooldown} s in`;

const costText = ({ costUnit }: TunedScaling, cost: number): string =>
  costUnit === "USD" ? `$${cost.toFixed(cost < 1 ? 4 : 2)}` : `${Number(cost.toPrecision(4))} ${costUnit}`;

function riskText(tuned: TunedScaling, risk: number): string {
  if (!Number.isFinite(risk)) return "no task at all";
  if (tuned.objective.figure === "under") return spanText(risk);
  return weighsCost(tuned) ? costText(tuned, risk) : `${Number(risk.toPrecision(3))} %`;
}
