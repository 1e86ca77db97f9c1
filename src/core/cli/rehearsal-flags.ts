import { Flags } from "@oclif/core";
import type { Project } from "../config/project.ts";
import { EcsctlError, usageError } from "../errors.ts";
import { durationFlag } from "./duration-flag.ts";

const load = "LOAD";
const model = "MODEL";

const rateFlag = Flags.custom<number>({
  helpValue: "RATE",
  parse: async (text, _context, options) => {
    const [, number, unit = ""] = /^(\d+(?:\.\d+)?)(rps|\/s|k|rpm)?$/.exec(text) ?? [];
    const rate = Number(number) * ({ k: 1000, rpm: 1 / 60 }[unit] ?? 1);
    if (rate > 0) return rate;
    throw usageError({
      code: "InvalidRate",
      message: `--${options.name} ${text}: expected requests a second above 0.`,
      hint: "For example: 200rps, 1.5k, 6000rpm",
    });
  },
});

/** What `scale simulate` and `scale tune` both take. */
export const rehearsalFlags = {
  load: Flags.string({
    helpValue: "EXPRESSION|FILE",
    description: "The load: 'ramp 0..2000rps over 10m; hold 20m; drop' (docs/rehearsal.md), or a CSV of time,rps.",
    helpGroup: load,
  }),
  "from-report": Flags.string({
    helpValue: "FILE",
    description: "The load that loadtest --out kept.",
    helpGroup: load,
  }),
  "from-metrics": durationFlag({
    description: "The service's load of the last 7d, 12h, … in CloudWatch.",
    helpGroup: load,
  }),
  start: Flags.string({
    helpValue: "TIME",
    description: "When it begins, for schedules: 2026-11-23T08:00; default the last midnight, UTC.",
    helpGroup: load,
  }),
  policy: Flags.string({
    helpValue: "POLICY|FILE",
    description:
      "'cpu 50 out 30s', 'step cpu 80:+2 20:-1', 'schedule cron(0 8 * * ? *) min 4', or a YAML file; several act together. Default those of ecsctl.yaml.",
    multiple: true,
    multipleNonGreedy: true,
  }),
  min: Flags.integer({ helpValue: "N", min: 0, description: "Fewest tasks; default scaling.min." }),
  max: Flags.integer({ helpValue: "N", min: 1, description: "Most tasks; default scaling.max." }),
  capacity: rateFlag({ description: "What one task does at 100 % of its CPU.", helpGroup: model }),
  measure: Flags.boolean({ description: "Measure the model on the running service.", helpGroup: model }),
  "task-start": durationFlag({ description: "From a new desired count until the task answers.", helpGroup: model }),
  boot: durationFlag({ description: "From an instance's launch until it takes tasks.", helpGroup: model }),
  tasks: Flags.integer({
    helpValue: "N",
    min: 0,
    description: "Tasks at the start; default service.desiredCount.",
    helpGroup: model,
  }),
  "tasks-per-instance": Flags.integer({
    helpValue: "N",
    min: 1,
    description: "Tasks that fit one instance.",
    helpGroup: model,
  }),
  instances: Flags.string({ helpValue: "MIN..MAX", description: "Size of the Auto Scaling group.", helpGroup: model }),
  "metric-delay": durationFlag({
    description: "From a minute's end until alarms see it; 5s unless told.",
    helpGroup: model,
  }),
  memory: Flags.string({ helpValue: "IDLE..BUSY", description: "Memory of a task, percent.", helpGroup: model }),
};

interface Parsed {
  load?: string | undefined;
  "from-report"?: string | undefined;
  "from-metrics"?: number | undefined;
  start?: string | undefined;
  policy?: string[] | undefined;
  min?: number | undefined;
  max?: number | undefined;
  capacity?: number | undefined;
  measure: boolean;
  "task-start"?: number | undefined;
  boot?: number | undefined;
  tasks?: number | undefined;
  "tasks-per-instance"?: number | undefined;
  instances?: string | undefined;
  "metric-delay"?: number | undefined;
  memory?: string | undefined;
}

/** The flags as the operations take them. */
export const readRehearsalFlags = (flags: Parsed) => ({
  ...flags,
  fromReport: flags["from-report"],
  fromMetrics: flags["from-metrics"],
  policies: flags.policy ?? [],
  taskStart: flags["task-start"],
  tasksPerInstance: flags["tasks-per-instance"],
  metricDelay: flags["metric-delay"],
});

/** The configuration, or undefined where there is no file and none was named. */
export async function findProject(
  load: () => Promise<Project>,
  named: string | undefined,
): Promise<Project | undefined> {
  try {
    return await load();
  } catch (error) {
    if (named === undefined && error instanceof EcsctlError && error.code === "ConfigNotFound") return undefined;
    throw error;
  }
}
