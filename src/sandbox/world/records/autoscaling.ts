import type { Activity, TagDescription } from "@aws-sdk/client-auto-scaling";
import type { Region } from "../world.ts";

export interface GroupMember {
  instanceId: string;
  lifecycleState: "Pending" | "InService" | "Terminating";
  protectedFromScaleIn: boolean;
}

/** An EC2 Auto Scaling group. */
export interface GroupRecord {
  name: string;
  arn: string;
  min: number;
  max: number;
  desired: number;
  launchTemplate: { id: string; name: string; version: string };
  subnetIds: string[];
  newInstancesProtected: boolean;
  suspendedProcesses: string[];
  createdAt: Date;
  /** Set by DeleteAutoScalingGroup; the group goes when its last instance has. */
  deleting: boolean;
  members: GroupMember[];
  tags: TagDescription[];
  /** Newest first. */
  activities: Activity[];
}

export const groups = (region: Region): Map<string, GroupRecord> => region.table("autoscaling/groups");
