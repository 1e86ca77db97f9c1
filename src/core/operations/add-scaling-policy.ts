import type { Project } from "../config/project.ts";
import type { PolicyConfig } from "../config/scaling-schema.ts";
import type { Config } from "../config/schema.ts";
import { writeScalingPolicy } from "../config/write-back.ts";
import type { Context } from "../context.ts";
import { awsError, usageError } from "../errors.ts";
import { applyPlan } from "../plan/apply.ts";
import { buildPlan } from "../plan/build.ts";
import { readNodes, type Node } from "../plan/graph.ts";
import type { ScalingPolicyLive } from "../resources/scaling-policy.ts";
import { readSurroundings } from "../resources/surroundings.ts";
import { unlessMissing } from "../aws/missing.ts";
import { retryWhile } from "../wait/poll.ts";
import { checkCapacity } from "./check-capacity.ts";
import { buildPolicyNode, buildTargetNode } from "./scaling-graph.ts";

export interface AddPolicyOptions {
  policy: PolicyConfig;
  /** Fewest and most tasks. */
  range: { min: number; max: number };
}

/** The document of `scale policy add --json`. */
export interface AddPolicyResult {
  policy: { name: string; type: string; arn: string };
  /** Names of the CloudWatch alarms that AWS made for it. */
  alarms: string[];
  target: { min: number; max: number };
}

/** Registers the service as a scalable target with that policy, in AWS and then in `ecsctl.yaml`. */
export async function addScalingPolicy(
  context: Context,
  project: Project,
  { policy, range }: AddPolicyOptions,
): Promise<AddPolicyResult> {
  const { config } = project;
  if (range.min > range.max)
    throw usageError({
      code: "MinAboveMax",
      message: `--min ${range.min} is above --max ${range.max}.`,
      hint: "Lower --min or raise --max.",
    });
  await requireService(context, config);
  await warnUnlessItFits(context, config, range);
  const target = buildTargetNode(context.aws, config, range);
  const own = buildPolicyNode(context.aws, config, policy, [target.id]);
  const live = await applyNodes(context, config, [target, own]);
  const made = live.get(own.id) as ScalingPolicyLive;
  await writeScalingPolicy(project, policy, range);
  return {
    policy: { name: policy.name, type: policy.type, arn: made.outputs.arn },
    alarms: made.alarms,
    target: range,
  };
}

/** Application Auto Scaling scales what exists: the service comes first. Throws an AWS error (exit 4). */
export async function requireService(context: Context, { cluster, service }: Config): Promise<void> {
  const answer = await unlessMissing(
    context.aws.call("ecs", "DescribeServices", { cluster: cluster.name, services: [service.name] }),
    "ClusterNotFoundException",
  );
  if (answer?.services?.[0]?.status === "ACTIVE") return;
  throw awsError({
    code: answer ? "ServiceNotFound" : "ClusterNotFound",
    message: answer
      ? `There is no service ${service.name} in cluster ${cluster.name}.`
      : `There is no cluster ${cluster.name} in ${context.aws.region}.`,
    hint: "ecsctl deploy",
  });
}

async function warnUnlessItFits(context: Context, config: Config, range: { min: number; max: number }): Promise<void> {
  const { capacity } = config.cluster;
  if (!capacity) return;
  const { instanceType } = await readSurroundings(context.aws, capacity);
  const scaled = { ...config, scaling: { ...range, policies: [] } };
  for (const message of checkCapacity(scaled, instanceType)) context.emit({ type: "warning", message });
}

async function applyNodes(context: Context, config: Config, nodes: Node[]) {
  const readings = await readNodes(nodes);
  const plan = buildPlan(nodes, readings, { app: config.app, adopt: false });
  const applied = await applyPlan(nodes, plan, readings, {
    emit: context.emit,
    signal: context.signal,
    now: () => context.aws.clock.now(),
    retry: (title, passing, action) => retryWhile(context, { title, passing, action }),
    app: config.app,
    adopt: false,
  });
  return applied.readings;
}
