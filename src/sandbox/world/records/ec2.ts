import type {
  InstanceBlockDeviceMapping,
  InstanceMetadataOptionsResponse,
  ResponseLaunchTemplateData,
  StateReason,
  Tag,
} from "@aws-sdk/client-ec2";
import type { Region } from "../world.ts";

export type InstanceState = "pending" | "running" | "shutting-down" | "terminated";

/** An EC2 instance. Its public and private addresses are one loopback address of its own (127.0.1.1, 127.0.1.2, …). */
export interface InstanceRecord {
  id: string;
  state: InstanceState;
  launchedAt: Date;
  /** When `state` last changed. */
  changedAt: Date;
  instanceType: string;
  imageId: string;
  /** Loopback address at which this instance's host ports listen. */
  address: string;
  availabilityZone: string;
  subnetId: string;
  vpcId: string;
  securityGroupIds: string[];
  /** ARN of the instance profile; without one with the right role, the ECS agent never registers. */
  instanceProfileArn?: string | undefined;
  /** Decoded user data; `ECS_CLUSTER=name` tells the agent where to register. */
  userData: string;
  publicIp: boolean;
  launchTemplate?: { id: string; name: string; version: string } | undefined;
  /** The Auto Scaling group that owns it. */
  groupName?: string | undefined;
  rootVolumeGiB: number;
  tags: Tag[];
  reservationId?: string | undefined;
  clientToken?: string | undefined;
  networkInterfaceId?: string | undefined;
  keyName?: string | undefined;
  /** Why it stopped, as DescribeInstances tells. */
  stateReason?: StateReason | undefined;
  metadataOptions?: InstanceMetadataOptionsResponse | undefined;
  blockDevices?: InstanceBlockDeviceMapping[] | undefined;
  detailedMonitoring?: boolean | undefined;
}

export interface VpcRecord {
  id: string;
  cidr: string;
  isDefault: boolean;
  tags: Tag[];
}

export interface SubnetRecord {
  id: string;
  vpcId: string;
  cidr: string;
  availabilityZone: string;
  availabilityZoneId: string;
  defaultForAz: boolean;
  mapPublicIp: boolean;
  tags: Tag[];
}

/** One rule: one protocol, one range of ports, one peer. */
export interface SecurityGroupRuleRecord {
  id: string;
  egress: boolean;
  /** `tcp`, `udp`, `icmp`, another number, or `-1` for all. */
  protocol: string;
  fromPort: number;
  toPort: number;
  cidr?: string | undefined;
  cidr6?: string | undefined;
  groupId?: string | undefined;
  prefixListId?: string | undefined;
  description?: string | undefined;
  tags: Tag[];
}

export interface SecurityGroupRecord {
  id: string;
  name: string;
  description: string;
  vpcId: string;
  rules: SecurityGroupRuleRecord[];
  tags: Tag[];
}

export interface LaunchTemplateVersionRecord {
  number: number;
  description?: string | undefined;
  createdAt: Date;
  /** Makes the creation repeatable. */
  clientToken?: string | undefined;
  data: ResponseLaunchTemplateData;
}

export interface LaunchTemplateRecord {
  id: string;
  name: string;
  createdAt: Date;
  defaultVersion: number;
  versions: LaunchTemplateVersionRecord[];
  tags: Tag[];
}

export const instances = (region: Region): Map<string, InstanceRecord> => region.table("ec2/instances");
export const vpcs = (region: Region): Map<string, VpcRecord> => region.table("ec2/vpcs");
export const subnets = (region: Region): Map<string, SubnetRecord> => region.table("ec2/subnets");
export const securityGroups = (region: Region): Map<string, SecurityGroupRecord> => region.table("ec2/security-groups");
export const launchTemplates = (region: Region): Map<string, LaunchTemplateRecord> =>
  region.table("ec2/launch-templates");

/** cpu in ECS units (1024 a vCPU), memory as the ECS agent registers it (less than the type's, as on AWS), in MiB. */
export const instanceTypes: Record<string, { vcpus: number; memoryMiB: number; registeredMemoryMiB: number }> = {
  "t2.micro": { vcpus: 1, memoryMiB: 1024, registeredMemoryMiB: 957 },
  "t2.small": { vcpus: 1, memoryMiB: 2048, registeredMemoryMiB: 1968 },
  "t2.medium": { vcpus: 2, memoryMiB: 4096, registeredMemoryMiB: 3920 },
  "t3.micro": { vcpus: 2, memoryMiB: 1024, registeredMemoryMiB: 916 },
  "t3.small": { vcpus: 2, memoryMiB: 2048, registeredMemoryMiB: 1912 },
  "t3.medium": { vcpus: 2, memoryMiB: 4096, registeredMemoryMiB: 3838 },
  "t3.large": { vcpus: 2, memoryMiB: 8192, registeredMemoryMiB: 7763 },
  "m5.large": { vcpus: 2, memoryMiB: 8192, registeredMemoryMiB: 7680 },
  "m5.xlarge": { vcpus: 4, memoryMiB: 16384, registeredMemoryMiB: 15647 },
  "c5.large": { vcpus: 2, memoryMiB: 4096, registeredMemoryMiB: 3694 },
  "c5.xlarge": { vcpus: 4, memoryMiB: 8192, registeredMemoryMiB: 7680 },
};
