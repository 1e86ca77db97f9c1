import type { Cluster, ClusterField } from "@aws-sdk/client-ecs";
import {
  capacityProviders,
  type ClusterRecord,
  containerInstances,
  isFargate,
  type ServiceRecord,
  services,
  type TaskRecord,
  tasks,
} from "../../world/records/ecs.ts";
import type { Region } from "../../world/world.ts";

const isRunning = (task: TaskRecord): boolean => task.phase === "RUNNING" || task.phase === "DEACTIVATING";
const isPending = (task: TaskRecord): boolean => ["PROVISIONING", "PENDING", "ACTIVATING"].includes(task.phase);

/** A cluster as DescribeClusters shows it; the optional parts only when they are asked for. */
export function describeCluster(
  region: Region,
  cluster: ClusterRecord,
  include: readonly (ClusterField | string)[] = ["SETTINGS", "CONFIGURATIONS", "TAGS", "ATTACHMENTS"],
): Cluster {
  const own = [...tasks(region).values()].filter((task) => task.clusterName === cluster.name);
  const ownServices = [...services(region).values()].filter((one) => one.clusterName === cluster.name);
  const hosts = [...containerInstances(region).values()].filter(
    (one) => one.clusterName === cluster.name && one.status !== "INACTIVE",
  );
  const has = (field: ClusterField) => include.includes(field);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: hosts.length,
    runningTasksCount: own.filter(isRunning).length,
    pendingTasksCount: own.filter(isPending).length,
    activeServicesCount: ownServices.filter((one) => one.status === "ACTIVE").length,
    statistics: has("STATISTICS") ? countByLaunchType(own, ownServices) : [],
    tags: has("TAGS") ? cluster.tags : [],
    settings: has("SETTINGS") ? cluster.settings : [],
    ...(has("CONFIGURATIONS") && cluster.configuration ? { configuration: cluster.configuration } : {}),
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultStrategy,
    ...(has("ATTACHMENTS") ? describeAttachments(region, cluster) : {}),
    ...(cluster.serviceConnectDefaults ? { serviceConnectDefaults: cluster.serviceConnectDefaults } : {}),
  };
}

function countByLaunchType(own: readonly TaskRecord[], ownServices: readonly ServiceRecord[]) {
  const kinds = ["EC2", "Fargate"] as const;
  const tasksOn = (kind: (typeof kinds)[number], test: (task: TaskRecord) => boolean) =>
    own.filter((task) => task.task.launchType === kind.toUpperCase() && test(task)).length;
  const servicesOn = (kind: (typeof kinds)[number], status: ServiceRecord["status"]) =>
    ownServices.filter((one) => one.status === status && isFargate(one) === (kind === "Fargate")).length;
  const count = (name: string, of: (kind: (typeof kinds)[number]) => number) =>
    kinds.map((kind) => ({ name: name.replace("KIND", kind), value: String(of(kind)) }));
  return [
    ...count("runningKINDTasksCount", (kind) => tasksOn(kind, isRunning)),
    ...count("pendingKINDTasksCount", (kind) => tasksOn(kind, isPending)),
    ...count("activeKINDServiceCount", (kind) => servicesOn(kind, "ACTIVE")),
    ...count("drainingKINDServiceCount", (kind) => servicesOn(kind, "DRAINING")),
  ];
}

/** The scaling policies that ECS keeps in the Auto Scaling groups of the cluster's capacity providers. */
function describeAttachments(
  region: Region,
  cluster: ClusterRecord,
): Pick<Cluster, "attachments" | "attachmentsStatus"> {
  const busy = cluster.busyUntil !== undefined;
  const attachments = cluster.capacityProviders
    .map((name) => capacityProviders(region).get(name))
    .filter((provider) => provider?.provider.managedScaling?.status === "ENABLED")
    .map((provider) => ({
      id: (provider?.arn ?? "").replaceAll(/[^0-9a-f]/g, "").slice(-8),
      type: "as_policy",
      status: busy ? "PRECREATED" : "CREATED",
      details: [
        { name: "capacityProviderName", value: provider?.name ?? "" },
        { name: "scalingPolicyName", value: `ECSManagedAutoScalingPolicy-${provider?.name}` },
      ],
    }));
  if (attachments.length === 0 && !busy) return { attachments };
  return { attachments, attachmentsStatus: busy ? "UPDATE_IN_PROGRESS" : "UPDATE_COMPLETE" };
}
