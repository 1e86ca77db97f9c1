import type { TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { isTagChange, type LiveParts, ownerTag, type Resource } from "../plan/resource.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { readElbTags } from "./load-balancer.ts";
import { metricNameOf } from "./scaling-metric.ts";
import { toUpperTags, type Tags } from "./tags.ts";

export interface TargetGroupSpec {
  name: string;
  vpcId: string;
  port: number;
  /** Addresses of tasks (awsvpc), or instances and host ports. */
  targetType: "ip" | "instance";
  healthCheck: {
    path: string;
    matcher: string;
    intervalSeconds: number;
    timeoutSeconds: number;
    healthyThreshold: number;
    unhealthyThreshold: number;
  };
  deregistrationSeconds: number;
  tags: Tags;
}

export interface TargetGroupLive extends LiveParts {
  fields: Fields;
  outputs: { arn: string; metricName: string };
}

const delayKey = "deregistration_delay.timeout_seconds";
/** The tag that keeps the delay that was set, because ELB tells it only in a call of its own. */
const delayTag = "ecsctl:deregistration-delay";

const wantedFields = (spec: TargetGroupSpec): Fields => ({
  port: spec.port,
  targetType: spec.targetType,
  "healthCheck.path": spec.healthCheck.path,
  "healthCheck.matcher": spec.healthCheck.matcher,
  "healthCheck.interval": spec.healthCheck.intervalSeconds,
  "healthCheck.timeout": spec.healthCheck.timeoutSeconds,
  "healthCheck.healthyThreshold": spec.healthCheck.healthyThreshold,
  "healthCheck.unhealthyThreshold": spec.healthCheck.unhealthyThreshold,
  deregistrationDelay: spec.deregistrationSeconds,
});

const liveFields = (group: TargetGroup, delay: string | undefined): Fields => ({
  port: group.Port,
  targetType: group.TargetType,
  "healthCheck.path": group.HealthCheckPath,
  "healthCheck.matcher": group.Matcher?.HttpCode,
  "healthCheck.interval": group.HealthCheckIntervalSeconds,
  "healthCheck.timeout": group.HealthCheckTimeoutSeconds,
  "healthCheck.healthyThreshold": group.HealthyThresholdCount,
  "healthCheck.unhealthyThreshold": group.UnhealthyThresholdCount,
  deregistrationDelay: delay === undefined ? undefined : Number(delay),
});

const toCheck = ({ healthCheck }: TargetGroupSpec) => ({
  HealthCheckPath: healthCheck.path,
  HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
  HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
  HealthyThresholdCount: healthCheck.healthyThreshold,
  UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
  Matcher: { HttpCode: healthCheck.matcher },
});

async function read(aws: Aws, spec: TargetGroupSpec): Promise<TargetGroupLive | undefined> {
  const answer = await unlessMissing(
    aws.call("elbv2", "DescribeTargetGroups", { Names: [spec.name] }),
    "TargetGroupNotFoundException",
  );
  const group = answer?.TargetGroups?.[0];
  if (!group) return undefined;
  const arn = group.TargetGroupArn ?? "";
  const tags = await readElbTags(aws, arn);
  const noted = tags[delayTag] === String(spec.deregistrationSeconds);
  const delay = noted ? tags[delayTag] : await readDelay(aws, arn);
  return { fields: liveFields(group, delay), tags, outputs: { arn, metricName: metricNameOf(arn) } };
}

async function readDelay(aws: Aws, arn: string): Promise<string | undefined> {
  const { Attributes } = await aws.call("elbv2", "DescribeTargetGroupAttributes", { TargetGroupArn: arn });
  return Attributes?.find(({ Key }) => Key === delayKey)?.Value;
}

async function setDelay(aws: Aws, spec: TargetGroupSpec, arn: string): Promise<void> {
  await aws.call("elbv2", "ModifyTargetGroupAttributes", {
    TargetGroupArn: arn,
    Attributes: [{ Key: delayKey, Value: String(spec.deregistrationSeconds) }],
  });
}

/** After it was set, never before: a run that is killed in between must find out that it is not. */
const noteDelay = (aws: Aws, { deregistrationSeconds }: TargetGroupSpec, arn: string) =>
  aws.call("elbv2", "AddTags", {
    ResourceArns: [arn],
    Tags: toUpperTags({ [delayTag]: String(deregistrationSeconds) }),
  });

/** Where a load balancer sends requests, and how it finds out who can take them. */
export const targetGroup: Resource<TargetGroupSpec, TargetGroupLive> = {
  kind: "target-group",
  read,
  diff: (spec, live) => [
    ...diffFields(wantedFields(spec), live?.fields, ["port", "targetType"]),
    ...diffTags(spec.tags, live?.tags),
  ],
  async create(aws, spec) {
    const made = await aws.call("elbv2", "CreateTargetGroup", {
      Name: spec.name,
      Protocol: "HTTP",
      Port: spec.port,
      VpcId: spec.vpcId,
      TargetType: spec.targetType,
      ...toCheck(spec),
      Tags: toUpperTags(spec.tags),
    });
    const arn = made.TargetGroups?.[0]?.TargetGroupArn ?? "";
    await setDelay(aws, spec, arn);
    await noteDelay(aws, spec, arn);
    return { fields: wantedFields(spec), tags: spec.tags, outputs: { arn, metricName: metricNameOf(arn) } };
  },
  async update(aws, spec, live, changes) {
    const { arn } = live.outputs;
    if (changes.some((change) => change.path.startsWith("healthCheck.")))
      await aws.call("elbv2", "ModifyTargetGroup", { TargetGroupArn: arn, ...toCheck(spec) });
    if (changes.some((change) => change.path === "deregistrationDelay")) await setDelay(aws, spec, arn);
    if (changes.some(isTagChange))
      await aws.call("elbv2", "AddTags", { ResourceArns: [arn], Tags: toUpperTags(spec.tags) });
    // Somebody else's gets no tag of ours.
    if (live.tags?.[ownerTag] === spec.tags[ownerTag]) await noteDelay(aws, spec, arn);
    return live;
  },
  async delete(aws, _spec, live) {
    await aws.call("elbv2", "DeleteTargetGroup", { TargetGroupArn: live.outputs.arn });
  },
  // Its listener has only just gone.
  passing: (error) => error.name === "ResourceInUseException",
};
