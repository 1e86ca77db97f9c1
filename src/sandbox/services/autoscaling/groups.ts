import type { LaunchTemplateSpecification } from "@aws-sdk/client-auto-scaling";
import type { ResponseLaunchTemplateData } from "@aws-sdk/client-ec2";
import { ApiError } from "../../wire/api.ts";
import { planLaunch } from "../../world/launch.ts";
import { defaultSubnets } from "../../world/network.ts";
import type { GroupRecord } from "../../world/records/autoscaling.ts";
import { groups } from "../../world/records/autoscaling.ts";
import { subnets } from "../../world/records/ec2.ts";
import { findTemplate, findVersion } from "../../world/templates.ts";
import type { Region } from "../../world/world.ts";

export function validationError(message: string): ApiError {
  return new ApiError("ValidationError", message);
}

/** The group of that name; AWS's ValidationError where there is none. */
export function findGroup(region: Region, name: string | undefined): GroupRecord {
  const group = name ? groups(region).get(name) : undefined;
  if (group) return group;
  throw validationError(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
}

/** A group that is not on its way out. */
export function findActiveGroup(region: Region, name: string | undefined): GroupRecord {
  const group = findGroup(region, name);
  if (group.deleting) throw validationError(`AutoScalingGroup '${name}' is pending delete`);
  return group;
}

/** Refuses bounds that do not hold together. */
export function checkBounds(min: number, max: number, desired: number): void {
  if (min < 0) throw validationError(`Min bound, ${min}, must be greater than or equal to 0`);
  if (max < min) throw validationError(`Max bound, ${max}, must be greater than or equal to min bound, ${min}`);
  if (desired < min || desired > max)
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    );
}

/** The subnets of `VPCZoneIdentifier`, or the default ones of the zones that are named. */
export function readSubnets(region: Region, identifier: string | undefined, zones: readonly string[] | undefined) {
  const all = defaultSubnets(region);
  const ids = (identifier ?? "").split(",").map((id) => id.trim());
  const named = ids.filter((id) => id !== "");
  for (const id of named) if (!subnets(region).has(id)) throw validationError(`The subnet ID '${id}' does not exist`);
  if (named.length > 0) return named;
  for (const zone of zones ?? [])
    if (!all.some((subnet) => subnet.availabilityZone === zone))
      throw validationError(`Invalid availability zones: [${zone}]`);
  const inZones = all.filter((subnet) => zones?.includes(subnet.availabilityZone)).map((subnet) => subnet.id);
  if (inZones.length === 0) throw validationError("At least one Availability Zone or VPC Subnet is required.");
  return inZones;
}

/**
 * The launch template that a request names, tried out as AWS does: what RunInstances would refuse in every one of the
 * subnets is refused now.
 */
export function readLaunchTemplate(
  region: Region,
  asked: LaunchTemplateSpecification,
  subnetIds: readonly string[],
): GroupRecord["launchTemplate"] {
  try {
    const template = findTemplate(region, asked);
    const version = asked.Version ?? "$Default";
    tryLaunch(region, findVersion(template, version).data, subnetIds);
    return { id: template.id, name: template.name, version };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw validationError(`You must use a valid fully-formed launch template. ${error.message}`);
  }
}

function tryLaunch(region: Region, data: ResponseLaunchTemplateData, subnetIds: readonly string[]): void {
  let refusal: ApiError | undefined;
  for (const subnetId of subnetIds) {
    try {
      planLaunch(region, data, subnetId);
      return;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refusal = error;
    }
  }
  if (refusal) throw refusal;
}
