import type { Aws } from "../aws/aws.ts";
import type { Config } from "../config/schema.ts";
import { stepAlarmPrefix } from "../resources/scaling-alarm.ts";
import { listPolicies } from "../resources/scaling-policy.ts";
import { listScheduledActions } from "../resources/scheduled-action.ts";
import { scalableId } from "../resources/service.ts";
import { parseSchedule } from "../scaling/schedule.ts";
import { isOverHold } from "./scaling-names.ts";

/** What scales a service in AWS, ours or not, by name. */
export interface ScalingNames {
  policies: readonly string[];
  /** Of step policies that ecsctl made. */
  alarms: readonly string[];
  /** Schedules, and what will undo a hold by hand. */
  actions: readonly string[];
}

export interface ScalingFacts extends ScalingNames {
  /** Policies of `ecsctl.yaml` whose one moment has passed: nothing to make any more. */
  over: readonly string[];
}

export const noScalingFacts: ScalingFacts = { policies: [], alarms: [], actions: [], over: [] };

/** Asks for schedules and alarms only where `ecsctl.yaml` has a say in them. */
export async function readScalingFacts(aws: Aws, config: Config): Promise<ScalingFacts> {
  const resourceId = scalableId(config.cluster.name, config.service.name);
  const names = config.scaling
    ? await listScaling(aws, resourceId, hasSteps(config))
    : { policies: await listPolicyNames(aws, resourceId), alarms: [], actions: [] };
  return { ...names, over: findOver(config, aws.clock.now()) };
}

const listStepAlarms = (aws: Aws, resourceId: string) =>
  aws.all(
    "cloudwatch",
    "DescribeAlarms",
    { AlarmNamePrefix: stepAlarmPrefix(resourceId), AlarmTypes: ["MetricAlarm"] },
    (page) => page.MetricAlarms,
  );

const hasSteps = ({ scaling }: Config): boolean => scaling?.policies.some(({ type }) => type === "step") ?? false;

/**
 * Every policy, every schedule and every alarm of step policies. `steps` false: alarms are asked for only where AWS has
 * a step policy; one whose policy somebody deleted is found by its tag, by `destroy`.
 */
export async function listScaling(aws: Aws, resourceId: string, steps = true): Promise<ScalingNames> {
  const [policies, actions] = await Promise.all([listPolicies(aws, resourceId), listScheduledActions(aws, resourceId)]);
  const asked = steps || policies.some(({ PolicyType }) => PolicyType === "StepScaling");
  const alarms = asked ? await listStepAlarms(aws, resourceId) : [];
  return {
    policies: policies.map(({ PolicyName = "" }) => PolicyName),
    alarms: alarms.map(({ AlarmName = "" }) => AlarmName),
    actions: actions
      .filter((action) => !isOverHold(action, aws.clock.now()))
      .map(({ ScheduledActionName = "" }) => ScheduledActionName),
  };
}

const listPolicyNames = async (aws: Aws, resourceId: string): Promise<string[]> =>
  (await listPolicies(aws, resourceId)).map(({ PolicyName = "" }) => PolicyName);

/** Schedules of `ecsctl.yaml` that never run again after `now` (ms): a past `at`, or an end that has passed. */
function findOver({ scaling }: Config, now: number): string[] {
  return (scaling?.policies ?? [])
    .filter(({ schedule, timezone, end }) => {
      if (schedule === undefined) return false;
      if (end !== undefined && Date.parse(end) <= now) return true;
      return parseSchedule(schedule, { from: now, timeZone: timezone }).next(now) === undefined;
    })
    .map(({ name }) => name);
}
