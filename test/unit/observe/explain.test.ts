import assert from "node:assert/strict";
import { test } from "node:test";
import {
  explainAlarm,
  explainInstance,
  explainScaling,
  explainServiceEvent,
  explainStoppedTask,
} from "../../../src/core/observe/explain.ts";

const events: [message: string, meaning: RegExp][] = [
  ["(service s) has reached a steady state.", /nothing is left to do/],
  ["(service s) has started 1 tasks: (task abc).", /^ECS placed 1 task on/],
  ["(service s) has started 2 tasks: (task abc) (task def).", /^ECS placed 2 tasks on/],
  ["(service s) has stopped 1 running tasks: (task abc).", /is ending 1 task:/],
  ["(service s) (deployment ecs-svc/1) deployment completed.", /the rollout is over/],
  ["(service s) (deployment ecs-svc/1) deployment failed: tasks failed to start.", /circuit breaker/],
  ["(service s) (deployment ecs-svc/1) deployment failed: alarm detected.", /An alarm that watches the rollout/],
  [
    "(service s) (port 80) is unhealthy in (target-group arn) due to (reason Health checks failed with these codes: [404])",
    /answered its health check with 404/,
  ],
  ["(service s) (task abc) failed container health checks.", /did not answer its health check/],
  ["(service s) rolling back to deployment ecs-svc/1.", /last revision that ran well/],
  [
    "(service s) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance ci) has insufficient CPU units available. For more information, see the Troubleshooting section.",
    /enough CPU units left/,
  ],
  [
    "(service s) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance ci) has insufficient memory available.",
    /enough memory left/,
  ],
  [
    "(service s) was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.",
    /no instance yet/,
  ],
  [
    "(service s) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance ci) is already using a port required by your task.",
    /host port 0/,
  ],
  ["(service s) is unable to consistently start tasks successfully.", /more and more slowly/],
  [
    "Message: Successfully set desired count to 3. Waiting for change to be fulfilled by ecs. Cause: monitor alarm a in state ALARM triggered policy p",
    /policy changed how many tasks should run to 3/,
  ],
  ["(service s) something new", /^ECS reports/],
];

for (const [message, meaning] of events)
  test(message.slice(0, 90), () => {
    assert.match(explainServiceEvent(message), meaning);
  });

const cause = (kind: string) =>
  `monitor alarm TargetTracking-service/c/s-${kind}-1 in state ALARM triggered policy cpu50`;
const base = {
  ActivityId: "1",
  ServiceNamespace: "ecs",
  ResourceId: "service/c/s",
  ScalableDimension: "ecs:service:DesiredCount",
  StartTime: new Date(0),
} as const;

test("a scaling activity says the new count and what triggered it", () => {
  const activity = { ...base, Description: "Setting desired count to 2.", Cause: cause("AlarmHigh") };
  assert.equal(
    explainScaling({ ...activity, StatusCode: "Successful" }),
    "The service now runs 2 tasks, because the metric was above the target of cpu50 for long enough.",
  );
  assert.match(explainScaling({ ...activity, StatusCode: "InProgress" }), /is to run 2 tasks, because/);
  assert.match(
    explainScaling({ ...activity, StatusCode: "Failed", StatusMessage: "Throttled." }),
    /did not happen: Throttled/,
  );
  const down = {
    ...base,
    Description: "Setting desired count to 1.",
    Cause: cause("AlarmLow"),
    StatusCode: "Successful",
  } as const;
  assert.equal(
    explainScaling(down),
    "The service now runs 1 task, because the metric was well below the target of cpu50 for long enough.",
  );
  const limits = {
    ...base,
    Description: "Setting min capacity to 1 and max capacity to 4",
    Cause: "scheduled action name evening was triggered",
    StatusCode: "Successful",
  } as const;
  assert.equal(explainScaling(limits), "The service may now run 1 to 4 tasks, because a scheduled action said so.");
});

const reasons: [code: string, meaning: RegExp][] = [
  ["AlreadyAtMaxCapacity", /already has the maximum of 3 tasks/],
  ["AlreadyAtMinCapacity", /already has the minimum of 1 tasks?/],
  ["AlreadyAtDesiredCapacity", /2 tasks are what the policy asks for, and what there is/],
  ["AutoScalingAnticipatedFlapping", /over the target again/],
  ["TargetServicePutResourceAsUnscalable", /cannot be scaled at the moment/],
  ["SomethingNew", /SomethingNew/],
];

