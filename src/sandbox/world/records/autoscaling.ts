import type { Activity, ScalingPolicy, ScheduledUpdateGroupAction, TagDescription } from "@aws-sdk/client-auto-scaling";
import type { Region } from "../world.ts";

export interface GroupMember {
  instanceId: string;
  /** `Terminating:Wait` while ECS drains it, `Terminating:Proceed` afterwards. */
  lifecycleState: "Pending" | "InService" | "Terminating" | "Terminating:Wait" | "Terminating:Proceed";
  protectedFromScaleIn: boolean;
  leavingSince?: Date | undefined;
}

/** Whether it counts no more: it is on its way out, whatever it still waits for. */
export const isLeaving = ({ lifecycleState }: GroupMember): boolean => lifecycleState.startsWith("Terminating");

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

/** A scaling policy of a group. */
export interface GroupPolicyRecord {
  policy: ScalingPolicy & { AutoScalingGroupName: string; PolicyName: string; PolicyARN: string };
  /** Names of the alarms that target tracking made. */
  highAlarm?: string | undefined;
  lowAlarm?: string | undefined;
  /** Made by ECS for a capacity provider in a cluster. */
  managed?: { provider: string; cluster: string } | undefined;
  /** ms; simple scaling waits until then. */
  cooldownUntil?: number | undefined;
}

export interface GroupScheduleRecord {
  action: ScheduledUpdateGroupAction & { AutoScalingGroupName: string; ScheduledActionName: string };
  /** ms; undefined when it will not run any more. */
  nextAt: number | undefined;
}

export const groupKey = (group: string, name: string): string => `${group}|${name}`;
/** By `groupKey`. */
export const groupPolicies = (region: Region): Map<string, GroupPolicyRecord> => region.table("autoscaling/policies");
/** By `groupKey`. */
export const groupSchedules = (region: Region): Map<string, GroupScheduleRecord> =>
  region.table("autoscaling/scheduled-actions");

export const groups = (region: Region): Map<string, GroupRecord> => region.table("autoscaling/groups");
/** Groups that are gone, for DescribeScalingActivities with IncludeDeletedGroups. */
export const deletedGroups = (region: Region): Map<string, GroupRecord> => region.table("autoscaling/deleted-groups");
