import type { ScalingPolicy } from "@aws-sdk/client-application-auto-scaling";
import type { Activity } from "@aws-sdk/client-auto-scaling";
import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import type { Aws } from "../aws/aws.ts";
import { isAwsError } from "../errors.ts";
import { readActivities, readScalingRules } from "./read-scaling.ts";
import { readService, readTasks } from "./read-tasks.ts";
import type { Subject } from "./snapshot.ts";
import { buildTimeline, type TimelineEntry } from "./timeline.ts";

/** How many scaling activities and alarm changes are asked for; ECS itself keeps the newest 100 events of a service. */
const limit = 100;

async function readAlarmHistory(
  aws: Aws,
  policies: readonly ScalingPolicy[],
  signal?: AbortSignal,
): Promise<AlarmHistoryItem[]> {
  const names = policies.flatMap((policy) => (policy.Alarms ?? []).map((alarm) => alarm.AlarmName ?? ""));
  const pages = await Promise.all(
    names.map((AlarmName) =>
      aws.call(
        "cloudwatch",
        "DescribeAlarmHistory",
        { AlarmName, HistoryItemType: "StateUpdate", MaxRecords: limit, ScanBy: "TimestampDescending" },
        signal,
      ),
    ),
  );
  return pages.flatMap((page) => page.AlarmHistoryItems ?? []);
}

/** Names of the Auto Scaling groups behind the cluster's capacity providers. */
async function readGroupNames(aws: Aws, cluster: string, signal?: AbortSignal): Promise<string[]> {
  const answer = await aws.call("ecs", "DescribeClusters", { clusters: [cluster] }, signal);
  const providers = (answer.clusters?.[0]?.capacityProviders ?? []).filter((name) => !name.startsWith("FARGATE"));
  if (providers.length === 0) return [];
  const described = await aws.call("ecs", "DescribeCapacityProviders", { capacityProviders: providers }, signal);
  return (described.capacityProviders ?? []).flatMap((provider) => {
    const arn = provider.autoScalingGroupProvider?.autoScalingGroupArn;
    return arn ? [arn.slice(arn.lastIndexOf("/") + 1)] : [];
  });
}

async function readGroupActivities(aws: Aws, cluster: string, signal?: AbortSignal): Promise<Activity[]> {
  const names = await readGroupNames(aws, cluster, signal);
  const pages = await Promise.all(
    names.map((name) =>
      aws
        .call("autoscaling", "DescribeScalingActivities", { AutoScalingGroupName: name, MaxRecords: limit }, signal)
        .catch((error: unknown) => {
          // The group may be gone a moment before its capacity provider.
          if (isAwsError(error, "ValidationError")) return { Activities: [] };
          throw error;
        }),
    ),
  );
  return pages.flatMap((page) => page.Activities ?? []);
}

/** Everything AWS tells about a service, oldest first. Throws `ClusterNotFound` or `ServiceNotFound` when there is none. */
export async function readTimeline(aws: Aws, subject: Subject, signal?: AbortSignal): Promise<TimelineEntry[]> {
  const service = await readService(aws, subject, signal);
  const [rules, scalingActivities, stoppedTasks, groupActivities] = await Promise.all([
    readScalingRules(aws, subject, signal),
    readActivities(aws, subject, { notScaled: true, limit }, signal),
    readTasks(aws, subject, "STOPPED", signal),
    readGroupActivities(aws, subject.cluster, signal),
  ]);
  const alarmHistory = await readAlarmHistory(aws, rules.policies, signal);
  return buildTimeline({
    serviceEvents: service.events ?? [],
    scalingActivities,
    alarmHistory,
    stoppedTasks,
    groupActivities,
  });
}
