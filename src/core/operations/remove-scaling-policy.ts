import type { Project } from "../config/project.ts";
import { removeScalingPolicy as removeFromFile } from "../config/write-back.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";
import { resourceIdOf } from "./deploy-graph.ts";
import { listScalingPolicies } from "./list-scaling-policies.ts";
import { followFastPolicies } from "./fast-metrics.ts";
import { listScaling, type ScalingNames } from "./scaling-facts.ts";
import { applyNodes } from "./apply-nodes.ts";
import { buildUnwantedNodes } from "./scaling-graph.ts";
import { namesInAws } from "./scaling-names.ts";

/** The document of `scale policy remove --json`. */
export interface RemovePolicyResult {
  removed: string;
  /** Names of the CloudWatch alarms that went with it. */
  alarms: string[];
  /** The limits stay: they also hold for scaling by hand. */
  target: { min: number; max: number } | null;
}

/** Deletes a scaling policy or schedule in AWS and in `ecsctl.yaml`. Throws a usage error when neither has it. */
export async function removeScalingPolicy(
  context: Context,
  project: Project,
  name: string,
): Promise<RemovePolicyResult> {
  const { config } = project;
  const resourceId = resourceIdOf(config);
  const [{ policies, target }, there] = await Promise.all([
    listScalingPolicies(context, project),
    listScaling(context.aws, resourceId),
  ]);
  const inFile = config.scaling?.policies.find((policy) => policy.name === name);
  const names = inFile ? namesInAws(resourceId, inFile) : { policies: [name], alarms: [], actions: [name] };
  const found = policies.filter((one) => [...names.policies, ...names.actions].includes(one.name));
  if (found.length === 0 && !inFile)
    throw usageError({
      code: "PolicyNotFound",
      message: `There is no scaling policy ${name}.`,
      hint: policies.length > 0 ? `There is: ${policies.map((policy) => policy.name).join(", ")}.` : undefined,
    });
  const alarms = [...new Set([...names.alarms, ...found.flatMap((policy) => policy.alarms)])];
  const going = ({ policies: own, actions }: ScalingNames): ScalingNames => ({
    policies: own.filter((one) => names.policies.includes(one)),
    actions: actions.filter((one) => names.actions.includes(one)),
    alarms: there.alarms.filter((one) => alarms.includes(one)),
  });
  await applyNodes(context, config, buildUnwantedNodes(context.aws, config, going(there)));
  if (inFile?.fast) {
    const policies = (config.scaling?.policies ?? []).filter((policy) => policy !== inFile);
    await followFastPolicies(context, { ...config, scaling: config.scaling && { ...config.scaling, policies } });
  }
  await removeFromFile(project, name);
  return { removed: name, alarms, target };
}
