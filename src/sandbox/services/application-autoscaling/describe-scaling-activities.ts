import type * as aas from "@aws-sdk/client-application-auto-scaling";
import { page, type Handler } from "../../wire/api.ts";
import { scalingActivities } from "../../world/records/application-autoscaling.ts";
import { checkNamespace } from "./targets.ts";

/** Newest first; those that did not scale only when asked for. */
export const describeScalingActivities: Handler<typeof aas, "DescribeScalingActivities"> = (input, { region }) => {
  checkNamespace(input.ServiceNamespace, input.ScalableDimension);
  const matching = [...scalingActivities(region).values()]
    .flatMap(({ items }) => items.map(({ activity }) => activity))
    .filter(({ ResourceId }) => !input.ResourceId || ResourceId === input.ResourceId)
    .filter(({ NotScaledReasons }) => input.IncludeNotScaledActivities || !NotScaledReasons)
    .sort((a, b) => (b.StartTime?.getTime() ?? 0) - (a.StartTime?.getTime() ?? 0));
  const { items, next } = page(matching, input.NextToken, input.MaxResults ?? 50);
  return { ScalingActivities: items, ...(next ? { NextToken: next } : {}) };
};
