import type {
  AutoScalingGroupProvider,
  CapacityProviderStrategyItem,
  CapacityProviderUpdateStatus,
  ClusterConfiguration,
  ClusterServiceConnectDefaults,
  ClusterSetting,
  DeploymentConfiguration,
  LaunchType,
  LoadBalancer,
  MonitoringConfiguration,
  NetworkConfiguration,
  PlacementConstraint,
  PlacementStrategy,
  PropagateTags,
  ServiceEvent,
  Tag,
  Task,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { Region } from "../world.ts";

export interface ClusterRecord {
  name: string;
  arn: string;
  status: "ACTIVE" | "DEPROVISIONING" | "INACTIVE";
  settings: ClusterSetting[];
  configuration?: ClusterConfiguration | undefined;
  serviceConnectDefaults?: ClusterServiceConnectDefaults | undefined;
  capacityProviders: string[];
  defaultStrategy: CapacityProviderStrategyItem[];
  /** While attachments of capacity providers change, in ms of the world; updates are refused until then. */
  busyUntil?: number | undefined;
  /** When it became INACTIVE. */
  deletedAt?: Date | undefined;
  tags: Tag[];
}

export interface CapacityProviderRecord {
  name: string;
  arn: string;
  status: "ACTIVE" | "INACTIVE";
  provider: AutoScalingGroupProvider;
  updateStatus?: CapacityProviderUpdateStatus | undefined;
  tags: Tag[];
  deletedAt?: Date | undefined;
}

export interface ContainerInstanceRecord {
  id: string;
  arn: string;
  clusterName: string;
  ec2InstanceId: string;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  agentConnected: boolean;
  registeredAt: Date;
  deregisteredAt?: Date | undefined;
  /** Loopback address at which its tasks' host ports listen. */
  address: string;
  instanceType: string;
  availabilityZone: string;
  /** Registered CPU units and MiB. */
  cpu: number;
  memoryMiB: number;
  attributes: Record<string, string>;
  tags: Tag[];
  version: number;
  /** Next dynamic host port to try, so that a port is not used again at once. */
  nextPort: number;
}

export interface TaskDefinitionRecord {
  definition: TaskDefinition & { family: string; revision: number; taskDefinitionArn: string };
  tags: Tag[];
}

/** One rollout of a service, under both of its names: `deployments[]` and service deployment. */
export interface DeploymentRecord {
  /** The 19 digits of `ecs-svc/…`, also the id of the service revision. */
  number: string;
  serviceDeploymentArn: string;
  revisionArn: string;
  status: "PRIMARY" | "ACTIVE" | "GONE";
  rolloutState: "IN_PROGRESS" | "COMPLETED" | "FAILED";
  rolloutStateReason: string;
  taskDefinitionArn: string;
  launchType?: LaunchType | undefined;
  strategy: CapacityProviderStrategyItem[];
  networkConfiguration?: NetworkConfiguration | undefined;
  monitoring?: MonitoringConfiguration | undefined;
  failedTasks: number;
  createdAt: Date;
  updatedAt: Date;
  finishedAt?: Date | undefined;
  /** Alarms of the service that were on when it began: they do not end it. */
  ignoredAlarms?: string[] | undefined;
  /** Alarms that ended it. */
  triggeredAlarms?: string[] | undefined;
  /** Since when it has all that it wants, and only its alarms are watched. */
  wholeAt?: number | undefined;
  /** It was COMPLETED at some time, so a failed deployment may roll back to it. */
  proven: boolean;
  /** Status of the service deployment when it is not told by `rolloutState`. */
  outcome?: "STOPPED" | "ROLLBACK_IN_PROGRESS" | "ROLLBACK_SUCCESSFUL" | "ROLLBACK_FAILED" | undefined;
  outcomeReason?: string | undefined;
  /** The revisions it replaced. */
  sources: string[];
  /** The deployment whose failure this one (again) repairs. */
  rollbackOf?: string | undefined;
  rollbackTo?: { revisionArn: string; reason: string; startedAt: Date } | undefined;
}

export interface ServiceRecord {
  name: string;
  arn: string;
  clusterName: string;
  status: "ACTIVE" | "DRAINING" | "INACTIVE";
  desiredCount: number;
  taskDefinitionArn: string;
  launchType?: LaunchType | undefined;
  strategy: CapacityProviderStrategyItem[];
  deploymentConfiguration: DeploymentConfiguration;
  placementConstraints: PlacementConstraint[];
  placementStrategy: PlacementStrategy[];
  networkConfiguration?: NetworkConfiguration | undefined;
  loadBalancers: LoadBalancer[];
  healthCheckGracePeriodSeconds?: number | undefined;
  /** Which metrics are published every 20 s instead of once a minute. */
  monitoring?: MonitoringConfiguration | undefined;
  propagateTags: PropagateTags;
  enableECSManagedTags: boolean;
  enableExecuteCommand: boolean;
  clientToken?: string | undefined;
  createdAt: Date;
  createdBy: string;
  tags: Tag[];
  /** Newest first; the first is the newest ever, gone ones are kept for DescribeServiceDeployments. */
  deployments: DeploymentRecord[];
  /** Newest first, at most 100. */
  events: ServiceEvent[];
  steady: boolean;
  steadyToldAt?: number | undefined;
  /** The complaint told last and when, so that it is not repeated within six hours. */
  complaint?: { message: string; at: number } | undefined;
  /** No task is started before this moment (ms): the service throttle. */
  throttledUntil: number;
  deletedAt?: Date | undefined;
}

export type TaskPhase =
  | "PROVISIONING"
  | "PENDING"
  | "ACTIVATING"
  | "RUNNING"
  | "DEACTIVATING"
  | "STOPPING"
  | "DEPROVISIONING"
  | "STOPPED";

/** A task: what AWS shows of it (`task`), and what the scheduler and the agent know besides. */
export interface TaskRecord {
  id: string;
  clusterName: string;
  task: Task & { taskArn: string; taskDefinitionArn: string; createdAt: Date };
  phase: TaskPhase;
  /** When the phase began, in ms. */
  phaseAt: number;
  /** `deployments[].number` of the service that owns it. */
  deployment?: string | undefined;
  serviceName?: string | undefined;
  containerInstanceId?: string | undefined;
  capacityProviderName?: string | undefined;
  /** Its network interface, in network mode awsvpc. */
  interfaceId?: string | undefined;
  /** Reserved CPU units and MiB. */
  cpu: number;
  memoryMiB: number;
  placementConstraints: PlacementConstraint[];
  placementStrategy: PlacementStrategy[];
  /** The agent has been told to start the containers. */
  launched: boolean;
  /** Starts that failed because a dynamic port was taken. */
  portRetries: number;
  /** What the service scheduler has already taken note of. */
  noted: "nothing" | "healthy" | "ended";
}

export const clusters = (region: Region): Map<string, ClusterRecord> => region.table("ecs/clusters");
export const capacityProviders = (region: Region): Map<string, CapacityProviderRecord> =>
  region.table("ecs/capacity-providers");
/** By id. */
export const containerInstances = (region: Region): Map<string, ContainerInstanceRecord> =>
  region.table("ecs/container-instances");
/** By `family:revision`. */
export const taskDefinitions = (region: Region): Map<string, TaskDefinitionRecord> =>
  region.table("ecs/task-definitions");
/** By `cluster/service`. */
export const services = (region: Region): Map<string, ServiceRecord> => region.table("ecs/services");
/** By id. */
export const tasks = (region: Region): Map<string, TaskRecord> => region.table("ecs/tasks");

/** The capacity providers that every cluster may have without making them. */
export const fargateProviders = ["FARGATE", "FARGATE_SPOT"];

/** Whether tasks of that launch type or strategy run on Fargate. */
export const isFargate = (capacity: {
  launchType?: LaunchType | undefined;
  strategy: readonly CapacityProviderStrategyItem[];
}): boolean =>
  capacity.launchType === "FARGATE" ||
  capacity.strategy.some((item) => fargateProviders.includes(item.capacityProvider ?? ""));

/** What is behind the last slash (or all of it) of an ARN or a short name. */
export const lastPart = (arnOrName: string): string => arnOrName.slice(arnOrName.lastIndexOf("/") + 1);

/** `family:revision` of a task definition's ARN. */
export const definitionOf = (region: Region, arn: string): TaskDefinitionRecord | undefined =>
  taskDefinitions(region).get(lastPart(arn));

/** True while the task holds its place: everything that was not asked to stop. */
export const isWanted = (task: TaskRecord): boolean => task.task.desiredStatus === "RUNNING";

/** A 19-digit number as AWS gives them to deployments and revisions. */
export function deploymentNumber(region: Region): string {
  const digits = BigInt(`0x${region.id("", 15)}`) % 9_000_000_000_000_000_000n;
  return String(1_000_000_000_000_000_000n + digits);
}

/** A UUID made of the world's ids. */
export function uuid(region: Region): string {
  const hex = region.id("", 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
