import { scalingSchema } from "../../src/core/config/scaling-schema.ts";
import { addScalingPolicy } from "../../src/core/operations/add-scaling-policy.ts";
import { listScalingPolicies } from "../../src/core/operations/list-scaling-policies.ts";
import { removeScalingPolicy } from "../../src/core/operations/remove-scaling-policy.ts";
import { setDesiredCount } from "../../src/core/operations/set-desired-count.ts";
import { setScalingRange } from "../../src/core/operations/set-scaling-range.ts";
import { simulateScaling } from "../../src/core/operations/simulate-scaling.ts";
import { suspendScaling } from "../../src/core/operations/suspend-scaling.ts";
import { tuneScaling } from "../../src/core/operations/tune-scaling.ts";
import type { CommandRun } from "./command-runs.ts";

/** Keeps the processor at half. */
export const tracking = {
  name: "cpu-target-tracking",
  type: "target-tracking",
  metric: "cpu",
  target: 50,
  scaleOutCooldown: "30s",
  scaleInCooldown: "30s",
} as const;

/** Adds and removes tasks by steps: two policies with an alarm each. */
export const stepping = { name: "steps", type: "step", metric: "memory", steps: ["80:+1", "20:-1"] } as const;
/** Limits by the clock. */
export const nightly = { name: "nightly", type: "scheduled", schedule: "cron(0 22 * * ? *)", min: 1, max: 1 } as const;

const range = { min: 1, max: 3 };
const rehearsal = { load: "ramp 10..100 over 5m", policies: ["cpu 50"], capacity: 20, measure: true } as const;

const add = (policy: typeof tracking | typeof stepping | typeof nightly): CommandRun => ({
  command: "scale policy add",
  name: `scale policy add: ${policy.type}`,
  run: (context, { project }) =>
    addScalingPolicy(context, project, {
      policy: { ...policy, steps: "steps" in policy ? [...policy.steps] : undefined },
      range,
    }),
});

const remove = (name: string, change?: CommandRun["change"]): CommandRun => ({
  ...(change ? { change } : {}),
  command: "scale policy remove",
  name: `scale policy remove: ${name}`,
  run: (context, { project }) => removeScalingPolicy(context, project, name),
});

/** Policies of every kind, and what lists them. */
export const addingPolicies: readonly CommandRun[] = [
  add(tracking),
  add(stepping),
  add(nightly),
  {
    command: "scale policy list",
    name: "scale policy list",
    run: (context, { project }) => listScalingPolicies(context, project),
  },
];

/** And they go again. */
export const removingPolicies: readonly CommandRun[] = [
  remove(stepping.name, (config) => void (config.scaling = scalingSchema.parse({ ...range, policies: [stepping] }))),
  remove(nightly.name),
  remove(tracking.name),
];

/** Scaling by hand, and rehearsing. */
export const scalingByHand: readonly CommandRun[] = [
  {
    command: "scale range",
    name: "scale range",
    run: (context, { project }) => setScalingRange(context, project, { min: 1, max: 4 }),
  },
  {
    command: "scale set",
    name: "scale set",
    run: (context, { project }) => setDesiredCount(context, project, { count: 1 }),
  },
  {
    command: "scale set",
    name: "scale set --for",
    run: (context, { project }) => setDesiredCount(context, project, { count: 1, forSeconds: 3600 }),
  },
  {
    command: "scale suspend",
    name: "scale suspend",
    run: (context, { project }) => suspendScaling(context, project, { way: undefined, suspend: true }),
  },
  {
    command: "scale resume",
    name: "scale resume",
    run: (context, { project }) => suspendScaling(context, project, { way: undefined, suspend: false }),
  },
  {
    command: "scale simulate",
    name: "scale simulate --measure",
    run: (context, { project }) =>
      simulateScaling({ ...rehearsal, compare: [] }, { project, openContext: async () => context }),
  },
  {
    command: "scale tune",
    name: "scale tune --measure",
    run: (context, { project }) =>
      tuneScaling(
        { ...rehearsal, objective: "p(util>90%)<1%", metric: "cpu" },
        { project, openContext: async () => context },
      ),
  },
];
