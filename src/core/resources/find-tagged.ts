import type { Aws } from "../aws/aws.ts";
import { ownerTag } from "../plan/resource.ts";
import { fromTags, type Tags } from "./tags.ts";

export interface Tagged {
  /** `security-group/sg-0123`. */
  id: string;
  tags: Tags;
  /** Tries to delete it: true when AWS accepted, false when it cannot go yet. Absent: it goes with something else. */
  remove?: () => Promise<boolean>;
}

type Found = Omit<Tagged, "tags">;

/** What carries the app's mark, found by the tag alone, so also what `ecsctl.yaml` no longer names. */
export async function findTagged(aws: Aws, app: string): Promise<Tagged[]> {
  const found = await Promise.all([
    findGroups(aws, app),
    findEc2(aws, app),
    findInstances(aws, app),
    findProviders(aws, app),
    findClusters(aws, app),
    findBalancers(aws, app),
    findTopics(aws, app),
  ]);
  return found.flat().map((tagged) => ({ ...tagged, tags: { [ownerTag]: app } }));
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

/** Load balancers first: their target groups cannot go before them. */
async function findBalancers(aws: Aws, app: string): Promise<Found[]> {
  const [balancers, groups] = await Promise.all([
    aws.all("elbv2", "DescribeLoadBalancers", {}, (page) => page.LoadBalancers),
    aws.all("elbv2", "DescribeTargetGroups", {}, (page) => page.TargetGroups),
  ]);
  const found = [
    ...balancers.map(({ LoadBalancerArn: arn = "", LoadBalancerName: name = "" }) => ({
      arn,
      id: `load-balancer/${name}`,
      remove: () => accepted(aws.call("elbv2", "DeleteLoadBalancer", { LoadBalancerArn: arn })),
    })),
    ...groups.map(({ TargetGroupArn: arn = "", TargetGroupName: name = "" }) => ({
      arn,
      id: `target-group/${name}`,
      remove: () => accepted(aws.call("elbv2", "DeleteTargetGroup", { TargetGroupArn: arn })),
    })),
  ];
  const owned = new Set<string>();
  for (let from = 0; from < found.length; from += 20) {
    const ResourceArns = found.slice(from, from + 20).map(({ arn }) => arn);
    const { TagDescriptions = [] } = await aws.call("elbv2", "DescribeTags", { ResourceArns });
    for (const { ResourceArn = "", Tags } of TagDescriptions)
      if (fromTags(Tags)[ownerTag] === app) owned.add(ResourceArn);
  }
  return found.filter(({ arn }) => owned.has(arn)).map(({ id, remove }) => ({ id, remove }));
}

async function findTopics(aws: Aws, app: string): Promise<Found[]> {
  const topics = await aws.all("sns", "ListTopics", {}, (page) => page.Topics);
  const tagged = await Promise.all(
    topics.map(async ({ TopicArn: arn = "" }) => {
      const answer = await aws.call("sns", "ListTagsForResource", { ResourceArn: arn }).catch(() => undefined);
      return { arn, owned: fromTags(answer?.Tags)[ownerTag] === app };
    }),
  );
  return tagged
    .filter(({ owned }) => owned)
    .map(({ arn }) => ({
      id: `sns-topic/${arn.slice(arn.lastIndexOf(":") + 1)}`,
      remove: () => accepted(aws.call("sns", "DeleteTopic", { TopicArn: arn })),
    }));
}

async function findProviders(aws: Aws, app: string): Promise<Found[]> {
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

async function findClusters(aws: Aws, app: string): Promise<Found[]> {
  const arns = await aws.all("ecs", "ListClusters", {}, (page) => page.clusterArns);
  if (arns.length === 0) return [];
  const { clusters = [] } = await aws.call("ecs", "DescribeClusters", {
    clusters: arns.slice(0, 100),
    include: ["TAGS"],
  });
  const owned = clusters.filter((cluster) => cluster.status === "ACTIVE" && fromTags(cluster.tags)[ownerTag] === app);
  const services = await Promise.all(owned.map(({ clusterName = "" }) => findServices(aws, app, clusterName)));
  const found = owned.map(({ clusterName: name = "" }) => ({
    id: `ecs-cluster/${name}`,
    remove: () => accepted(aws.call("ecs", "DeleteCluster", { cluster: name })),
  }));
  return [...services.flat(), ...found];
}

async function findServices(aws: Aws, app: string, cluster: string): Promise<Found[]> {
  const arns = await aws.all("ecs", "ListServices", { cluster }, (page) => page.serviceArns);
  if (arns.length === 0) return [];
  const { services = [] } = await aws.call("ecs", "DescribeServices", {
    cluster,
    services: arns.slice(0, 10),
    include: ["TAGS"],
  });
  return services
    .filter((service) => service.status === "ACTIVE" && fromTags(service.tags)[ownerTag] === app)
    .map(({ serviceName: service = "" }) => ({
      id: `ecs-service/${service}`,
      remove: () => accepted(aws.call("ecs", "DeleteService", { cluster, service, force: true })),
    }));
}
