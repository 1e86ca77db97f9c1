import type { Tag } from "@aws-sdk/client-ec2";
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
}

export const instances = (region: Region): Map<string, InstanceRecord> => region.table("ec2/instances");

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
