import type { Instance, InstanceNetworkInterface, InstanceState } from "@aws-sdk/client-ec2";
import { ecsImage } from "../../world/images.ts";
import type { InstanceRecord } from "../../world/records/ec2.ts";
import { instanceProfiles } from "../iam/records.ts";
import { instanceTypes, securityGroups } from "../../world/records/ec2.ts";
import { accountId, type Region } from "../../world/world.ts";

const codes = { pending: 0, running: 16, "shutting-down": 32, terminated: 48 } as const;

export function toState(state: InstanceRecord["state"]): InstanceState {
  return { Code: codes[state], Name: state };
}

/** An instance as DescribeInstances shows it: a terminated one has lost its addresses and its disks. */
export function toInstance(region: Region, instance: InstanceRecord): Instance {
  return {
    InstanceId: instance.id,
    ImageId: instance.imageId,
    State: toState(instance.state),
    InstanceType: instance.instanceType as Instance["InstanceType"],
    LaunchTime: instance.launchedAt,
    AmiLaunchIndex: 0,
    ClientToken: instance.clientToken ?? "",
    KeyName: instance.keyName,
    Monitoring: { State: instance.detailedMonitoring ? "enabled" : "disabled" },
    Placement: { AvailabilityZone: instance.availabilityZone, GroupName: "", Tenancy: "default" },
    StateReason: instance.stateReason,
    StateTransitionReason: instance.stateReason ? `User initiated (${awsDate(instance.changedAt)})` : "",
    Architecture: "x86_64",
    RootDeviceName: ecsImage.rootDevice,
    RootDeviceType: "ebs",
    VirtualizationType: "hvm",
    Hypervisor: "xen",
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    BootMode: "uefi-preferred",
    EnaSupport: true,
    EbsOptimized: false,
    MetadataOptions: instance.metadataOptions,
    CpuOptions: { CoreCount: instanceTypes[instance.instanceType]?.vcpus ?? 1, ThreadsPerCore: 1 },
    Tags: instance.tags,
    ...(instance.state === "terminated" ? goneParts() : liveParts(region, instance)),
  };
}

function goneParts(): Partial<Instance> {
  return { PrivateDnsName: "", PublicDnsName: "", BlockDeviceMappings: [], NetworkInterfaces: [], SecurityGroups: [] };
}

function liveParts(region: Region, instance: InstanceRecord): Partial<Instance> {
  const profile = [...instanceProfiles(region.world.global).values()].find(
    (one) => one.arn === instance.instanceProfileArn,
  );
  return {
    PrivateIpAddress: instance.address,
    PrivateDnsName: privateDnsName(region, instance),
    PublicIpAddress: instance.publicIp ? instance.address : undefined,
    PublicDnsName: instance.publicIp ? publicDnsName(region, instance) : "",
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
    SourceDestCheck: true,
    SecurityGroups: groupsOf(region, instance),
    BlockDeviceMappings: instance.blockDevices ?? [],
    IamInstanceProfile: instance.instanceProfileArn ? { Arn: instance.instanceProfileArn, Id: profile?.id } : undefined,
    NetworkInterfaces: [toInstanceNetworkInterface(region, instance)],
  };
}

function toInstanceNetworkInterface(region: Region, instance: InstanceRecord): InstanceNetworkInterface {
  const association = associationOf(region, instance);
  return {
    NetworkInterfaceId: instance.networkInterfaceId,
    Description: "",
    InterfaceType: "interface",
    MacAddress: macOf(instance),
    OwnerId: accountId,
    Association: association,
    Attachment: attachmentOf(instance),
    Groups: groupsOf(region, instance),
    PrivateIpAddress: instance.address,
    PrivateDnsName: privateDnsName(region, instance),
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: instance.address, Association: association }],
    SourceDestCheck: true,
    Status: "in-use",
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
  };
}

/** The public address of an instance's network interface. */
export function associationOf(region: Region, instance: InstanceRecord) {
  if (!instance.publicIp) return undefined;
  return { IpOwnerId: "amazon", PublicIp: instance.address, PublicDnsName: publicDnsName(region, instance) };
}

export function attachmentOf(instance: InstanceRecord) {
  return {
    AttachmentId: (instance.networkInterfaceId ?? "").replace("eni-", "eni-attach-"),
    AttachTime: instance.launchedAt,
    DeleteOnTermination: true,
    DeviceIndex: 0,
    NetworkCardIndex: 0,
    Status: "attached",
  } as const;
}

export function groupsOf(region: Region, instance: InstanceRecord) {
  return instance.securityGroupIds.map((id) => ({ GroupId: id, GroupName: securityGroups(region).get(id)?.name }));
}

/** A locally administered address that is a function of the instance's id. */
export function macOf(instance: InstanceRecord): string {
  const digits = instance.id.slice(-10).padStart(10, "0");
  return ["0a", ...(digits.match(/../g) ?? [])].join(":");
}

export function privateDnsName(region: Region, instance: { address: string }): string {
  const host = `ip-${instance.address.replaceAll(".", "-")}`;
  return region.name === "us-east-1" ? `${host}.ec2.internal` : `${host}.${region.name}.compute.internal`;
}

export function publicDnsName(region: Region, instance: { address: string }): string {
  const host = `ec2-${instance.address.replaceAll(".", "-")}`;
  return region.name === "us-east-1"
    ? `${host}.compute-1.amazonaws.com`
    : `${host}.${region.name}.compute.amazonaws.com`;
}

/** `2026-01-31 10:20:30 GMT`. */
function awsDate(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace("T", " ")} GMT`;
}
