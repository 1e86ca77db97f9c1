import { Flags } from "@oclif/core";
import { durationFlag } from "./duration-flag.ts";

const tracking = { helpGroup: "TARGET TRACKING" };
const step = { helpGroup: "STEP" };
const scheduled = { helpGroup: "SCHEDULED" };
const predictive = { helpGroup: "PREDICTIVE" };

/** The flags of `scale policy add`. */
export const policyFlags = {
  type: Flags.string({
    options: ["target-tracking", "step", "scheduled", "predictive"],
    description: "Kind of policy; default: what the other flags speak of, else target-tracking.",
  }),
  metric: Flags.string({
    helpValue: "cpu|memory|requests|NAMESPACE/NAME",
    description:
      "What decides: the service's average, its load balancer's requests a task and minute, or any CloudWatch metric.",
  }),
  dimension: Flags.string({
    multiple: true,
    helpValue: "NAME=VALUE",
    description: "Dimension of a NAMESPACE/NAME metric; can be repeated.",
  }),
  statistic: Flags.string({
    helpValue: "Average|Sum|Minimum|Maximum|SampleCount|p99",
    description: "Statistic of a NAMESPACE/NAME metric, or of a step policy's alarm; Average when absent.",
  }),
  target: Flags.string({
    helpValue: "NUMBER",
    description:
      "Target tracking, predictive: the figure to keep; percent of what the tasks reserve for cpu and memory.",
  }),
  min: Flags.integer({ min: 0, helpValue: "N", description: "Fewest tasks; with --schedule, from then on." }),
  max: Flags.integer({ min: 0, helpValue: "N", description: "Most tasks; with --schedule, from then on." }),
  fast: Flags.boolean({
    description:
      "Target tracking, step: metrics of cpu or memory every 20 seconds in place of every minute; costs extra, and says how much.",
  }),
  query: Flags.string({
    ...tracking,
    multiple: true,
    helpValue: "ID=METRIC{NAME=VALUE}:STATISTIC",
    description: "A metric under a name for --math; can be repeated.",
  }),
  math: Flags.string({
    ...tracking,
    helpValue: "EXPRESSION",
    description: "Metric math over the names of --query: what is tracked.",
  }),
  "scale-out-cooldown": durationFlag({
    ...tracking,
    description: "After a scale-out, only a larger step adds; 300s when absent.",
  }),
  "scale-in-cooldown": durationFlag({
    ...tracking,
    description: "After a scale-in, no other for this long; 300s when absent.",
  }),
  "disable-scale-in": Flags.boolean({ ...tracking, description: "Never remove tasks through this policy." }),
  step: Flags.string({
    ...step,
    multiple: true,
    helpValue: "VALUE:+TASKS",
    description: "`80:+2`, `20:-1`, `80:+10%`, `95:=5`, `80..95:+2`; can be repeated, both ways in one policy.",
  }),
  "min-adjustment-magnitude": Flags.integer({
    ...step,
    min: 1,
    helpValue: "TASKS",
    description: "The fewest tasks that a step in percent changes.",
  }),
  cooldown: durationFlag({
    ...step,
    description: "After a scaling it does not act again for this long; 300s when absent.",
  }),
  aggregation: Flags.string({
    ...step,
    options: ["Average", "Minimum", "Maximum"],
    description: "How datapoints are put together; Average when absent.",
  }),
  period: durationFlag({
    ...step,
    description: "Length of the alarm's period: 10s, 20s, 30s or whole minutes; 60s when absent.",
  }),
  periods: Flags.integer({
    ...step,
    min: 1,
    helpValue: "N",
    description: "Periods that must be over the threshold before it acts; 1 when absent.",
  }),
  schedule: Flags.string({
    ...scheduled,
    helpValue: "at(…)|rate(…)|cron(…)",
    description:
      "When --min and --max take effect: `at(2026-12-24T18:00:00)`, `rate(1 hour)`, `cron(0 8 ? * MON-FRI *)`.",
  }),
  timezone: Flags.string({
    ...scheduled,
    helpValue: "ZONE",
    description: "Time zone of at and cron, like Europe/Berlin; UTC when absent.",
  }),
  start: Flags.string({
    ...scheduled,
    helpValue: "MOMENT",
    description: "Runs first at this moment, like 2026-12-24T18:00:00Z, and not before.",
  }),
  end: Flags.string({ ...scheduled, helpValue: "MOMENT", description: "Not after this moment." }),
  mode: Flags.string({
    ...predictive,
    options: ["forecast-only", "forecast-and-scale"],
    description: "Only forecast, or also act on it; forecast-only when absent.",
  }),
  buffer: durationFlag({
    ...predictive,
    description: "How long before the hour tasks are started, under an hour; 300s when absent.",
  }),
  "over-maximum": Flags.integer({
    ...predictive,
    min: 0,
    max: 100,
    helpValue: "PERCENT",
    description: "Lets a forecast raise the maximum, by this much more than forecast.",
  }),
};

/** What `policyFlags` give; durations in seconds. */
export interface PolicyFlags {
  type: string | undefined;
  metric: string | undefined;
  dimension: string[] | undefined;
  statistic: string | undefined;
  target: string | undefined;
  min: number | undefined;
  max: number | undefined;
  fast: boolean;
  query: string[] | undefined;
  math: string | undefined;
  "scale-out-cooldown": number | undefined;
  "scale-in-cooldown": number | undefined;
  "disable-scale-in": boolean;
  step: string[] | undefined;
  "min-adjustment-magnitude": number | undefined;
  cooldown: number | undefined;
  aggregation: string | undefined;
  period: number | undefined;
  periods: number | undefined;
  schedule: string | undefined;
  timezone: string | undefined;
  start: string | undefined;
  end: string | undefined;
  mode: string | undefined;
  buffer: number | undefined;
  "over-maximum": number | undefined;
}
