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
  /** The request that the group is still answering, in the words of an activity's cause; see `changeDesired`. */
  request?: { at: Date; text: string } | undefined;
  /** How many instances were lost to health checks and are still to be replaced. */
  replacements?: number | undefined;
  /** When launching failed last, by zone. */
  failures?: Record<string, Date> | undefined;
  /** What is only told back. */
  echoed?: {
    cooldownSeconds: number;
    healthCheckType: string;
    healthCheckGraceSeconds: number;
    terminationPolicies: string[];
    maxInstanceLifetimeSeconds?: number | undefined;
    defaultWarmupSeconds?: number | undefined;
    capacityRebalance?: boolean | undefined;
  };
}

export const groups = (region: Region): Map<string, GroupRecord> => region.table("autoscaling/groups");
/** Groups that are gone, for DescribeScalingActivities with IncludeDeletedGroups. */
export const deletedGroups = (region: Region): Map<string, GroupRecord> => region.table("autoscaling/deleted-groups");
