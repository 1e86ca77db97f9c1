import type { Aws } from "../aws/aws.ts";
import { ownerTag } from "../plan/resource.ts";
import { findRunning } from "./find-running.ts";
import { findWatching } from "./find-watching.ts";
import { accepted, type Found } from "./found.ts";
import { listTaggedArns } from "./tagged-arns.ts";

/**
 * What carries the app's mark and is there, found by the tag alone, so also what `ecsctl.yaml` no longer names; in the
 * order in which it can go. The number of calls follows from how much there is of the app, not of the account.
 */
export async function findTagged(aws: Aws, app: string): Promise<Found[]> {
  const arns = await listTaggedArns(aws, app);
  const found = await Promise.all([
    findWatching(aws, arns),
    findRunning(aws, arns),
    findGroups(aws, app),
    findEc2(aws, app),
    findInstances(aws, app),
  ]);
  return found.flat();
}

async function findGroups(aws: Aws, app: string): Promise<Found[]> {
  const tags = await aws.all(
    "autoscaling",
    "DescribeTags",
    {
      Filters: [
        { Name: "key", Values: [ownerTag] },
        { Name: "value", Values: [app] },
      ],
    },
    (page) => page.Tags,
  );
  return tags.map(({ ResourceId: name = "" }) => ({
    id: `auto-scaling-group/${name}`,
    remove: () =>
      accepted(aws.call("autoscaling", "DeleteAutoScalingGroup", { AutoScalingGroupName: name, ForceDelete: true })),
  }));
}

const byTag = (app: string) => ({ Name: `tag:${ownerTag}`, Values: [app] });

async function findEc2(aws: Aws, app: string): Promise<Found[]> {
  const [groups, templates] = await Promise.all([
    aws.all("ec2", "DescribeSecurityGroups", { Filters: [byTag(app)] }, (page) => page.SecurityGroups),
    aws.all("ec2", "DescribeLaunchTemplates", { Filters: [byTag(app)] }, (page) => page.LaunchTemplates),
  ]);
  return [
    ...templates.map(({ LaunchTemplateId: id, LaunchTemplateName: name }) => ({
      id: `launch-template/${name}`,
      remove: () => accepted(aws.call("ec2", "DeleteLaunchTemplate", { LaunchTemplateId: id })),
    })),
    ...groups.map(({ GroupId: id, GroupName: name }) => ({
      id: `security-group/${name}`,
      remove: () => accepted(aws.call("ec2", "DeleteSecurityGroup", { GroupId: id })),
    })),
  ];
}

/** Instances go with their Auto Scaling group. */
async function findInstances(aws: Aws, app: string): Promise<Found[]> {
  const reservations = await aws.all(
    "ec2",
    "DescribeInstances",
    {
      Filters: [
        byTag(app),
        { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped", "shutting-down"] },
      ],
    },
    (page) => page.Reservations,
  );
  return reservations
    .flatMap((reservation) => reservation.Instances ?? [])
    .map((instance) => ({ id: `instance/${instance.InstanceId}` }));
}
