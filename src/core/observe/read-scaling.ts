import type {
  ScalableTarget,
  ScalingActivity,
  ScalingPolicy,
  ScheduledAction,
} from "@aws-sdk/client-application-auto-scaling";
import type { CompositeAlarm, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Aws } from "../aws/aws.ts";
import { periodOf } from "./read-alarm-points.ts";
import type { ActivityView, AlarmView, Subject } from "./snapshot.ts";

export const resourceId = ({ cluster, service }: Subject): string => `service/${cluster}/${service}`;

/** The scalable target and the policies of a service; `target` is undefined when nothing scales it. */
export interface ScalingRules {
  target: ScalableTarget | undefined;
  policies: ScalingPolicy[];
}

/** Who scales the service, between which counts and by which policies. */
export async function readScalingRules(aws: Aws, subject: Subject, signal?: AbortSignal): Promise<ScalingRules> {
  const id = resourceId(subject);
  const [targets, policies] = await Promise.all([
    aws.call(
      "application-autoscaling",
      "DescribeScalableTargets",
      { ServiceNamespace: "ecs", ResourceIds: [id], ScalableDimension: "ecs:service:DesiredCount" },
      signal,
    ),
    aws.all(
      "application-autoscaling",
      "DescribeScalingPolicies",
      { ServiceNamespace: "ecs", ResourceId: id },
      (page) => page.ScalingPolicies,
      signal,
    ),
  ]);
  return { target: targets.ScalableTargets?.[0], policies };
}

/** What will change the limits at a set time. */
export const readScheduled = (aws: Aws, subject: Subject, signal?: AbortSignal): Promise<ScheduledAction[]> =>
  aws.all(
    "application-autoscaling",
    "DescribeScheduledActions",
    { ServiceNamespace: "ecs", ResourceId: resourceId(subject), ScalableDimension: "ecs:service:DesiredCount" },
    (page) => page.ScheduledActions,
    signal,
  );

/** DescribeScalingActivities gives at most 50 at a time. */
const activityPage = 50;

/** The newest scaling activities, newest first; with `notScaled` also those that changed nothing, and why. */
export async function readActivities(
  aws: Aws,
  subject: Subject,
  options: { notScaled: boolean; limit: number },
  signal?: AbortSignal,
): Promise<ScalingActivity[]> {
  const found: ScalingActivity[] = [];
  const input = {
    ServiceNamespace: "ecs",
    ResourceId: resourceId(subject),
    IncludeNotScaledActivities: options.notScaled,
    MaxResults: Math.min(activityPage, options.limit),
  } as const;
  for await (const page of aws.pages("application-autoscaling", "DescribeScalingActivities", input, signal)) {
    found.push(...(page.ScalingActivities ?? []));
    if (found.length >= options.limit) break;
  }
  return found.slice(0, options.limit);
}

/** An alarm as AWS describes it and as it is shown. */
export interface PolicyAlarm {
  described: MetricAlarm;
  view: AlarmView;
}

/**
 * The alarms of those policies, found by the names they carry, then those that are named, composite ones last. A
 * hundred in all: DescribeAlarms takes no more names, and a service has not more.
 */
export async function readAlarms(
  aws: Aws,
  policies: readonly ScalingPolicy[],
  named: readonly string[],
  signal?: AbortSignal,
): Promise<PolicyAlarm[]> {
  const owners = new Map(
    policies.flatMap((policy) =>
      (policy.Alarms ?? []).map((alarm) => [alarm.AlarmName ?? "", policy.PolicyName ?? ""] as const),
    ),
  );
  const names = [...new Set([...owners.keys(), ...named])];
  if (names.length === 0) return [];
  const answer = await aws.call(
    "cloudwatch",
    "DescribeAlarms",
    { AlarmNames: names.slice(0, 100), AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
    signal,
  );
  const described = [...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? []).map(asMetricAlarm)];
  return described
    .map((one) => ({ described: one, view: viewAlarm(one, owners.get(one.AlarmName ?? "") ?? "") }))
    .sort((a, b) => names.indexOf(a.view.name) - names.indexOf(b.view.name));
}

/** What a composite alarm has in common with the others, and its rule in place of a metric. */
const asMetricAlarm = ({ AlarmRule, ...alarm }: CompositeAlarm): MetricAlarm => ({
  AlarmName: alarm.AlarmName,
  StateValue: alarm.StateValue,
  StateReason: alarm.StateReason,
  StateTransitionedTimestamp: alarm.StateTransitionedTimestamp,
  StateUpdatedTimestamp: alarm.StateUpdatedTimestamp,
  ActionsEnabled: alarm.ActionsEnabled,
  Metrics: [{ Id: "rule", Label: AlarmRule }],
});

/** The service's own metrics by the names that policies and `ecsctl.yaml` have for them. */
const ownMetrics: Record<string, string> = { CPUUtilization: "cpu", MemoryUtilization: "memory" };

function alarmMetric({ Namespace, MetricName = "", Metrics }: MetricAlarm): string {
  if (Metrics && Metrics.length > 0)
    return Metrics.find(({ ReturnData }) => ReturnData !== false)?.Label ?? "metric math";
  return Namespace === "AWS/ECS" ? (ownMetrics[MetricName] ?? MetricName) : `${Namespace}/${MetricName}`;
}

function viewAlarm(alarm: MetricAlarm, policy: string): AlarmView {
  return {
    name: alarm.AlarmName ?? "",
    state: alarm.StateValue ?? "INSUFFICIENT_DATA",
    reason: alarm.StateReason ?? "",
    since: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.toISOString() ?? null,
    policy,
    metric: alarmMetric(alarm),
    actionsEnabled: alarm.ActionsEnabled ?? true,
    comparison: alarm.ComparisonOperator ?? "",
    threshold: alarm.Threshold ?? 0,
    periodSeconds: periodOf(alarm),
    evaluationPeriods: alarm.EvaluationPeriods ?? 1,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods ?? 1,
  };
}

export function viewActivity(activity: ScalingActivity): ActivityView {
  return {
    at: (activity.StartTime ?? new Date(0)).toISOString(),
    status: activity.StatusCode ?? "",
    description: activity.Description ?? "",
    cause: activity.Cause ?? "",
  };
}
