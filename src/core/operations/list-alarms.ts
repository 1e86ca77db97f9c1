import type { Project } from "../config/project.ts";
import type { Context } from "../context.ts";
import { describeAlarms, type AlarmState } from "./describe-alarms.ts";

/** The document of `alarm list --json`. */
export interface ListAlarmsResult {
  alarms: AlarmState[];
  /** Names that `ecsctl.yaml` has and CloudWatch has not. */
  missing: string[];
}

/** Every alarm of the service, ours or not, with its state. */
export async function listAlarms({ aws }: Context, { config }: Project): Promise<ListAlarmsResult> {
  const alarms = await describeAlarms(aws, config);
  const there = new Set(alarms.map(({ name }) => name));
  return { alarms, missing: config.alarms.map(({ name }) => name).filter((name) => !there.has(name)) };
}