for (const [Code, meaning] of reasons)
  test(`not scaled: ${Code}`, () => {
    const text = explainScaling({
      ...base,
      Description: "Attempting to scale due to alarm triggered",
      Cause: cause("AlarmHigh"),
      StatusCode: "Failed",
      NotScaledReasons: [{ Code, MaxCapacity: 3, MinCapacity: 1, CurrentCapacity: 2 }],
    });
    assert.match(text, /^Not scaled although the metric was above the target of cpu50/);
    assert.match(text, meaning);
  });

test("an alarm says what it may trigger, with its datapoints", () => {
  const high = {
    AlarmName: "TargetTracking-service/c/s-AlarmHigh-1",
    HistorySummary: "Alarm updated from OK to ALARM",
    HistoryData: JSON.stringify({
      newState: {
        stateReason:
          "Threshold Crossed: 3 datapoints [83.0 (01/01/26 12:00:00), 84.0 (01/01/26 11:59:00), 85.0 (01/01/26 11:58:00)] were greater than the threshold (50.0).",
      },
    }),
  };
  assert.equal(
    explainAlarm(high),
    "The metric stayed above the target (datapoints 83, 84, 85): the policy may add tasks.",
  );
  assert.match(explainAlarm({ ...high, HistorySummary: "Alarm updated from ALARM to OK" }), /triggers nothing/);
  assert.match(explainAlarm({ ...high, HistoryData: "no json" }), /^The metric stayed above the target: the policy/);
  const low = { ...high, AlarmName: "TargetTracking-service/c/s-AlarmLow-1", HistoryData: undefined };
  assert.match(explainAlarm(low), /may remove tasks/);
  assert.match(explainAlarm({ ...low, HistorySummary: "Alarm updated from OK to INSUFFICIENT_DATA" }), /Too few/);
});

const stopped: [task: Parameters<typeof explainStoppedTask>[0], meaning: RegExp][] = [
  [
    { stopCode: "ServiceSchedulerInitiated", stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1)" },
    /ECS ended it/,
  ],
  [{ stopCode: "UserInitiated", stoppedReason: "stop" }, /Somebody/],
  [{ stopCode: "EssentialContainerExited", containers: [{ exitCode: 3 }] }, /exit code 3: see ecsctl logs/],
  [{ stopCode: "EssentialContainerExited", containers: [{ exitCode: 137 }] }, /out of memory/],
  [{ stopCode: "TaskFailedToStart", stoppedReason: "CannotPullContainerError: not found" }, /is it pushed/],
  [{ stopCode: "TaskFailedToStart", stoppedReason: "ResourceInitializationError: x" }, /never started: Resource/],
  [{ stoppedReason: "Host EC2 (instance i-1) terminated." }, /instance was terminated/],
  [{ stoppedReason: "Task failed container health checks" }, /container's own check failed/],
  [
    { stopCode: "TaskFailedToStart", stoppedReason: "Fetching secret data from SSM Parameter Store in x: invalid" },
    /A secret could not be looked up/,
  ],
  [{}, /reason is in the message/],
];

for (const [task, meaning] of stopped)
  test(`stopped: ${JSON.stringify(task)}`, () => {
    assert.match(explainStoppedTask(task), meaning);
  });

test("activities of the group tell which instance joins or leaves", () => {
  const group = {
    ActivityId: "1",
    AutoScalingGroupName: "g",
    Cause: "",
    StartTime: new Date(0),
    StatusCode: "Successful",
  } as const;
  assert.match(explainInstance({ ...group, Description: "Launching a new EC2 instance: i-0abc" }), /i-0abc joins/);
  assert.match(explainInstance({ ...group, Description: "Terminating EC2 instance: i-0abc" }), /i-0abc leaves/);
  const failed = {
    ...group,
    StatusCode: "Failed",
    Description: "Launching a new EC2 instance.  Status Reason: x",
  } as const;
  assert.match(explainInstance(failed), /could not be launched/);
});
