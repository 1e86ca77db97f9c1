import type { Aws } from "../aws/aws.ts";
import { ownerTag } from "../plan/resource.ts";
import { fromTags } from "./tags.ts";

export interface Tagged {
  /** `security-group/sg-0123`. */
  id: string;
  /** Tries to delete it: true when AWS accepted, false when it cannot go yet. Absent: it goes with something else. */
  remove?: () => Promise<boolean>;
}

/** What carries the app's mark, found by the tag alone, so also what `ecsctl.yaml` no longer names. */
export async function findTagged(aws: Aws, app: string): Promise<Tagged[]> {
  const found = await Promise.all([
    findGroups(aws, app),
    findEc2(aws, app),
    findInstances(aws, app),
    findProviders(aws, app),
  ]);
  return found.flat();
}

/** A deletion that AWS refuses now (something still hangs on it) is tried again at the next look. */
async function accepted(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch {
    return false;
  }
}

async function findGroups(aws: Aws, app: string): Promise<Tagged[]> {
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

async function findEc2(aws: Aws, app: string): Promise<Tagged[]> {
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
async function findInstances(aws: Aws, app: string): Promise<Tagged[]> {
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

async function findProviders(aws: Aws, app: string): Promise<Tagged[]> {
  const providers = await aws.all(
    "ecs",
    "DescribeCapacityProviders",
    { include: ["TAGS"] },
    (page) => page.capacityProviders,
  );
  return providers
    .filter((provider) => fromTags(provider.tags)[ownerTag] === app && provider.status !== "INACTIVE")
    .filter((provider) => provider.updateStatus !== "DELETE_COMPLETE")
    .map(({ name = "" }) => ({
      id: `capacity-provider/${name}`,
      remove: () => accepted(aws.call("ecs", "DeleteCapacityProvider", { capacityProvider: name })),
    }));
}
