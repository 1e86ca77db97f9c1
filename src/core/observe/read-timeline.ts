import type { ScalingPolicy } from "@aws-sdk/client-application-auto-scaling";
import type { Activity } from "@aws-sdk/client-auto-scaling";
import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import type { Aws } from "../aws/aws.ts";
import { readGroupActivities, readProviders } from "./read-groups.ts";
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
        {
          AlarmName,
          // Without its kind a composite alarm has no history.
          AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
          HistoryItemType: "StateUpdate",
          MaxRecords: limit,
          ScanBy: "TimestampDescending",
        },
        signal,
      ),
    ),
  );
  return pages.flatMap((page) => page.AlarmHistoryItems ?? []);
}

async function readAllGroupActivities(aws: Aws, cluster: string, signal?: AbortSignal): Promise<Activity[]> {
  const providers = await readProviders(aws, cluster, signal);
  const pages = await Promise.all(providers.map(({ group }) => readGroupActivities(aws, group, limit, signal)));
  return pages.flat();
}

/** Everything AWS tells about a service, oldest first. Throws `ClusterNotFound` or `ServiceNotFound` when there is none. */
export async function readTimeline(aws: Aws, subject: Subject, signal?: AbortSignal): Promise<TimelineEntry[]> {
  const service = await readService(aws, subject, signal);
  const [rules, scalingActivities, stoppedTasks, groupActivities] = await Promise.all([
    readScalingRules(aws, subject, signal),
    readActivities(aws, subject, { notScaled: true, limit }, signal),
    readTasks(aws, subject, "STOPPED", signal),
    readAllGroupActivities(aws, subject.cluster, signal),
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
