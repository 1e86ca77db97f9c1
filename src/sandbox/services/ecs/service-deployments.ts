import { ServiceNotFoundException } from "@aws-sdk/client-ecs";
import type * as ecs from "@aws-sdk/client-ecs";
import type { ServiceDeployment, ServiceDeploymentStatus, ServiceRevision } from "@aws-sdk/client-ecs";
import { type Handler, meta, page } from "../../wire/api.ts";
import { definitionOf, type DeploymentRecord, type ServiceRecord, services } from "../../world/records/ecs.ts";
import { breakerThreshold } from "../../world/rollouts.ts";
import { tasksOf } from "../../world/services.ts";
import type { Region } from "../../world/world.ts";
import { findCluster, findService } from "./find.ts";
import { countTasks } from "./service-response.ts";

const statusOf = (deployment: DeploymentRecord): ServiceDeploymentStatus =>
  deployment.outcome ?? (deployment.rolloutState === "COMPLETED" ? "SUCCESSFUL" : "IN_PROGRESS");

function* everyDeployment(region: Region): Generator<{ service: ServiceRecord; deployment: DeploymentRecord }> {
  for (const service of services(region).values())
    for (const deployment of service.deployments) yield { service, deployment };
}

function describeDeployment(region: Region, service: ServiceRecord, deployment: DeploymentRecord): ServiceDeployment {
  const { running, pending } = countTasks(tasksOf(region, service), deployment);
  const breaker = service.deploymentConfiguration.deploymentCircuitBreaker;
  const monitor = deployment.rolloutState === "FAILED" ? "TRIGGERED" : "MONITORING";
  const watched = deployment.rolloutState === "COMPLETED" ? "MONITORING_COMPLETE" : monitor;
  return {
    serviceDeploymentArn: deployment.serviceDeploymentArn,
    serviceArn: service.arn,
    clusterArn: region.arn("ecs", `cluster/${service.clusterName}`),
    createdAt: deployment.createdAt,
    startedAt: deployment.createdAt,
    updatedAt: deployment.updatedAt,
    ...(deployment.finishedAt ? { finishedAt: deployment.finishedAt } : {}),
    sourceServiceRevisions: deployment.sources.map((arn) => ({ arn })),
    targetServiceRevision: {
      arn: deployment.revisionArn,
      requestedTaskCount: service.desiredCount,
      runningTaskCount: running,
      pendingTaskCount: pending,
    },
    status: statusOf(deployment),
    ...(deployment.outcomeReason === undefined ? {} : { statusReason: deployment.outcomeReason }),
    deploymentConfiguration: service.deploymentConfiguration,
    ...(deployment.rollbackTo ? { rollback: describeRollback(deployment.rollbackTo) } : {}),
    deploymentCircuitBreaker: {
      status: breaker?.enable ? watched : "DISABLED",
      failureCount: deployment.failedTasks,
      threshold: breakerThreshold(service.deploymentConfiguration, service.desiredCount),
    },
    ...describeAlarms(service, deployment, watched),
  };
}

function describeAlarms(
  service: ServiceRecord,
  deployment: DeploymentRecord,
  watched: NonNullable<ServiceDeployment["alarms"]>["status"],
) {
  const { enable, alarmNames = [] } = service.deploymentConfiguration.alarms ?? {};
  if (!enable) return {};
  const { triggeredAlarms } = deployment;
  const status = watched === "TRIGGERED" && !triggeredAlarms ? "MONITORING_COMPLETE" : watched;
  return { alarms: { status, alarmNames, ...(triggeredAlarms ? { triggeredAlarmNames: triggeredAlarms } : {}) } };
}

const describeRollback = (rollback: NonNullable<DeploymentRecord["rollbackTo"]>) => ({
  reason: rollback.reason,
  startedAt: rollback.startedAt,
  serviceRevisionArn: rollback.revisionArn,
});

export const describeServiceDeployments: Handler<typeof ecs, "DescribeServiceDeployments"> = (input, { region }) => {
  const all = [...everyDeployment(region)];
  const found = (input.serviceDeploymentArns ?? []).map((arn) => ({
    arn,
    hit: all.find(({ deployment }) => deployment.serviceDeploymentArn === arn),
  }));
  return {
    serviceDeployments: found.flatMap(({ hit }) =>
      hit ? [describeDeployment(region, hit.service, hit.deployment)] : [],
    ),
    failures: found.filter(({ hit }) => !hit).map(({ arn }) => ({ arn, reason: "MISSING" })),
  };
};

/** Newest first. */
export const listServiceDeployments: Handler<typeof ecs, "ListServiceDeployments"> = (input, { region }) => {
  const service = findService(region, findCluster(region, input.cluster), input.service);
  if (service.status === "INACTIVE") throw new ServiceNotFoundException({ message: "Service not found.", ...meta });
  const { after, before } = input.createdAt ?? {};
  const matching = service.deployments.filter(
    (one) =>
      (!input.status?.length || input.status.includes(statusOf(one))) &&
      (!after || one.createdAt >= after) &&
      (!before || one.createdAt <= before),
  );
  const { items, next } = page(matching, input.nextToken, input.maxResults ?? 20);
  return {
    serviceDeployments: items.map((one) => ({
      serviceDeploymentArn: one.serviceDeploymentArn,
      serviceArn: service.arn,
      clusterArn: region.arn("ecs", `cluster/${service.clusterName}`),
      startedAt: one.createdAt,
      createdAt: one.createdAt,
      ...(one.finishedAt ? { finishedAt: one.finishedAt } : {}),
      targetServiceRevisionArn: one.revisionArn,
      status: statusOf(one),
      ...(one.outcomeReason === undefined ? {} : { statusReason: one.outcomeReason }),
    })),
    ...(next === undefined ? {} : { nextToken: next }),
  };
};

function describeRevision(region: Region, service: ServiceRecord, deployment: DeploymentRecord): ServiceRevision {
  const images = definitionOf(region, deployment.taskDefinitionArn)?.definition.containerDefinitions ?? [];
  return {
    serviceRevisionArn: deployment.revisionArn,
    serviceArn: service.arn,
    clusterArn: region.arn("ecs", `cluster/${service.clusterName}`),
    taskDefinition: deployment.taskDefinitionArn,
    ...(deployment.launchType === undefined ? {} : { launchType: deployment.launchType }),
    ...(deployment.strategy.length === 0 ? {} : { capacityProviderStrategy: deployment.strategy }),
    containerImages: images.map(({ name, image }) => ({
      containerName: name,
      image,
      ...(image?.includes("@") ? { imageDigest: image.split("@")[1] } : {}),
    })),
    ...(deployment.monitoring === undefined ? {} : { monitoring: deployment.monitoring }),
    guardDutyEnabled: false,
    createdAt: deployment.createdAt,
  };
}

export const describeServiceRevisions: Handler<typeof ecs, "DescribeServiceRevisions"> = (input, { region }) => {
  const all = [...everyDeployment(region)];
  const found = (input.serviceRevisionArns ?? []).map((arn) => ({
    arn,
    hit: all.find(({ deployment }) => deployment.revisionArn === arn),
  }));
  return {
    serviceRevisions: found.flatMap(({ hit }) => (hit ? [describeRevision(region, hit.service, hit.deployment)] : [])),
    failures: found.filter(({ hit }) => !hit).map(({ arn }) => ({ arn, reason: "MISSING" })),
  };
};
