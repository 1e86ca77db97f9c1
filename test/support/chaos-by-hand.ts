import type { Project } from "../../src/core/config/project.ts";
import type { Context } from "../../src/core/context.ts";
import { addAlarm } from "../../src/core/operations/add-alarm.ts";
import { addScalingPolicy } from "../../src/core/operations/add-scaling-policy.ts";
import { addEventRule } from "../../src/core/operations/event-rules.ts";
import { setDesiredCount } from "../../src/core/operations/set-desired-count.ts";
import { addSubscriber } from "../../src/core/operations/subscribers.ts";
import { stepping, tracking } from "./scaling-runs.ts";

const range = { min: 1, max: 3 };

export const ruleToLogs = (app: string) => ({
  name: `${app}-stopped`,
  on: "task-stopped" as const,
  to: [`logs:/events/${app}`],
});

/** Commands that change a service which runs, each by its operation; those further down build on those above. */
export const byHand = {
  "scale policy add": (context, project) =>
    addScalingPolicy(context, project, { policy: { ...tracking, name: `${project.config.app}-cpu` }, range }),
  "scale policy add --step": (context, project) =>
    addScalingPolicy(context, project, {
      policy: { ...stepping, name: `${project.config.app}-steps`, steps: [...stepping.steps] },
      range,
    }),
  "scale set --for": (context, project) => setDesiredCount(context, project, { count: 1, forSeconds: 86_400 }),
  "notify add": (context, project) => addSubscriber(context, project, "they@example.com"),
  "alarm add": (context, project) =>
    addAlarm(context, project, { name: `${project.config.app}-busy`, metric: "cpu", threshold: 90 }),
  "event-rule add": (context, project) =>
    addEventRule(context, project, {
      name: `${project.config.app}-failed`,
      on: "deployment-failed",
      to: [`sqs:${project.config.app}-failed`],
    }),
  // A region takes ten of the policies that let events into logs: not for many apps at a time.
  "event-rule add --to logs": (context, project) => addEventRule(context, project, ruleToLogs(project.config.app)),
} satisfies Record<string, (context: Context, project: Project) => Promise<unknown>>;

export type ByHand = Exclude<keyof typeof byHand, "event-rule add --to logs">;
