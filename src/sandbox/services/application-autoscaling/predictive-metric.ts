import type {
  PredictiveScalingMetricSpecification,
  PredictiveScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling";
import type { TargetId } from "../../world/records/application-autoscaling.ts";
import { loadOf } from "../../world/predictive-load.ts";
import { invalid } from "./targets.ts";

const maxBuffer = 3600;

/** Refuses what a predictive scaling policy cannot be. Rules: API_PredictiveScalingPolicyConfiguration. */
export function checkPredictive(config: PredictiveScalingPolicyConfiguration | undefined, id: TargetId): void {
  if (!config)
    throw invalid("PredictiveScalingPolicyConfiguration must be specified for policy type PredictiveScaling.");
  const [specification, ...others] = config.MetricSpecifications ?? [];
  if (!specification || others.length > 0) throw invalid("Exactly one metric specification must be specified.");
  if (!((specification.TargetValue ?? 0) > 0)) throw invalid("TargetValue must be greater than 0.");
  checkMetrics(specification);
  if (!loadOf(specification, id))
    throw invalid(`The sandbox publishes no metric for ${JSON.stringify(namesOf(specification))}.`);
  const { SchedulingBufferTime = 300, MaxCapacityBuffer, MaxCapacityBreachBehavior } = config;
  if (SchedulingBufferTime < 0 || SchedulingBufferTime >= maxBuffer)
    throw invalid("SchedulingBufferTime must be at least 0 and less than 3600.");
  if (MaxCapacityBreachBehavior === "IncreaseMaxCapacity" && MaxCapacityBuffer === undefined)
    throw invalid("MaxCapacityBuffer must be specified when MaxCapacityBreachBehavior is IncreaseMaxCapacity.");
  if (MaxCapacityBreachBehavior !== "IncreaseMaxCapacity" && MaxCapacityBuffer !== undefined)
    throw invalid("MaxCapacityBuffer can only be specified when MaxCapacityBreachBehavior is IncreaseMaxCapacity.");
}

function checkMetrics(specification: PredictiveScalingMetricSpecification): void {
  const pair = specification.PredefinedMetricPairSpecification;
  const scaling =
    specification.PredefinedScalingMetricSpecification ?? specification.CustomizedScalingMetricSpecification;
  const load = specification.PredefinedLoadMetricSpecification ?? specification.CustomizedLoadMetricSpecification;
  if (specification.CustomizedCapacityMetricSpecification)
    throw invalid("The sandbox does not read a CustomizedCapacityMetricSpecification: it counts the tasks itself.");
  if (pair ? scaling !== undefined || load !== undefined : !scaling || !load)
    throw invalid("Specify either a predefined metric pair, or one scaling metric and one load metric.");
}

const namesOf = (specification: PredictiveScalingMetricSpecification): (string | undefined)[] =>
  [specification.PredefinedMetricPairSpecification, specification.PredefinedLoadMetricSpecification]
    .filter((one) => one !== undefined)
    .map(({ PredefinedMetricType }) => PredefinedMetricType);
