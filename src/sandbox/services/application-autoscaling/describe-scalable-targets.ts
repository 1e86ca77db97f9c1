import type * as aas from "@aws-sdk/client-application-auto-scaling";
import { page, type Handler } from "../../wire/api.ts";
import { scalableTargets } from "../../world/records/application-autoscaling.ts";
import { checkNamespace } from "./targets.ts";

export const describeScalableTargets: Handler<typeof aas, "DescribeScalableTargets"> = (input, { region }) => {
  checkNamespace(input.ServiceNamespace, input.ScalableDimension);
  const matching = [...scalableTargets(region).values()]
    .map(({ target }) => target)
    .filter(({ ResourceId }) => !input.ResourceIds?.length || input.ResourceIds.includes(ResourceId ?? ""));
  const { items, next } = page(matching, input.NextToken, input.MaxResults ?? 50);
  return { ScalableTargets: items, ...(next ? { NextToken: next } : {}) };
};
