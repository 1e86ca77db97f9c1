import type {
  InstanceBlockDeviceMapping,
  InstanceMetadataOptionsResponse,
  ResponseLaunchTemplateData,
  Tag,
} from "@aws-sdk/client-ec2";
import { instanceProfiles } from "../services/iam/records.ts";
import { ApiError } from "../wire/api.ts";
import { takeAddress } from "./addresses.ts";
import { ecsImage, resolveImageId } from "./images.ts";
import { defaultSecurityGroupId, defaultSubnets, defaultVpc, openNetwork } from "./network.ts";
import type { InstanceRecord, SubnetRecord } from "./records/ec2.ts";
import { instances, instanceTypes, securityGroups, subnets } from "./records/ec2.ts";
import type { Region } from "./world.ts";
import { isOffered, zonesOf } from "./zones.ts";

/** A launch that can go ahead: every name looked up, every default filled in. */
export interface LaunchPlan {
  imageId: string;
  instanceType: string;
  subnet: SubnetRecord;
  securityGroupIds: string[];
  publicIp: boolean;
  instanceProfileArn?: string | undefined;
  data: ResponseLaunchTemplateData;
}

/** What belongs to one launch and not to its configuration. */
export interface LaunchOwner {
  reservationId?: string;
  clientToken?: string | undefined;
  launchTemplate?: { id: string; name: string; version: string } | undefined;
  groupName?: string | undefined;
  tags?: readonly Tag[];
}

/** Checks a launch configuration against the region; throws what RunInstances throws. */
export function planLaunch(region: Region, data: ResponseLaunchTemplateData, subnetId?: string): LaunchPlan {
  const nic = data.NetworkInterfaces?.find((one) => (one.DeviceIndex ?? 0) === 0);
  const instanceType = data.InstanceType ?? "m1.small";
  if (!data.ImageId) throw new ApiError("MissingParameter", "The request must contain the parameter ImageId");
  const imageId = resolveImageId(data.ImageId);
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(imageId))
    throw new ApiError("InvalidAMIID.Malformed", `Invalid id: "${imageId}" (expecting "ami-...")`);
  if (imageId !== ecsImage.id)
    throw new ApiError("InvalidAMIID.NotFound", `The image id '[${imageId}]' does not exist`);
  if (!instanceTypes[instanceType])
    throw new ApiError("InvalidParameterValue", `Invalid value '${instanceType}' for InstanceType.`);
  if (data.KeyName) throw new ApiError("InvalidKeyPair.NotFound", `The key pair '${data.KeyName}' does not exist`);
  const subnet = findSubnet(region, subnetId ?? nic?.SubnetId, data.Placement?.AvailabilityZone, instanceType);
  const named = nic?.Groups ?? data.SecurityGroupIds ?? [];
  return {
    imageId,
    instanceType,
    subnet,
    securityGroupIds: findSecurityGroups(region, named, data.SecurityGroups ?? [], subnet),
    publicIp: nic?.AssociatePublicIpAddress ?? subnet.mapPublicIp,
    instanceProfileArn: findInstanceProfile(region, data.IamInstanceProfile),
    data,
  };
}

/** Puts an instance into the world, pending. */
export function launchInstance(region: Region, plan: LaunchPlan, owner: LaunchOwner, now: number): InstanceRecord {
  const id = region.id("i-", 17);
  const at = new Date(now);
  const blockDevices = blockDevicesOf(region, plan.data, at);
  const record: InstanceRecord = {
    id,
    state: "pending",
    launchedAt: at,
    changedAt: at,
    instanceType: plan.instanceType,
    imageId: plan.imageId,
    address: takeAddress(region.world, id),
    availabilityZone: plan.subnet.availabilityZone,
    subnetId: plan.subnet.id,
    vpcId: plan.subnet.vpcId,
    securityGroupIds: plan.securityGroupIds,
    instanceProfileArn: plan.instanceProfileArn,
    userData: Buffer.from(plan.data.UserData ?? "", "base64").toString(),
    publicIp: plan.publicIp,
    launchTemplate: owner.launchTemplate,
    groupName: owner.groupName,
    rootVolumeGiB: rootSizeOf(plan.data),
    tags: [...(owner.tags ?? [])],
    reservationId: owner.reservationId ?? region.id("r-", 17),
    clientToken: owner.clientToken,
    networkInterfaceId: region.id("eni-", 17),
    metadataOptions: metadataOptionsOf(plan.data),
    blockDevices,
    detailedMonitoring: plan.data.Monitoring?.Enabled ?? false,
  };
  instances(region).set(id, record);
  return record;
}

