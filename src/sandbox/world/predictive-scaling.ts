import { forecastCapacity, forecastFloor, forecastLoad, forecastMaximum, hourMs } from "../../core/scaling/forecast.ts";
import { loadOf, readHours } from "./predictive-load.ts";
import {
  forecasts,
  isSameTarget,
  namedKey,
  scalingPolicies,
  type ForecastRecord,
  type PolicyRecord,
  type TargetRecord,
} from "./records/application-autoscaling.ts";
import type { ScalableResource } from "./scalable.ts";
import { scaleTo } from "./scaling-activities.ts";
import type { Region } from "./world.ts";

/** AWS: hourly, for the next 48 hours, updated every six. */
const hoursAhead = 48;
const updateEveryMs = 6 * hourMs;
/** Forecasts of the past are kept to be compared with what came. */
const keptMs = 14 * 24 * hourMs;
const defaultBufferSeconds = 300;

/** Forecasts of one target: made when due, and acted upon by policies that may scale. */
export function applyForecasts(region: Region, resource: ScalableResource, record: TargetRecord, now: number): void {
  // Hours and buffers are whole minutes, or as good as.
  const minute = Math.floor(now / 60_000);
  if (record.forecastMinute === minute) return;
  record.forecastMinute = minute;
  let floor: number | undefined;
  for (const policy of scalingPolicies(region).values()) {
    if (policy.policy.PolicyType !== "PredictiveScaling" || !isSameTarget(policy.id, record.id)) continue;
    const forecast = keepForecast(region, policy, now);
    const config = policy.policy.PredictiveScalingPolicyConfiguration;
    if (config?.Mode !== "ForecastAndScale") continue;
    const bufferSeconds = config.SchedulingBufferTime ?? defaultBufferSeconds;
    const wanted = forecastFloor(forecast.hours, { now, bufferSeconds });
    if (wanted === undefined) continue;
    const buffer = config.MaxCapacityBreachBehavior === "IncreaseMaxCapacity" ? config.MaxCapacityBuffer : undefined;
    record.target.MaxCapacity = forecastMaximum(record.target.MaxCapacity, wanted, buffer);
    floor = Math.max(floor ?? 0, wanted);
    scaleToForecast(region, resource, record, { policy, wanted });
  }
  record.floor = floor;
}

/** Only ever out: what is too much is left to the other policies. */
function scaleToForecast(
  region: Region,
  resource: ScalableResource,
  { id, target }: TargetRecord,
  { policy, wanted }: { policy: PolicyRecord; wanted: number },
): void {
  if (target.SuspendedState?.DynamicScalingOutSuspended) return;
  const to = Math.min(wanted, target.MaxCapacity);
  const desired = resource.read(region, id.resourceId)?.desired;
  if (desired === undefined || desired >= to) return;
  const cause = `predictive scaling policy ${policy.policy.PolicyName} forecast a capacity of ${wanted}`;
  scaleTo(region, resource, id, { to, cause });
}

/** The newest forecast of a policy; one that is six hours old is made anew. */
export function keepForecast(region: Region, { id, policy }: PolicyRecord, now: number): ForecastRecord {
  const key = namedKey(id, policy.PolicyName);
  const former = forecasts(region).get(key) ?? { hours: [], updatedAt: undefined, triedAt: undefined };
  if (now - (former.updatedAt ?? -Infinity) < updateEveryMs) return former;
  // Too little history: looked at again in the next hour.
  if (former.triedAt !== undefined && Math.floor(former.triedAt / hourMs) === Math.floor(now / hourMs)) return former;
  const specification = policy.PredictiveScalingPolicyConfiguration?.MetricSpecifications?.[0];
  const load = specification && loadOf(specification, id);
  const from = Math.floor(now / hourMs) * hourMs;
  const ahead = load && forecastLoad(readHours(region, load, from), { from, hours: hoursAhead });
  const target = specification?.TargetValue ?? 1;
  const kept = former.hours.filter(({ at }) => at < from && at >= now - keptMs);
  const made = (ahead ?? []).map((value, hour) => ({
    at: from + hour * hourMs,
    load: value,
    capacity: forecastCapacity(value, target),
  }));
  const record = ahead ? { hours: [...kept, ...made], updatedAt: now, triedAt: now } : { ...former, triedAt: now };
  forecasts(region).set(key, record);
  return record;
}
