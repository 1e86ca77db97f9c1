import { Flags, type Interfaces } from "@oclif/core";
import { usageError } from "../errors.ts";
import { readPairs } from "./pairs-flag.ts";

/** What `alarm add` says about the alarm. */
export const alarmFlags = {
  metric: Flags.string({
    helpValue: "cpu|memory|running-tasks|NAMESPACE/NAME",
    description: "What is watched; percent for cpu and memory.",
  }),
  dimension: Flags.string({ helpValue: "NAME=VALUE", multiple: true, description: "Of a NAMESPACE/NAME metric." }),
  statistic: Flags.string({ helpValue: "Average|Sum|p99|…", description: "Statistic of each period." }),
  comparison: Flags.string({ options: [">", ">=", "<", "<="], description: "Default >." }),
  threshold: Flags.string({ helpValue: "N", description: "Threshold." }),
  period: Flags.string({ helpValue: "DURATION", description: "Length of a period; default 60s." }),
  periods: Flags.integer({ min: 1, helpValue: "N", description: "Periods that are looked at; default 1." }),
  datapoints: Flags.integer({
    min: 1,
    helpValue: "M",
    description: "Periods of those that must be over the threshold; default all.",
  }),
  missing: Flags.string({
    options: ["missing", "ignore", "breaching", "notBreaching"],
    description: "What a period without data counts as.",
  }),
  rule: Flags.string({
    helpValue: "'ALARM(a) AND ALARM(b)'",
    description: "Watch other alarms in place of a metric.",
  }),
  notify: Flags.boolean({ allowNo: true, description: "Whether it tells the topic of `notify`; default yes." }),
  "notify-on": Flags.string({
    multiple: true,
    options: ["alarm", "ok", "insufficient-data"],
    description: "The states whose beginning is told; default alarm.",
  }),
  description: Flags.string({ helpValue: "TEXT", description: "What it means, for whoever gets the mail." }),
};

/** The alarm as `ecsctl.yaml` would say it; what no flag says is undefined. */
export function readAlarm(name: string, flags: Interfaces.InferredFlags<typeof alarmFlags>) {
  const { metric, statistic, comparison, period, periods, datapoints, missing, rule, notify, description } = flags;
  return {
    name,
    metric,
    dimensions: readPairs("dimension", flags.dimension),
    statistic,
    comparison,
    threshold: readThreshold(flags.threshold),
    period,
    periods,
    datapoints,
    missing,
    rule,
    notify,
    notifyOn: flags["notify-on"],
    description,
  };
}

function readThreshold(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  throw usageError({
    code: "InvalidThreshold",
    message: `--threshold ${text}: expected a number.`,
    hint: "Percent for cpu and memory: --threshold 80",
  });
}