function findSubnet(
  region: Region,
  subnetId: string | undefined,
  zone: string | undefined,
  type: string,
): SubnetRecord {
  openNetwork(region);
  if (!subnetId) defaultVpc(region);
  const all = defaultSubnets(region);
  const subnet = subnetId
    ? subnets(region).get(subnetId)
    : all.find((one) => (zone ? one.availabilityZone === zone : isOffered(type, one.availabilityZone)));
  if (!subnet && subnetId) throw new ApiError("InvalidSubnetID.NotFound", `The subnet ID '${subnetId}' does not exist`);
  if (!subnet) throw new ApiError("InvalidParameterValue", `Invalid availability zone: [${zone}]`);
  if (!isOffered(type, subnet.availabilityZone)) throw unsupportedInZone(region, type, subnet.availabilityZone);
  return subnet;
}

function unsupportedInZone(region: Region, type: string, zone: string): ApiError {
  const offering = zonesOf(region.name)
    .map((one) => one.name)
    .filter((name) => isOffered(type, name));
  return new ApiError(
    "Unsupported",
    `Your requested instance type (${type}) is not supported in your requested Availability Zone (${zone}). ` +
      `Please retry your request by not specifying an Availability Zone or choosing ${offering.join(", ")}.`,
  );
}

function findSecurityGroups(
  region: Region,
  ids: readonly string[],
  names: readonly string[],
  { id: subnetId, vpcId }: SubnetRecord,
): string[] {
  const all = [...securityGroups(region).values()].filter((group) => group.vpcId === vpcId);
  for (const id of ids) {
    const group = securityGroups(region).get(id);
    if (!group) throw new ApiError("InvalidGroup.NotFound", `The security group '${id}' does not exist`);
    if (group.vpcId !== vpcId)
      throw new ApiError(
        "InvalidParameter",
        `Security group ${id} and subnet ${subnetId} belong to different networks.`,
      );
  }
  const byName = names.map((name) => {
    const group = all.find((one) => one.name === name);
    if (!group)
      throw new ApiError("InvalidGroup.NotFound", `The security group '${name}' does not exist in VPC '${vpcId}'`);
    return group.id;
  });
  const found = [...ids, ...byName];
  return found.length > 0 ? found : [defaultSecurityGroupId(region, vpcId)];
}

function findInstanceProfile(
  region: Region,
  asked: ResponseLaunchTemplateData["IamInstanceProfile"],
): string | undefined {
  if (!asked?.Name && !asked?.Arn) return undefined;
  const all = [...instanceProfiles(region.world.global).values()];
  const profile = all.find((one) => (asked.Arn ? one.arn === asked.Arn : one.name === asked.Name));
  const parameter = asked.Arn ? "arn" : "name";
  const prefix = `Value (${asked.Arn ?? asked.Name}) for parameter iamInstanceProfile.${parameter} is invalid.`;
  if (!profile)
    throw new ApiError("InvalidParameterValue", `${prefix} Invalid IAM Instance Profile ${asked.Arn ? "ARN" : "name"}`);
  if (profile.roleNames.length === 0)
    throw new ApiError("InvalidParameterValue", `IAM Instance Profile "${profile.arn}" has no associated IAM Roles`);
  return profile.arn;
}

function rootSizeOf(data: ResponseLaunchTemplateData): number {
  const root = data.BlockDeviceMappings?.find((one) => one.DeviceName === ecsImage.rootDevice);
  const size = root?.Ebs?.VolumeSize ?? ecsImage.rootVolumeGiB;
  if (size < ecsImage.rootVolumeGiB)
    throw new ApiError(
      "InvalidBlockDeviceMapping",
      `Volume of size ${size}GB is smaller than snapshot '${ecsImage.snapshotId}', expect size >= ${ecsImage.rootVolumeGiB}GB`,
    );
  return size;
}

function blockDevicesOf(region: Region, data: ResponseLaunchTemplateData, at: Date): InstanceBlockDeviceMapping[] {
  const devices = new Map<string, boolean>([[ecsImage.rootDevice, true]]);
  for (const one of data.BlockDeviceMappings ?? [])
    if (one.DeviceName && one.NoDevice === undefined) devices.set(one.DeviceName, one.Ebs?.DeleteOnTermination ?? true);
  return [...devices].map(([DeviceName, DeleteOnTermination]) => ({
    DeviceName,
    Ebs: { VolumeId: region.id("vol-", 17), Status: "attached", AttachTime: at, DeleteOnTermination },
  }));
}

function metadataOptionsOf(data: ResponseLaunchTemplateData): InstanceMetadataOptionsResponse {
  const asked = data.MetadataOptions;
  return {
    State: "applied",
    // The image of Amazon Linux 2023 asks for IMDSv2 by itself.
    HttpTokens: asked?.HttpTokens ?? "required",
    HttpPutResponseHopLimit: asked?.HttpPutResponseHopLimit ?? 2,
    HttpEndpoint: asked?.HttpEndpoint ?? "enabled",
    HttpProtocolIpv6: asked?.HttpProtocolIpv6 ?? "disabled",
    InstanceMetadataTags: asked?.InstanceMetadataTags ?? "disabled",
  };
}
