import type { Tag } from "@aws-sdk/client-ec2";
import { ApiError } from "../wire/api.ts";
import { addActivity, causeOf } from "./activities.ts";
import { launchInstance, planLaunch } from "./launch.ts";
import { type GroupRecord, isLeaving } from "./records/autoscaling.ts";
import { instances, subnets } from "./records/ec2.ts";
import { findTemplate, findVersion } from "./templates.ts";
import type { Region } from "./world.ts";

/** After a failed launch a zone is left alone for that long, and then tried again; ms of the world's time. */
const retryMs = 60_000;
/** For that long a zone that failed comes after the others. */
const mistrustMs = 600_000;

/** Launches so many instances, balanced over the group's zones; a failure goes into the history and moves to another zone. */
export function launchForGroup(region: Region, group: GroupRecord, count: number, at: Date): void {
  const before = group.desired - count;
  const cause = launchCause(group, before, at);
  for (let launched = 0; launched < count;) {
    const subnetId = chooseSubnet(region, group, at);
    if (!subnetId) return;
    if (launchInto(region, group, subnetId, cause, at)) launched++;
  }
  group.request = undefined;
  group.replacements = 0;
}

function launchCause(group: GroupRecord, before: number, at: Date): string {
  if (group.replacements && !group.request)
    return causeOf([at, "an instance was launched in response to an unhealthy instance needing to be replaced"]);
  const started =
    "an instance was started in response to a difference between desired and actual capacity, " +
    `increasing the capacity from ${before} to ${group.desired}`;
  return causeOf(group.request && [group.request.at, group.request.text], [at, started]);
}

function launchInto(region: Region, group: GroupRecord, subnetId: string, cause: string, at: Date): boolean {
  try {
    const template = findTemplate(region, { LaunchTemplateId: group.launchTemplate.id });
    const version = findVersion(template, group.launchTemplate.version);
    const plan = planLaunch(region, version.data, subnetId);
    const launchTemplate = { id: template.id, name: template.name, version: String(version.number) };
    const specified = version.data.TagSpecifications?.find((one) => one.ResourceType === "instance")?.Tags ?? [];
    const tags = instanceTags(group, launchTemplate, specified);
    const instance = launchInstance(region, plan, { groupName: group.name, launchTemplate, tags }, at.getTime());
    group.members.push({
      instanceId: instance.id,
      lifecycleState: "Pending",
      protectedFromScaleIn: group.newInstancesProtected,
    });
    addActivity(region, group, {
      description: `Launching a new EC2 instance: ${instance.id}`,
      cause,
      at,
      subnetId,
    }).StatusCode = "PreInService";
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    tellFailure(region, group, subnetId, `${error.message} Launching EC2 instance failed.`, cause, at);
    return false;
  }
}

function instanceTags(group: GroupRecord, template: { id: string; version: string }, specified: readonly Tag[]): Tag[] {
  const own = group.tags.filter((tag) => tag.PropagateAtLaunch).map(({ Key, Value }) => ({ Key, Value }));
  const merged = new Map([...specified, ...own].map((tag) => [tag.Key, tag]));
  return [
    ...merged.values(),
    { Key: "aws:autoscaling:groupName", Value: group.name },
    { Key: "aws:ec2launchtemplate:id", Value: template.id },
    { Key: "aws:ec2launchtemplate:version", Value: template.version },
  ];
}

function tellFailure(region: Region, group: GroupRecord, subnetId: string, message: string, cause: string, at: Date) {
  const zone = subnets(region).get(subnetId)?.availabilityZone ?? subnetId;
  group.failures = { ...group.failures, [zone]: at };
  const description = `Launching a new EC2 instance.  Status Reason: ${message}`;
  addActivity(region, group, { description, cause, at, subnetId, status: "Failed", message });
}

/** The subnet in the zone with the fewest instances of the group; undefined while all zones have just failed. */
function chooseSubnet(region: Region, group: GroupRecord, at: Date): string | undefined {
  const zoneOf = (subnetId: string): string => subnets(region).get(subnetId)?.availabilityZone ?? subnetId;
  const sinceFailure = (subnetId: string): number =>
    at.getTime() - (group.failures?.[zoneOf(subnetId)]?.getTime() ?? -Infinity);
  const size = (subnetId: string): number =>
    group.members.filter(
      (member) => !isLeaving(member) && instances(region).get(member.instanceId)?.availabilityZone === zoneOf(subnetId),
    ).length;
  const mistrust = (subnetId: string): number => (sinceFailure(subnetId) < mistrustMs ? 1 : 0);
  return group.subnetIds
    .filter((subnetId) => sinceFailure(subnetId) >= retryMs)
    .toSorted((one, other) => mistrust(one) - mistrust(other) || size(one) - size(other))[0];
}
