import type { Activity } from "@aws-sdk/client-auto-scaling";
import type { GroupRecord } from "./records/autoscaling.ts";
import { subnets } from "./records/ec2.ts";
import type { Region } from "./world.ts";

/** As many as one page of DescribeScalingActivities, three times. */
const kept = 300;

export interface NewActivity {
  description: string;
  cause: string;
  at: Date;
  subnetId?: string | undefined;
  status?: Activity["StatusCode"];
  message?: string;
}

/** Writes a scaling activity into the group's history, newest first; without a status it is in progress. */
export function addActivity(region: Region, group: GroupRecord, made: NewActivity): Activity {
  const subnet = made.subnetId ? subnets(region).get(made.subnetId) : undefined;
  const ended = made.status !== undefined;
  const activity: Activity = {
    ActivityId: activityId(region),
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    Description: made.description,
    Cause: made.cause,
    StartTime: made.at,
    ...(ended ? { EndTime: made.at } : {}),
    StatusCode: made.status ?? "InProgress",
    ...(made.message ? { StatusMessage: made.message } : {}),
    Progress: ended ? 100 : 50,
    Details: JSON.stringify(subnet ? { "Subnet ID": subnet.id, "Availability Zone": subnet.availabilityZone } : {}),
  };
  group.activities.unshift(activity);
  group.activities.length = Math.min(group.activities.length, kept);
  return activity;
}

/** Ends the activity that the group has under way for an instance. */
export function completeActivity(group: GroupRecord, instanceId: string, at: Date): void {
  for (const activity of group.activities) {
    if (activity.EndTime || !activity.Description?.endsWith(instanceId)) continue;
    activity.EndTime = at;
    activity.StatusCode = "Successful";
    activity.Progress = 100;
  }
}

/** `2026-01-31T10:20:30Z`: the form of times in causes. */
function causeTime(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}

/** The sentences of a cause, each with its time, as AWS sets them: two spaces between. */
export function causeOf(...sentences: (readonly [at: Date, text: string] | undefined)[]): string {
  return sentences
    .filter((sentence) => sentence !== undefined)
    .map(([at, text]) => `At ${causeTime(at)} ${text}.`)
    .join("  ");
}

function activityId(region: Region): string {
  const hex = region.id("", 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
