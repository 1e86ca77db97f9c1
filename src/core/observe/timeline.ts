import type { ScalingActivity } from "@aws-sdk/client-application-auto-scaling";
import type { Activity } from "@aws-sdk/client-auto-scaling";
import type { AlarmHistoryItem } from "@aws-sdk/client-cloudwatch";
import type { ServiceEvent, Task } from "@aws-sdk/client-ecs";
import { explainAlarm, explainInstance, explainScaling, explainServiceEvent, explainStoppedTask } from "./explain.ts";
import { shortId } from "./snapshot.ts";

export const entryKinds = ["service", "scaling", "not-scaled", "alarm", "task", "instance"] as const;
export type EntryKind = (typeof entryKinds)[number];

/** One thing that happened. `id` stays the same each time it is read; `meaning` says it in plain words. */
export interface TimelineEntry {
  id: string;
  /** ISO 8601, the server's time. */
  at: string;
  kind: EntryKind;
  /** The AWS service that tells it. */
  source: string;
  /** In AWS's own words. */
  message: string;
  meaning: string;
}

/** What AWS tells about a service, as the APIs answer. */
export interface TimelineSources {
  serviceEvents: readonly ServiceEvent[];
  scalingActivities: readonly ScalingActivity[];
  alarmHistory: readonly AlarmHistoryItem[];
  stoppedTasks: readonly Task[];
  groupActivities: readonly Activity[];
}

/**
 * Merges every source into one list, oldest first; what is told twice is kept once. AWS tells newest first, so what
 * happened in the same moment keeps the order in which it happened.
 */
export function buildTimeline(sources: TimelineSources): TimelineEntry[] {
  const entries = [
    ...sources.serviceEvents.map(fromServiceEvent),
    ...sources.scalingActivities.map(fromScalingActivity),
    ...sources.alarmHistory.filter((item) => item.HistoryItemType === "StateUpdate").map(fromAlarmHistory),
    ...sources.stoppedTasks.filter((task) => task.stoppedAt ?? task.stoppingAt).map(fromStoppedTask),
    ...sources.groupActivities.map(fromGroupActivity),
  ];
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return [...byId.values()].toReversed().toSorted((a, b) => a.at.localeCompare(b.at));
}

const iso = (date: Date | undefined): string => (date ?? new Date(0)).toISOString();

function fromServiceEvent(event: ServiceEvent): TimelineEntry {
  const message = event.message ?? "";
  return {
    id: `service:${event.id ?? `${iso(event.createdAt)} ${message}`}`,
    at: iso(event.createdAt),
    kind: "service",
    source: "ecs",
    message,
    meaning: explainServiceEvent(message),
  };
}

function fromScalingActivity(activity: ScalingActivity): TimelineEntry {
  const notScaled = (activity.NotScaledReasons ?? []).length > 0;
  const parts = [activity.Description, activity.StatusMessage, activity.Cause].filter(Boolean);
  return {
    id: `scaling:${activity.ActivityId ?? ""}`,
    at: iso(activity.StartTime),
    kind: notScaled ? "not-scaled" : "scaling",
    source: "application-autoscaling",
    message: parts.map((part) => part?.replace(/[.\s]*$/, ".")).join(" "),
    meaning: explainScaling(activity),
  };
}

function fromAlarmHistory(item: AlarmHistoryItem): TimelineEntry {
  return {
    id: `alarm:${item.AlarmName ?? ""}@${iso(item.Timestamp)}`,
    at: iso(item.Timestamp),
    kind: "alarm",
    source: "cloudwatch",
    message: `${item.AlarmName ?? ""}: ${item.HistorySummary ?? ""}`,
    meaning: explainAlarm(item),
  };
}

function fromStoppedTask(task: Task): TimelineEntry {
  const id = shortId(task.taskArn ?? "");
  return {
    id: `task:${id}`,
    at: iso(task.stoppedAt ?? task.stoppingAt),
    kind: "task",
    source: "ecs",
    message: `task ${id} stopped: ${task.stoppedReason ?? task.stopCode ?? "no reason given"}`,
    meaning: explainStoppedTask(task),
  };
}

function fromGroupActivity(activity: Activity): TimelineEntry {
  const parts = [activity.Description, activity.StatusMessage, activity.Cause].filter(Boolean);
  return {
    id: `instance:${activity.ActivityId ?? ""}`,
    at: iso(activity.StartTime),
    kind: "instance",
    source: "autoscaling",
    message: parts.map((part) => part?.replace(/[.\s]*$/, ".")).join(" "),
    meaning: explainInstance(activity),
  };
}
