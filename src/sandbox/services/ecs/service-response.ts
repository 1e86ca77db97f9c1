import type { Deployment, Service } from "@aws-sdk/client-ecs";
import type { DeploymentRecord, ServiceRecord, TaskRecord } from "../../world/records/ecs.ts";
import { isFargate, isWanted } from "../../world/records/ecs.ts";
import { deploymentId } from "../../world/deployment-failure.ts";
import { primaryOf } from "../../world/rollouts.ts";
import { tasksOf } from "../../world/services.ts";
import type { Region } from "../../world/world.ts";

const isRunning = (task: TaskRecord): boolean => task.phase === "RUNNING";
const isPending = (task: TaskRecord): boolean =>
  isWanted(task) && ["PROVISIONING", "PENDING", "ACTIVATING"].includes(task.phase);

/** Running and pending tasks, as services, deployments and revisions count them. */
export function countTasks(own: readonly TaskRecord[], deployment?: DeploymentRecord) {
  const counted = deployment ? own.filter((task) => task.deployment === deployment.number) : own;
  return { running: counted.filter(isRunning).length, pending: counted.filter(isPending).length };
}

/** A service as DescribeServices shows it. */
export function describeService(region: Region, service: ServiceRecord, withTags: boolean): Service {
  const own = tasksOf(region, service);
  const { running, pending } = countTasks(own);
  const primary = primaryOf(service);
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: region.arn("ecs", `cluster/${service.clusterName}`),
    loadBalancers: service.loadBalancers,
    ...(service.healthCheckGracePeriodSeconds === undefined
      ? {}
      : { healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds }),
    serviceRegistries: [],
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: running,
    pendingCount: pending,
    ...(service.launchType === undefined ? {} : { launchType: service.launchType }),
    ...(service.strategy.length === 0 ? {} : { capacityProviderStrategy: service.strategy }),
    ...(isFargate(service) ? { platformVersion: "LATEST", platformFamily: "Linux" } : {}),
    taskDefinition: service.taskDefinitionArn,
    deploymentConfiguration: service.deploymentConfiguration,
    deployments: listDeployments(service).map((deployment) => describeDeployment(service, deployment, own)),
    events: service.events,
    createdAt: service.createdAt,
    createdBy: service.createdBy,
    ...(primary ? describeRevisions(service, primary, own) : {}),
    placementConstraints: service.placementConstraints,
    placementStrategy: service.placementStrategy,
    ...(service.networkConfiguration ? { networkConfiguration: service.networkConfiguration } : {}),
    schedulingStrategy: "REPLICA",
    deploymentController: { type: "ECS" },
    tags: withTags ? service.tags : [],
    enableECSManagedTags: service.enableECSManagedTags,
    propagateTags: service.propagateTags,
    enableExecuteCommand: service.enableExecuteCommand,
    availabilityZoneRebalancing: "DISABLED",
  };
}

/** The primary first, then the others, newest first. */
function listDeployments(service: ServiceRecord): DeploymentRecord[] {
  const shown = service.deployments.filter((one) => one.status !== "GONE");
  return shown.toSorted((a, b) => Number(b.status === "PRIMARY") - Number(a.status === "PRIMARY"));
}

function describeDeployment(
  service: ServiceRecord,
  deployment: DeploymentRecord,
  own: readonly TaskRecord[],
): Deployment {
  const { running, pending } = countTasks(own, deployment);
  const wanted = own.filter((task) => task.deployment === deployment.number && isWanted(task)).length;
  return {
    id: deploymentId(deployment),
    status: deployment.status,
    taskDefinition: deployment.taskDefinitionArn,
    desiredCount: deployment.status === "PRIMARY" ? service.desiredCount : wanted,
    pendingCount: pending,
    runningCount: running,
    failedTasks: deployment.failedTasks,
    createdAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    ...(deployment.launchType === undefined ? {} : { launchType: deployment.launchType }),
    ...(deployment.strategy.length === 0 ? {} : { capacityProviderStrategy: deployment.strategy }),
    ...(deployment.networkConfiguration ? { networkConfiguration: deployment.networkConfiguration } : {}),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

function describeRevisions(
  service: ServiceRecord,
  primary: DeploymentRecord,
  own: readonly TaskRecord[],
): Pick<Service, "currentServiceDeployment" | "currentServiceRevisions"> {
  const { running, pending } = countTasks(own, primary);
  const deploying = primary.rolloutState === "IN_PROGRESS";
  return {
    ...(deploying ? { currentServiceDeployment: primary.serviceDeploymentArn } : {}),
    currentServiceRevisions: [
      {
        arn: primary.revisionArn,
        requestedTaskCount: service.desiredCount,
        runningTaskCount: running,
        pendingTaskCount: pending,
      },
    ],
  };
}
