import type * as autoscaling from "@aws-sdk/client-auto-scaling";
import type { Handler } from "../../wire/api.ts";
import { changeDesired } from "../../world/groups.ts";
import type { GroupRecord } from "../../world/records/autoscaling.ts";
import { checkBounds, findActiveGroup, readLaunchTemplate, readSubnets } from "./groups.ts";

type Input = autoscaling.UpdateAutoScalingGroupCommandInput;

/** Without a desired capacity, the present one is moved within the new bounds. */
export const updateAutoScalingGroup: Handler<typeof autoscaling, "UpdateAutoScalingGroup"> = (input, { region }) => {
  const group = findActiveGroup(region, input.AutoScalingGroupName);
  const [min, max] = [input.MinSize ?? group.min, input.MaxSize ?? group.max];
  const desired = input.DesiredCapacity ?? Math.min(Math.max(group.desired, min), Math.max(max, min));
  checkBounds(min, max, desired);
  const moved = input.VPCZoneIdentifier || input.AvailabilityZones?.length;
  const subnetIds = moved ? readSubnets(region, input.VPCZoneIdentifier, input.AvailabilityZones) : group.subnetIds;
  const template = input.LaunchTemplate && readLaunchTemplate(region, input.LaunchTemplate, subnetIds);
  Object.assign(group, { min, max, subnetIds, failures: undefined });
  if (template) group.launchTemplate = template;
  if (input.NewInstancesProtectedFromScaleIn !== undefined)
    group.newInstancesProtected = input.NewInstancesProtectedFromScaleIn;
  updateEchoed(group, input);
  const constraints = `a user request update of AutoScalingGroup constraints to min: ${min}, max: ${max}, desired: ${desired}`;
  changeDesired(region, group, desired, constraints);
  return {};
};

function updateEchoed(group: GroupRecord, input: Input): void {
  const echoed = group.echoed;
  if (!echoed) return;
  echoed.cooldownSeconds = input.DefaultCooldown ?? echoed.cooldownSeconds;
  echoed.healthCheckType = input.HealthCheckType ?? echoed.healthCheckType;
  echoed.healthCheckGraceSeconds = input.HealthCheckGracePeriod ?? echoed.healthCheckGraceSeconds;
  echoed.terminationPolicies = input.TerminationPolicies ?? echoed.terminationPolicies;
  echoed.maxInstanceLifetimeSeconds = input.MaxInstanceLifetime ?? echoed.maxInstanceLifetimeSeconds;
  echoed.defaultWarmupSeconds = input.DefaultInstanceWarmup ?? echoed.defaultWarmupSeconds;
  echoed.capacityRebalance = input.CapacityRebalance ?? echoed.capacityRebalance;
}
