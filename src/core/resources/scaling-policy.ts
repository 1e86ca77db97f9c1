import type { ScalingPolicy } from "@aws-sdk/client-application-auto-scaling";
import type { Aws } from "../aws/aws.ts";
import { diffFields, type Fields } from "./diff-fields.ts";
import type { LiveParts, Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";

export interface ScalingPolicySpec {
  /** `service/CLUSTER/SERVICE`. */
  resourceId: string;
  name: string;
  metric: "cpu" | "memory";
  /** Percent of what the tasks reserve. */
  target: number;
  scaleOutCooldownSeconds: number;
  scaleInCooldownSeconds: number;
  disableScaleIn: boolean;
}

export interface ScalingPolicyLive extends LiveParts {
  fields: Fields;
  /** Names of the CloudWatch alarms that AWS made for it. */
  alarms: string[];
  outputs: { arn: string };
}

const dimension = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" } as const;

/** AWS's names for the averages of an ECS service. */
const metrics = { cpu: "ECSServiceAverageCPUUtilization", memory: "ECSServiceAverageMemoryUtilization" } as const;

function wantedFields(spec: ScalingPolicySpec): Fields {
  return {
    type: "TargetTrackingScaling",
    metric: metrics[spec.metric],
    target: spec.target,
    scaleOutCooldown: spec.scaleOutCooldownSeconds,
    scaleInCooldown: spec.scaleInCooldownSeconds,
    disableScaleIn: spec.disableScaleIn,
  };
}

export function readPolicy(policy: ScalingPolicy): ScalingPolicyLive {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  return {
    fields: {
      type: policy.PolicyType,
      metric: tracking?.PredefinedMetricSpecification?.PredefinedMetricType,
      target: tracking?.TargetValue,
      scaleOutCooldown: tracking?.ScaleOutCooldown ?? 300,
      scaleInCooldown: tracking?.ScaleInCooldown ?? 300,
      disableScaleIn: tracking?.DisableScaleIn ?? false,
    },
    alarms: (policy.Alarms ?? []).map((alarm) => alarm.AlarmName ?? ""),
    outputs: { arn: policy.PolicyARN ?? "" },
  };
}

/** Every scaling policy of a service, ours or not. */
export function listPolicies(aws: Aws, resourceId: string): Promise<ScalingPolicy[]> {
  return aws.all(
    "application-autoscaling",
    "DescribeScalingPolicies",
    { ...dimension, ResourceId: resourceId },
    (page) => page.ScalingPolicies,
  );
}

async function put(aws: Aws, spec: ScalingPolicySpec): Promise<ScalingPolicyLive> {
  const made = await aws.call("application-autoscaling", "PutScalingPolicy", {
    ...dimension,
    PolicyName: spec.name,
    ResourceId: spec.resourceId,
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: spec.target,
      PredefinedMetricSpecification: { PredefinedMetricType: metrics[spec.metric] },
      ScaleOutCooldown: spec.scaleOutCooldownSeconds,
      ScaleInCooldown: spec.scaleInCooldownSeconds,
      DisableScaleIn: spec.disableScaleIn,
    },
  });
  return {
    fields: wantedFields(spec),
    alarms: (made.Alarms ?? []).map((alarm) => alarm.AlarmName ?? ""),
    outputs: { arn: made.PolicyARN ?? "" },
  };
}

/** A target tracking policy; AWS makes and deletes its two alarms with it. */
export const scalingPolicy: Resource<ScalingPolicySpec, ScalingPolicyLive> = {
  kind: "scaling-policy",
  async read(aws, spec) {
    const policies = await aws.all(
      "application-autoscaling",
      "DescribeScalingPolicies",
      { ...dimension, ResourceId: spec.resourceId, PolicyNames: [spec.name] },
      (page) => page.ScalingPolicies,
    );
    const policy = policies[0];
    return policy && readPolicy(policy);
  },
  diff: (spec, live) => diffFields(wantedFields(spec), live?.fields),
  create: put,
  update: put,
  async delete(aws, spec) {
    await unlessMissing(
      aws.call("application-autoscaling", "DeleteScalingPolicy", {
        ...dimension,
        PolicyName: spec.name,
        ResourceId: spec.resourceId,
      }),
      "ObjectNotFoundException",
    );
  },
  passing: (error) => error.name === "ConcurrentUpdateException",
};
