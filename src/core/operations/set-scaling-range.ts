import type { Project } from "../config/project.ts";
import { writeScalingRange } from "../config/write-back.ts";
import type { Context } from "../context.ts";
import { usageError } from "../errors.ts";
import { readScalableTarget } from "../resources/scalable-target.ts";
import { listScheduledActions } from "../resources/scheduled-action.ts";
import { readSurroundings } from "../resources/surroundings.ts";
import { requireService } from "./add-scaling-policy.ts";
import { applyNodes } from "./apply-nodes.ts";
import { checkCapacity } from "./check-capacity.ts";
import { resourceIdOf } from "./deploy-graph.ts";
import { buildTargetNode, buildUnwantedNodes } from "./scaling-graph.ts";
import { isOfHold, isOverHold } from "./scaling-names.ts";

interface Range {
  min: number;
  max: number;
}

/** The document of `scale range --json`. */
export interface SetRangeResult {
  target: Range;
  /** The limits before; null when nothing scaled the service. */
  was: Range | null;
  /** True when it ended a hold of `scale set --for`. */
  endedHold: boolean;
  warnings: string[];
}

/** Sets the fewest and most tasks, in AWS and in `ecsctl.yaml`; makes the service a scalable target if it is none. */
export async function setScalingRange(context: Context, project: Project, range: Range): Promise<SetRangeResult> {
  const { aws } = context;
  const { config } = project;
  if (range.min > range.max)
    throw usageError({
      code: "MinAboveMax",
      message: `The minimum ${range.min} is above the maximum ${range.max}.`,
      hint: `ecsctl scale range ${range.max} ${range.min}`,
    });
  await requireService(context, config);
  const resourceId = resourceIdOf(config);
  const [before, actions] = await Promise.all([
    readScalableTarget(aws, resourceId),
    listScheduledActions(aws, resourceId),
  ]);
  const wanted = { ...config, scaling: { policies: [], ...config.scaling, ...range } };
  const { capacity } = config.cluster;
  const warnings = capacity
    ? checkCapacity(wanted, (await readSurroundings(aws, { ...capacity, network: config.network })).instanceType)
    : [];
  for (const message of warnings) context.emit({ type: "warning", message });
  const holds = actions.filter(isOfHold);
  const endedHold = holds.some((action) => !isOverHold(action, aws.clock.now()));
  const undo = holds.map(({ ScheduledActionName = "" }) => ScheduledActionName);
  const nodes = [
    buildTargetNode(aws, config, range),
    ...buildUnwantedNodes(aws, config, { policies: [], alarms: [], actions: undo }),
  ];
  await applyNodes(context, config, nodes);
  await writeScalingRange(project, range);
  return {
    target: range,
    was: before ? { min: before.MinCapacity ?? 0, max: before.MaxCapacity ?? 0 } : null,
    endedHold,
    warnings,
  };
}
