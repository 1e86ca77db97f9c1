import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import type { Project } from "../config/project.ts";
import type { PolicyConfig } from "../config/scaling-schema.ts";
import type { Config } from "../config/schema.ts";
import { writeScalingPolicy } from "../config/write-back.ts";
import type { Context } from "../context.ts";
import { awsError, usageError } from "../errors.ts";
import type { Node } from "../plan/graph.ts";
import { readScalableTarget, serviceDimension } from "../resources/scalable-target.ts";
import type { ScalingPolicyLive } from "../resources/scaling-policy.ts";
import { scalableId } from "../resources/service.ts";
import { applyNodes } from "./apply-nodes.ts";
import { followFastPolicies } from "./fast-metrics.ts";
import { judgePolicy, refuseFaults, refusePast } from "./judge-policy.ts";
import { readMetricPlace } from "./metric-place.ts";
import { listScaling, type ScalingNames } from "./scaling-facts.ts";
import { buildPolicyNodes, buildTargetNode, buildUnwantedNodes, targetWish } from "./scaling-graph.ts";
import { holdActions, namesInAws } from "./scaling-names.ts";

interface Range {
  min: number;
  max: number;
}

export interface AddPolicyOptions {
  policy: PolicyConfig;
  /** Fewest and most tasks; default: those of `ecsctl.yaml`, else of the scalable target. */
  range?: Partial<Range> | undefined;
}

/** The document of `scale policy add --json`. */
export interface AddPolicyResult {
  /** The arn of a schedule's action for `--type scheduled`; of the first side for two-sided steps. */
  policy: { name: string; type: string; arn: string };
  /** What it is called in AWS: two policies where steps go both ways. */
  policies: { name: string; arn: string }[];
  /** Names of the CloudWatch alarms that set it off. */
  alarms: string[];
  target: Range;
  /** What may keep it from doing what was meant, with figures. */
  warnings: string[];
}

/** Registers the service as a scalable target with that policy, in AWS and then in `ecsctl.yaml`. */
export async function addScalingPolicy(
  context: Context,
  project: Project,
  { policy, range: asked = {} }: AddPolicyOptions,
): Promise<AddPolicyResult> {
  const { aws } = context;
  refuseUpsideDown(asked);
  const range = await findRange(aws, project.config, asked);
  const config = withPolicy(project.config, policy, range);
  refuseFaults(config, policy);
  await requireService(context, project.config);
  // Only an answer tells what time it is there.
  refusePast(policy, aws.clock.now());
  const warnings = await judgePolicy(context, config, policy);
  for (const message of warnings) context.emit({ type: "warning", message });
  const there = await listScaling(aws, scalableId(config.cluster.name, config.service.name));
  if (policy.fast) await followFastPolicies(context, config);
  const nodes = await buildNodes(aws, { before: project.config, config, there }, policy);
  const live = await applyNodes(context, config, nodes);
  if (there.actions.includes(holdActions.limits)) await putBackLater(context, config, range);
  await writeScalingPolicy(project, policy, range);
  const made = nodes
    .filter(({ kind, wanted }) => wanted && (kind === "scaling-policy" || kind === "scheduled-action"))
    .map(({ id, name }) => ({ name, live: live.get(id) as ScalingPolicyLive }));
  const policies = made.map((one) => ({ name: one.name, arn: one.live.outputs.arn }));
  const alarms = nodes.filter(({ kind, wanted }) => wanted && kind === "alarm").map(({ name }) => name);
  return {
    policy: { name: policy.name, type: policy.type, arn: policies[0]?.arn ?? "" },
    policies,
    alarms: [...new Set([...made.flatMap((one) => one.live.alarms ?? []), ...alarms])],
    target: range,
    warnings,
  };
}

function refuseUpsideDown({ min = 0, max = Infinity }: Partial<Range>): void {
  if (min <= max) return;
  throw usageError({
    code: "MinAboveMax",
    message: `--min ${min} is above --max ${max}.`,
    hint: "Lower --min or raise --max.",
  });
}

/** Flags, then `ecsctl.yaml`, then what is registered. Throws a usage error that names what nobody said. */
async function findRange(aws: Aws, config: Config, asked: Partial<Range>): Promise<Range> {
  const known =
    asked.min !== undefined && asked.max !== undefined ? undefined : (config.scaling ?? (await liveRange(aws, config)));
  const min = asked.min ?? known?.min;
  const max = asked.max ?? known?.max;
  if (min === undefined || max === undefined)
    throw usageError({
      code: "MissingRange",
      message: "Nothing says how few and how many tasks the service may have.",
      hint: "ecsctl scale range MIN MAX",
    });
  refuseUpsideDown({ min, max });
  return { min, max };
}

async function liveRange(aws: Aws, config: Config): Promise<Range | undefined> {
  const target = await readScalableTarget(aws, scalableId(config.cluster.name, config.service.name));
  return target && { min: target.MinCapacity ?? 0, max: target.MaxCapacity ?? 0 };
}

/** The configuration as it will be. */
function withPolicy(config: Config, policy: PolicyConfig, range: Range): Config {
  const others = (config.scaling?.policies ?? []).filter(({ name }) => name !== policy.name);
  return { ...config, scaling: { ...range, policies: [...others, policy] } };
}

/** The target, the policy, and what an earlier policy of that name leaves behind. */
async function buildNodes(
  aws: Aws,
  { before, config, there }: { before: Config; config: Config; there: ScalingNames },
  policy: PolicyConfig,
): Promise<Node[]> {
  const resourceId = scalableId(config.cluster.name, config.service.name);
  const place = await readMetricPlace(aws, config, policy);
  const target = buildTargetNode(aws, config, targetWish(config, { ...there, over: [] }));
  const own = buildPolicyNodes(aws, config, policy, { needs: [target.id], place: () => place });
  const earlier = before.scaling?.policies.find(({ name }) => name === policy.name);
  return [target, ...own, ...buildUnwantedNodes(aws, config, leftBehind(resourceId, there, earlier, policy))];
}

/** A hold by hand puts these limits back when it ends; until then its own stay. */
async function putBackLater({ aws, emit }: Context, config: Config, { min, max }: Range): Promise<void> {
  await aws.call("application-autoscaling", "PutScheduledAction", {
    ...serviceDimension,
    ResourceId: scalableId(config.cluster.name, config.service.name),
    ScheduledActionName: holdActions.limits,
    ScalableTargetAction: { MinCapacity: min, MaxCapacity: max },
  });
  emit({
    type: "warning",
    message: `\`scale set --for\` holds the service: the limits of ${min} to ${max} take effect when it ends`,
    hint: `ecsctl scale range ${min} ${max} ends it now`,
  });
}

/** What is there of the earlier policy and not of the new one: another kind, or one side less. */
function leftBehind(
  resourceId: string,
  there: ScalingNames,
  earlier: PolicyConfig | undefined,
  policy: PolicyConfig,
): ScalingNames {
  const old = earlier ? namesInAws(resourceId, earlier) : { policies: [], alarms: [], actions: [] };
  const now = namesInAws(resourceId, policy);
  const gone = (kind: keyof ScalingNames): string[] =>
    there[kind].filter((name) => old[kind].includes(name) && !now[kind].includes(name));
  return { policies: gone("policies"), alarms: gone("alarms"), actions: gone("actions") };
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
