import assert from "node:assert/strict";
import { test } from "node:test";
import { buildTimeline, type TimelineSources } from "../../../src/core/observe/timeline.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, second));
const scaling = {
  ServiceNamespace: "ecs",
  ResourceId: "service/c/s",
  ScalableDimension: "ecs:service:DesiredCount",
  StatusCode: "Successful",
} as const;

const sources: TimelineSources = {
  serviceEvents: [
    { id: "e2", createdAt: at(50), message: "(service s) has reached a steady state." },
    { id: "e1", createdAt: at(10), message: "(service s) has started 1 tasks: (task abc)." },
  ],
  scalingActivities: [
    {
      ...scaling,
      ActivityId: "a1",
      Description: "Setting desired count to 2.",
      Cause: "monitor alarm x-AlarmHigh-1 in state ALARM triggered policy p",
      StatusMessage: "Successfully set desired count to 2. Change successfully fulfilled by ecs.",
      StartTime: at(30),
    },
    {
      ...scaling,
      ActivityId: "a2",
      Description: "Attempting to scale due to alarm triggered",
      Cause: "monitor alarm x-AlarmHigh-1 in state ALARM triggered policy p",
      StartTime: at(40),
      NotScaledReasons: [{ Code: "AlreadyAtMaxCapacity", MaxCapacity: 2 }],
    },
  ],
  alarmHistory: [
    {
      AlarmName: "x-AlarmHigh-1",
      Timestamp: at(29),
      HistoryItemType: "StateUpdate",
      HistorySummary: "Alarm updated from OK to ALARM",
    },
    {
      AlarmName: "x-AlarmHigh-1",
      Timestamp: at(29),
      HistoryItemType: "Action",
      HistorySummary: "Successfully executed action",
    },
  ],
  stoppedTasks: [
    { taskArn: "arn:aws:ecs:r:1:task/c/abc", stoppedAt: at(45), stoppedReason: "because", stopCode: "UserInitiated" },
    { taskArn: "arn:aws:ecs:r:1:task/c/still-going" },
  ],
  groupActivities: [
    {
      ActivityId: "g1",
      AutoScalingGroupName: "g",
      Description: "Launching a new EC2 instance: i-0abc",
      Cause: "At 2026-01-01T12:00:05Z an instance was started",
      StartTime: at(5),
      StatusCode: "Successful",
    },
  ],
};

test("merges every source by time, oldest first, each with kind, source and meaning", () => {
  const timeline = buildTimeline(sources);
  assert.deepEqual(
    timeline.map((entry) => [entry.at.slice(17, 19), entry.kind, entry.source, entry.id]),
    [
      ["05", "instance", "autoscaling", "instance:g1"],
      ["10", "service", "ecs", "service:e1"],
      ["29", "alarm", "cloudwatch", "alarm:x-AlarmHigh-1@2026-01-01T12:00:29.000Z"],
      ["30", "scaling", "application-autoscaling", "scaling:a1"],
      ["40", "not-scaled", "application-autoscaling", "scaling:a2"],
      ["45", "task", "ecs", "task:abc"],
      ["50", "service", "ecs", "service:e2"],
    ],
  );
  assert.ok(timeline.every((entry) => entry.meaning !== ""));
});

test("the message of an activity is AWS's description, status and cause", () => {
  const activity = buildTimeline(sources).find((entry) => entry.id === "scaling:a1");
  assert.equal(
    activity?.message,
    "Setting desired count to 2. Successfully set desired count to 2. Change successfully fulfilled by ecs. monitor alarm x-AlarmHigh-1 in state ALARM triggered policy p.",
  );
});

test("what is told twice is kept once, and ids do not depend on the order of reading", () => {
  const twice = { ...sources, serviceEvents: [...sources.serviceEvents, ...sources.serviceEvents.toReversed()] };
  assert.deepEqual(buildTimeline(twice), buildTimeline(sources));
});

test("nothing has happened: an empty list", () => {
  const empty = { serviceEvents: [], scalingActivities: [], alarmHistory: [], stoppedTasks: [], groupActivities: [] };
  assert.deepEqual(buildTimeline(empty), []);
});
