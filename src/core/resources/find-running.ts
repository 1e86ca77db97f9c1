import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { accepted, type Found } from "./found.ts";
import { namesIn } from "./tagged-arns.ts";

/** Services, what stands before them, what they write to and are made of; in the order in which they can go. */
export async function findRunning(aws: Aws, arns: readonly string[]): Promise<Found[]> {
  const found = await Promise.all([
    findServices(aws, namesIn(arns, "ecs", "service/")),
    findBalancers(
      aws,
      arns.filter((arn) => arn.includes(":loadbalancer/")),
    ),
    findTargetGroups(
      aws,
      arns.filter((arn) => arn.includes(":targetgroup/")),
    ),
    findLogGroups(aws, namesIn(arns, "logs", "log-group:")),
    findRepositories(aws, namesIn(arns, "ecr", "repository/")),
    findFamilies(aws, namesIn(arns, "ecs", "task-definition/")),
    findProviders(aws, namesIn(arns, "ecs", "capacity-provider/")),
    findClusters(aws, namesIn(arns, "ecs", "cluster/")),
  ]);
  return found.flat();
}

/** `CLUSTER/SERVICE`; DescribeServices takes ten of one cluster. */
async function findServices(aws: Aws, names: readonly string[]): Promise<Found[]> {
  const places = names.map((name) => name.split("/")).filter((parts) => parts.length === 2);
  const byCluster = Map.groupBy(places, ([cluster = ""]) => cluster);
  const found: Found[] = [];
  for (const [cluster, all] of byCluster)
    for (let from = 0; from < all.length; from += 10) {
      const services = all.slice(from, from + 10).map(([, service = ""]) => service);
      const answer = await unlessMissing(
        aws.call("ecs", "DescribeServices", { cluster, services }),
        "ClusterNotFoundException",
      );
      for (const { serviceName: service = "", status } of answer?.services ?? [])
        if (status === "ACTIVE")
          found.push({
            id: `ecs-service/${service}`,
            remove: () => accepted(aws.call("ecs", "DeleteService", { cluster, service, force: true })),
          });
    }
  return found;
}

/** By ARN one by one: one that is gone would make the whole question an error. */
async function findBalancers(aws: Aws, arns: readonly string[]): Promise<Found[]> {
  const found = await Promise.all(
    arns.map((arn) =>
      unlessMissing(
        aws.call("elbv2", "DescribeLoadBalancers", { LoadBalancerArns: [arn] }),
        "LoadBalancerNotFoundException",
      ),
    ),
  );
  return found.flatMap((answer) =>
    (answer?.LoadBalancers ?? []).map(({ LoadBalancerArn: arn = "", LoadBalancerName: name = "" }) => ({
      id: `load-balancer/${name}`,
      remove: () => accepted(aws.call("elbv2", "DeleteLoadBalancer", { LoadBalancerArn: arn })),
    })),
  );
}

async function findTargetGroups(aws: Aws, arns: readonly string[]): Promise<Found[]> {
  const found = await Promise.all(
    arns.map((arn) =>
      unlessMissing(
        aws.call("elbv2", "DescribeTargetGroups", { TargetGroupArns: [arn] }),
        "TargetGroupNotFoundException",
      ),
    ),
  );
  return found.flatMap((answer) =>
    (answer?.TargetGroups ?? []).map(({ TargetGroupArn: arn = "", TargetGroupName: name = "" }) => ({
      id: `target-group/${name}`,
      remove: () => accepted(aws.call("elbv2", "DeleteTargetGroup", { TargetGroupArn: arn })),
    })),
  );
}

async function findLogGroups(aws: Aws, names: readonly string[]): Promise<Found[]> {
  const found = await Promise.all(
    names.map((name) => aws.all("logs", "DescribeLogGroups", { logGroupNamePrefix: name }, (page) => page.logGroups)),
  );
  return names
    .filter((name, index) => found[index]?.some(({ logGroupName }) => logGroupName === name))
    .map((name) => ({
      id: `log-group/${name}`,
      remove: () => accepted(aws.call("logs", "DeleteLogGroup", { logGroupName: name })),
    }));
}

async function findRepositories(aws: Aws, names: readonly string[]): Promise<Found[]> {
  const found = await Promise.all(
    names.map((name) =>
      unlessMissing(
        aws.call("ecr", "DescribeRepositories", { repositoryNames: [name] }),
        "RepositoryNotFoundException",
      ),
    ),
  );
  return names
    .filter((_name, index) => found[index])
    .map((name) => ({
      id: `ecr-repository/${name}`,
      remove: () => accepted(aws.call("ecr", "DeleteRepository", { repositoryName: name, force: true })),
    }));
}

/** `FAMILY:REVISION`; revisions that are being deleted are still told by their tags, but in no list. */
async function findFamilies(aws: Aws, names: readonly string[]): Promise<Found[]> {
  const byFamily = Map.groupBy(names, (name) => name.slice(0, name.lastIndexOf(":")));
  const found = await Promise.all([...byFamily].map(([family, revisions]) => findFamily(aws, family, revisions)));
  return found.flat();
}

async function findFamily(aws: Aws, family: string, ours: readonly string[]): Promise<Found[]> {
  const list = async (status: "ACTIVE" | "INACTIVE"): Promise<string[]> => {
    const arns = await aws.all(
      "ecs",
      "ListTaskDefinitions",
      { familyPrefix: family, status },
      (page) => page.taskDefinitionArns,
    );
    return arns.filter((arn) => ours.includes(arn.slice(arn.lastIndexOf("/") + 1)));
  };
  const [active, inactive] = await Promise.all([list("ACTIVE"), list("INACTIVE")]);
  const all = [...active, ...inactive];
  const remove = async (): Promise<void> => {
    for (const arn of active) await aws.call("ecs", "DeregisterTaskDefinition", { taskDefinition: arn });
    for (let from = 0; from < all.length; from += 10)
      await aws.call("ecs", "DeleteTaskDefinitions", { taskDefinitions: all.slice(from, from + 10) });
  };
  return all.length === 0 ? [] : [{ id: `task-definition/${family}`, remove: () => accepted(remove()) }];
}

async function findProviders(aws: Aws, names: readonly string[]): Promise<Found[]> {
  if (names.length === 0) return [];
  const answer = await unlessMissing(
    aws.call("ecs", "DescribeCapacityProviders", { capacityProviders: names.slice(0, 100) }),
    "ResourceNotFoundException",
  );
  return (answer?.capacityProviders ?? [])
    .filter(({ status, updateStatus }) => status !== "INACTIVE" && updateStatus !== "DELETE_COMPLETE")
    .map(({ name = "" }) => ({
      id: `capacity-provider/${name}`,
      remove: () => accepted(aws.call("ecs", "DeleteCapacityProvider", { capacityProvider: name })),
    }));
}

async function findClusters(aws: Aws, names: readonly string[]): Promise<Found[]> {
  if (names.length === 0) return [];
  const { clusters = [] } = await aws.call("ecs", "DescribeClusters", { clusters: names.slice(0, 100) });
  return clusters
    .filter(({ status }) => status === "ACTIVE")
    .map(({ clusterName: name = "" }) => ({
      id: `ecs-cluster/${name}`,
      remove: () => accepted(aws.call("ecs", "DeleteCluster", { cluster: name })),
    }));
}
