import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import type { EventKind } from "../../../src/core/config/alarm-schema.ts";
import { loadConfig } from "../../../src/core/config/load.ts";
import { patternOf } from "../../../src/core/operations/event-graph.ts";
import { compilePattern } from "../../../src/sandbox/world/event-pattern.ts";

const { config } = loadConfig({ cwd: fileURLToPath(new URL("../../../templates/api", import.meta.url)), env: {} });
const service = "arn:aws:ecs:us-east-1:123456789012:service/learner-cluster/learner-svc-service";

/** The events of the developer guide, "Amazon ECS task state change events" and its neighbours, shortened. */
const taskEvent = (detail: object) => ({
  source: "aws.ecs",
  "detail-type": "ECS Task State Change",
  resources: ["arn:aws:ecs:us-east-1:123456789012:task/learner-cluster/c13b4cb40f1f4fe4a2971f76ae5a47ad"],
  detail: {
    clusterArn: "arn:aws:ecs:us-east-1:123456789012:cluster/learner-cluster",
    group: "service:learner-svc-service",
    lastStatus: "STOPPED",
    ...detail,
  },
});
const serviceEvent = (type: string, detail: object, resources = [service]) => ({
  source: "aws.ecs",
  "detail-type": type,
  resources,
  detail,
});
const deployment = "ECS Deployment State Change";
const action = "ECS Service Action";

const table: [kind: EventKind, what: string, event: object, matches: boolean][] = [
  ["task-stopped", "a container that ended", taskEvent({ stopCode: "EssentialContainerExited" }), true],
  ["task-stopped", "a start that failed", taskEvent({ stopCode: "TaskFailedToStart" }), true],
  [
    "task-stopped",
    "failed health checks",
    taskEvent({
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: "Task failed ELB health checks in (target-group x)",
    }),
    true,
  ],
  [
    "task-stopped",
    "a scale-in",
    taskEvent({ stopCode: "ServiceSchedulerInitiated", stoppedReason: "Scaling activity initiated by (deployment x)" }),
    false,
  ],
  ["task-stopped", "a stop by hand", taskEvent({ stopCode: "UserInitiated", stoppedReason: "by me" }), false],
  ["task-stopped", "a task that runs", taskEvent({ lastStatus: "RUNNING", stopCode: "TaskFailedToStart" }), false],
  ["task-stopped", "another service", taskEvent({ group: "service:x", stopCode: "TaskFailedToStart" }), false],
  ["deployment-failed", "a failure", serviceEvent(deployment, { eventName: "SERVICE_DEPLOYMENT_FAILED" }), true],
  ["deployment-failed", "a success", serviceEvent(deployment, { eventName: "SERVICE_DEPLOYMENT_COMPLETED" }), false],
  [
    "deployment-failed",
    "another service",
    serviceEvent(deployment, { eventName: "SERVICE_DEPLOYMENT_FAILED" }, [`${service}-2`]),
    false,
  ],
  [
    "service-impaired",
    "no place",
    serviceEvent(action, { eventType: "ERROR", eventName: "SERVICE_TASK_PLACEMENT_FAILURE" }),
    true,
  ],
  [
    "service-impaired",
    "no start",
    serviceEvent(action, { eventType: "WARN", eventName: "SERVICE_TASK_START_IMPAIRED" }),
    true,
  ],
  ["service-impaired", "steady", serviceEvent(action, { eventType: "INFO", eventName: "SERVICE_STEADY_STATE" }), false],
];

for (const [on, what, event, matches] of table)
  test(`${on} ${matches ? "is" : "is not"} ${what}`, () => {
    const pattern = patternOf(config, { name: "x", on, to: ["notify"] });
    assert.equal(compilePattern(pattern)(event), matches);
  });
