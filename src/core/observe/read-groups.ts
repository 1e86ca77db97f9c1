import type { AutoScalingGroup, Activity } from "@aws-sdk/client-auto-scaling";
import type { Aws } from "../aws/aws.ts";
import { isAwsError } from "../errors.ts";

/** An Auto Scaling group behind a capacity provider of the cluster, and what its newest launch came to. */
export interface GroupView {
  name: string;
  min: number;
  max: number;
  desired: number;
  instances: number;
  /** Instances that are on their way in. */
  launching: number;
  suspended: string[];
  /** Whether ECS sizes it. */
  managedScaling: boolean;
  /** Of the newest activity, when it failed; null otherwise. */
  failure: string | null;
}

interface Provider {
  group: string;
  managedScaling: boolean;
}

/** The Auto Scaling groups behind the cluster's capacity providers, by name. */
export async function readProviders(aws: Aws, cluster: string, signal?: AbortSignal): Promise<Provider[]> {
  const answer = await aws.call("ecs", "DescribeClusters", { clusters: [cluster] }, signal);
  const providers = (answer.clusters?.[0]?.capacityProviders ?? []).filter((name) => !name.startsWith("FARGATE"));
  if (providers.length === 0) return [];
  const described = await aws.call("ecs", "DescribeCapacityProviders", { capacityProviders: providers }, signal);
  return (described.capacityProviders ?? []).flatMap(({ autoScalingGroupProvider }) => {
    const arn = autoScalingGroupProvider?.autoScalingGroupArn;
    const managedScaling = autoScalingGroupProvider?.managedScaling?.status === "ENABLED";
    return arn ? [{ group: arn.slice(arn.lastIndexOf("/") + 1), managedScaling }] : [];
  });
}

/** What a group did lately, newest first; nothing when it is gone, as it may be a moment before its capacity provider. */
export async function readGroupActivities(
  aws: Aws,
  group: string,
  limit: number,
  signal?: AbortSignal,
): Promise<Activity[]> {
  try {
    const input = { AutoScalingGroupName: group, MaxRecords: limit };
    const page = await aws.call("autoscaling", "DescribeScalingActivities", input, signal);
    return page.Activities ?? [];
  } catch (error) {
    if (isAwsError(error, "ValidationError")) return [];
    throw error;
  }
}

/** The groups that could give the cluster another instance, and what hinders them. */
export async function readGroups(aws: Aws, cluster: string, signal?: AbortSignal): Promise<GroupView[]> {
  const providers = await readProviders(aws, cluster, signal);
  if (providers.length === 0) return [];
  const names = providers.map(({ group }) => group);
  const [groups, newest] = await Promise.all([
    aws.all(
      "autoscaling",
      "DescribeAutoScalingGroups",
      { AutoScalingGroupNames: names },
      (page) => page.AutoScalingGroups,
      signal,
    ),
    Promise.all(names.map(async (name) => (await readGroupActivities(aws, name, 1, signal))[0])),
  ]);
  return providers.flatMap(({ group: name, managedScaling }, index) => {
    const group = groups.find((one) => one.AutoScalingGroupName === name);
    return group ? [viewGroup(group, managedScaling, newest[index])] : [];
  });
}

function viewGroup(group: AutoScalingGroup, managedScaling: boolean, newest: Activity | undefined): GroupView {
  const instances = group.Instances ?? [];
  return {
    name: group.AutoScalingGroupName ?? "",
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    instances: instances.length,
    launching: instances.filter(({ LifecycleState }) => LifecycleState?.startsWith("Pending")).length,
    suspended: (group.SuspendedProcesses ?? []).map(({ ProcessName }) => ProcessName ?? ""),
    managedScaling,
    failure: newest?.StatusCode === "Failed" ? (newest.StatusMessage ?? "no reason given") : null,
  };
}
