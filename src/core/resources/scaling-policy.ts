import type { ScalingPolicy } from "@aws-sdk/client-application-auto-scaling";
import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import type { Change, LiveParts, Resource } from "../plan/resource.ts";
import { diffFields, type Fields } from "./diff-fields.ts";
import { policyFields } from "./policy-fields.ts";
import type { PolicyInput } from "./policy-input.ts";
import { serviceDimension } from "./scalable-target.ts";

export interface ScalingPolicySpec {
  /** `service/CLUSTER/SERVICE`. */
  resourceId: string;
  name: string;
  /** Undefined for one that goes: then only its name matters. */
  input: PolicyInput | undefined;
}

export interface ScalingPolicyLive extends LiveParts {
  fields: Fields;
  /** Names of the CloudWatch alarms that AWS made for it, or that act through it. */
  alarms: string[];
  outputs: { arn: string };
}

export function readPolicy(policy: ScalingPolicy): ScalingPolicyLive {
  return {
    fields: policyFields(policy),
    alarms: (policy.Alarms ?? []).map((alarm) => alarm.AlarmName ?? ""),
    outputs: { arn: policy.PolicyARN ?? "" },
  };
}

/** Every scaling policy of a service, ours or not. */
export function listPolicies(aws: Aws, resourceId: string): Promise<ScalingPolicy[]> {
  return aws.all(
    "application-autoscaling",
    "DescribeScalingPolicies",
    { ...serviceDimension, ResourceId: resourceId },
    (page) => page.ScalingPolicies,
  );
}

async function put(aws: Aws, { name, resourceId, input }: ScalingPolicySpec): Promise<ScalingPolicyLive> {
  if (!input) throw new Error(`The policy ${name} is to go, not to be made.`);
  const made = await aws.call("application-autoscaling", "PutScalingPolicy", {
    ...serviceDimension,
    PolicyName: name,
    ResourceId: resourceId,
    ...input,
  });
  return {
    fields: policyFields(input),
    alarms: (made.Alarms ?? []).map((alarm) => alarm.AlarmName ?? ""),
    outputs: { arn: made.PolicyARN ?? "" },
  };
}

/** Target tracking without its alarms never acts again; putting the policy as it is makes them anew. */
const findLostAlarms = (live: ScalingPolicyLive | undefined): Change[] =>
  live?.fields["type"] === "TargetTrackingScaling" && live.alarms.length === 0
    ? [{ path: "alarms", from: "deleted", to: "made again" }]
    : [];

/** A scaling policy of any kind; AWS makes and deletes the alarms of target tracking with it. */
export const scalingPolicy: Resource<ScalingPolicySpec, ScalingPolicyLive> = {
  kind: "scaling-policy",
  async read(aws, spec) {
    // All of them, so that a plan asks once.
    const policies = await listPolicies(aws, spec.resourceId);
    const policy = policies.find(({ PolicyName }) => PolicyName === spec.name);
    return policy && readPolicy(policy);
  },
  // A policy keeps its kind for life: one of another kind under its name is a new one.
  diff: (spec, live) =>
    spec.input ? [...diffFields(policyFields(spec.input), live?.fields, ["type"]), ...findLostAlarms(live)] : [],
  create: put,
  update: put,
  async delete(aws, spec) {
    await unlessMissing(
      aws.call("application-autoscaling", "DeleteScalingPolicy", {
        ...serviceDimension,
        PolicyName: spec.name,
        ResourceId: spec.resourceId,
      }),
      "ObjectNotFoundException",
    );
  },
  passing: (error) => error.name === "ConcurrentUpdateException",
};
