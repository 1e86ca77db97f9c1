import { addAlarm } from "../../src/core/operations/add-alarm.ts";
import { createDashboard, findDashboard, removeDashboard } from "../../src/core/operations/dashboards.ts";
import { addEventRule, listEventRules, removeEventRule } from "../../src/core/operations/event-rules.ts";
import { exportStack } from "../../src/core/operations/export-stack.ts";
import { listAlarms } from "../../src/core/operations/list-alarms.ts";
import { putMetric } from "../../src/core/operations/put-metric.ts";
import { removeAlarm } from "../../src/core/operations/remove-alarm.ts";
import { showDashboard } from "../../src/core/operations/show-dashboard.ts";
import { addSubscriber, listSubscribers, removeSubscriber } from "../../src/core/operations/subscribers.ts";
import type { CommandRun } from "./command-runs.ts";

const busy = { name: "busy", metric: "cpu", threshold: 90 };
const worried = { name: "worried", rule: "ALARM(busy)" };
const failed = {
  name: "failed",
  on: "deployment-failed",
  to: ["notify", "sqs:failed-deployments", "logs:/events/failed"],
} as const;
const withRule: CommandRun["change"] = ({ eventRules }) => void eventRules?.push({ ...failed, to: [...failed.to] });

/** Alarms, who hears of them, dashboards, event rules and metrics, each made, looked at and taken away. */
export const watching: readonly CommandRun[] = [
  {
    command: "notify add",
    name: "notify add",
    run: (context, { project }) => addSubscriber(context, project, "they@example.com"),
  },
  { command: "notify list", name: "notify list", run: (context, { project }) => listSubscribers(context, project) },
  { command: "alarm add", name: "alarm add", run: (context, { project }) => addAlarm(context, project, busy) },
  {
    command: "alarm add",
    name: "alarm add --rule",
    change: ({ alarms }) => void alarms.push({ ...busy, comparison: ">", periods: 1 }),
    run: (context, { project }) => addAlarm(context, project, worried),
  },
  { command: "alarm list", name: "alarm list", run: (context, { project }) => listAlarms(context, project) },
  {
    command: "alarm remove",
    name: "alarm remove: a composite one",
    run: (context, { project }) => removeAlarm(context, project, "worried"),
  },
  {
    command: "alarm remove",
    name: "alarm remove",
    run: (context, { project }) => removeAlarm(context, project, "busy"),
  },
  {
    command: "event-rule add",
    name: "event-rule add",
    run: (context, { project }) => addEventRule(context, project, failed),
  },
  {
    command: "event-rule list",
    name: "event-rule list",
    change: withRule,
    run: (context, { project }) => listEventRules(context, project),
  },
  {
    command: "event-rule remove",
    name: "event-rule remove",
    change: withRule,
    run: (context, { project }) => removeEventRule(context, project, "failed"),
  },
  { command: "dashboard open", name: "dashboard open", run: (context, { project }) => findDashboard(context, project) },
  {
    command: "dashboard show",
    name: "dashboard show",
    run: (context, { project }) => showDashboard(context, project, 3600),
  },
  {
    command: "dashboard remove",
    name: "dashboard remove",
    run: (context, { project }) => removeDashboard(context, project),
  },
  {
    command: "dashboard create",
    name: "dashboard create",
    run: (context, { project }) => createDashboard(context, project, undefined),
  },
  {
    command: "metric put",
    name: "metric put",
    run: (context, { project }) =>
      putMetric(context, project, {
        name: "Orders",
        value: 1,
        namespace: undefined,
        dimensions: undefined,
        unit: undefined,
        resolution: 60,
      }),
  },
  {
    command: "notify remove",
    name: "notify remove",
    change: ({ notify }) => void notify?.emails.push("they@example.com"),
    run: (context, { project }) => removeSubscriber(context, project, "they@example.com"),
  },
];

/** Leaving ecsctl with everything it made. */
export const exporting: readonly CommandRun[] = [
  {
    command: "export cloudformation",
    name: "export cloudformation",
    onlyPasses: true,
    run: (context, { project }) => exportStack(context, project, { format: "cloudformation" }),
  },
  {
    command: "export terraform",
    name: "export terraform",
    onlyPasses: true,
    run: (context, { project }) => exportStack(context, project, { format: "terraform" }),
  },
];
