import type * as aas from "@aws-sdk/client-application-auto-scaling";
import type { Handler } from "../../wire/api.ts";
import { keepForecast } from "../../world/predictive-scaling.ts";
import { namedKey, scalingPolicies } from "../../world/records/application-autoscaling.ts";
import { describeId, invalid, notFound, targetIdOf } from "./targets.ts";

/** The forecast of each hour between the two times, as far as one was made; none with less than a day of history. */
export const getPredictiveScalingForecast: Handler<typeof aas, "GetPredictiveScalingForecast"> = (
  input,
  { region },
) => {
  const id = targetIdOf(input);
  const record = scalingPolicies(region).get(namedKey(id, input.PolicyName ?? ""));
  if (!record) throw notFound(`No scaling policy found for ${describeId(id)}, policy name: ${input.PolicyName}`);
  if (record.policy.PolicyType !== "PredictiveScaling")
    throw invalid(`Policy ${input.PolicyName} is not a predictive scaling policy.`);
  const [from, to] = [input.StartTime?.getTime() ?? 0, input.EndTime?.getTime() ?? 0];
  if (from >= to) throw invalid("StartTime must be before EndTime.");
  if (to - from > 30 * 86_400_000) throw invalid("The time range must not be longer than 30 days.");
  const now = region.world.clock.now();
  const { hours, updatedAt = now } = keepForecast(region, record, now);
  const shown = hours.filter(({ at }) => at >= from && at < to);
  const Timestamps = shown.map(({ at }) => new Date(at));
  return {
    LoadForecast: [
      {
        Timestamps,
        Values: shown.map(({ load }) => load),
        MetricSpecification: record.policy.PredictiveScalingPolicyConfiguration?.MetricSpecifications?.[0],
      },
    ],
    CapacityForecast: { Timestamps, Values: shown.map(({ capacity }) => capacity) },
    UpdateTime: new Date(Math.floor(updatedAt)),
  };
};
