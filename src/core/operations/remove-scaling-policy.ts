import type { Project } from "../config/project.ts";
import { removeScalingPolicy as removeFromFile } from "../config/write-back.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";
import { buildUnwantedPolicyNode } from "./scaling-graph.ts";
import { listScalingPolicies } from "./list-scaling-policies.ts";

/** The document of `scale policy remove --json`. */
export interface RemovePolicyResult {
  removed: string;
  /** Names of the CloudWatch alarms that went with it. */
  alarms: string[];
  /** The limits stay: they also hold for scaling by hand. */
  target: { min: number; max: number } | null;
}

/** Deletes a scaling policy in AWS and in `ecsctl.yaml`. Throws a usage error when neither has it. */
export async function removeScalingPolicy(
  context: Context,
  project: Project,
  name: string,
): Promise<RemovePolicyResult> {
  const { policies, target } = await listScalingPolicies(context, project);
  const found = policies.find((policy) => policy.name === name);
  const inFile = project.config.scaling?.policies.some((policy) => policy.name === name) ?? false;
  if (!found && !inFile)
    throw usageError({
      code: "PolicyNotFound",
      message: `There is no scaling policy ${name}.`,
      hint: policies.length > 0 ? `There is: ${policies.map((policy) => policy.name).join(", ")}.` : undefined,
    });
  if (found) {
    const node = buildUnwantedPolicyNode(context.aws, project.config, name);
    context.emit({ type: "step", id: node.id, title: node.title, action: "delete", status: "started" });
    await node.delete({});
    context.emit({ type: "step", id: node.id, title: node.title, action: "delete", status: "done" });
  }
  await removeFromFile(project, name);
  return { removed: name, alarms: found?.alarms ?? [], target };
}
