import type { CompositeAlarm, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { Aws } from "../aws/aws.ts";
import type { Config } from "../config/schema.ts";

/** An alarm as people and scripts see it. */
export interface AlarmState {
  name: string;
  arn: string;
  state: string;
  /** `AWS/ECS CPUUtilization Average > 70 for 2 of 3 × 60 s`, or the rule of a composite alarm. */
  watches: string;
  reason: string;
  /** ISO: when the state began. */
  since: string | null;
  /** ARNs that are told when it goes off. */
  actions: string[];
  /** Whether `ecsctl.yaml` names it. */
  inFile: boolean;
}

const comparisons: Readonly<Record<string, string>> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: ">=",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "<=",
};

function describeRule(alarm: MetricAlarm): string {
  const { Namespace, MetricName, Statistic, ExtendedStatistic, EvaluationPeriods = 1, Period = 60 } = alarm;
  const what = alarm.Metrics?.length
    ? (alarm.Metrics.find(({ Expression }) => Expression)?.Expression ?? "metric math")
    : `${Namespace} ${MetricName} ${Statistic ?? ExtendedStatistic}`;
  const points = alarm.DatapointsToAlarm ?? EvaluationPeriods;
  const lasting = `${points === EvaluationPeriods ? points : `${points} of ${EvaluationPeriods}`} × ${Period} s`;
  return `${what} ${comparisons[alarm.ComparisonOperator ?? ""] ?? alarm.ComparisonOperator} ${alarm.Threshold} for ${lasting}`;
}

const stateOf = (alarm: MetricAlarm | CompositeAlarm, watches: string, config: Config): AlarmState => ({
  name: alarm.AlarmName ?? "",
  arn: alarm.AlarmArn ?? "",
  state: alarm.StateValue ?? "",
  watches,
  reason: alarm.StateReason ?? "",
  since: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp)?.toISOString() ?? null,
  actions: alarm.AlarmActions ?? [],
  inFile: config.alarms.some(({ name }) => name === alarm.AlarmName),
});

/** The scaling policy that an alarm sets off; such an alarm comes and goes with it. */
export const policyOfAlarm = ({ actions }: AlarmState): string | undefined =>
  actions.map((arn) => /:policyName\/(.+)$/.exec(arn)?.[1]).find((name) => name !== undefined);

/** Alarms by name; without names, those of `ecsctl.yaml` and every other that watches the service. */
export async function describeAlarms(aws: Aws, config: Config, names?: readonly string[]): Promise<AlarmState[]> {
  const composites: CompositeAlarm[] = [];
  const metrics: MetricAlarm[] = [];
  const filter = names ? { AlarmNames: [...names] } : {};
  const input = { ...filter, AlarmTypes: ["MetricAlarm" as const, "CompositeAlarm" as const] };
  for await (const page of aws.pages("cloudwatch", "DescribeAlarms", input)) {
    composites.push(...(page.CompositeAlarms ?? []));
    metrics.push(...(page.MetricAlarms ?? []));
  }
  const all = [
    ...metrics.map((alarm) => ({ alarm, ours: isOfService(alarm, config), watches: describeRule(alarm) })),
    ...composites.map((alarm) => ({ alarm, ours: false, watches: alarm.AlarmRule ?? "" })),
  ];
  return all
    .map(({ alarm, ours, watches }) => ({ ours, state: stateOf(alarm, watches, config) }))
    .filter(({ ours, state }) => names !== undefined || ours || state.inFile)
    .map(({ state }) => state)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Its metric carries the service's dimensions, in the alarm itself or in one of its queries. */
function isOfService(alarm: MetricAlarm, { cluster, service }: Config): boolean {
  const sets = [alarm.Dimensions, ...(alarm.Metrics ?? []).map(({ MetricStat }) => MetricStat?.Metric?.Dimensions)];
  return sets.some(
    (dimensions = []) =>
      dimensions.some(({ Name, Value }) => Name === "ClusterName" && Value === cluster.name) &&
      dimensions.some(({ Name, Value }) => Name === "ServiceName" && Value === service.name),
  );
}
