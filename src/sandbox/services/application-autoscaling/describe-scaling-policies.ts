import type * as aas from "@aws-sdk/client-application-auto-scaling";
import { page, type Handler } from "../../wire/api.ts";
import { scalingPolicies } from "../../world/records/application-autoscaling.ts";
import { describeAlarms } from "./put-scaling-policy.ts";
import { checkNamespace } from "./targets.ts";

export const describeScalingPolicies: Handler<typeof aas, "DescribeScalingPolicies"> = (input, { region }) => {
  checkNamespace(input.ServiceNamespace, input.ScalableDimension);
  const matching = [...scalingPolicies(region).values()].filter(
    ({ policy }) =>
      (!input.ResourceId || policy.ResourceId === input.ResourceId) &&
      (!input.PolicyNames?.length || input.PolicyNames.includes(policy.PolicyName)),
  );
  const { items, next } = page(matching, input.NextToken, input.MaxResults ?? 10);
  const ScalingPolicies = items.map((record) => ({ ...record.policy, Alarms: describeAlarms(region, record) }));
  return { ScalingPolicies, ...(next ? { NextToken: next } : {}) };
};
