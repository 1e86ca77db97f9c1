import * as z from "zod";
import { count, duration, name } from "./field-kinds.ts";

export const policySchema = z.strictObject({
  name: name("Name of the scaling policy."),
  type: z.enum(["target-tracking"]).describe("Kind of the policy."),
  metric: z.enum(["cpu", "memory"]).describe("The service's average that is kept at the target."),
  target: z.number().positive().describe("Target in percent of what the tasks reserve."),
  scaleOutCooldown: duration("Seconds after a scale-out in which only a larger step adds.").default("300s"),
  scaleInCooldown: duration("Seconds after a scale-in in which no other scale-in happens.").default("300s"),
  disableScaleIn: z.boolean().default(false).describe("Never remove tasks through this policy."),
});

export const scalingSchema = z
  .strictObject({
    min: count("Fewest tasks."),
    max: z.int().min(1).describe("Most tasks."),
    policies: z.array(policySchema).default([]).describe("Scaling policies."),
  })
  .describe("Service auto scaling.");

export type PolicyConfig = z.output<typeof policySchema>;
