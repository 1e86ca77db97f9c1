import { createHash } from "node:crypto";
import type { Service } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { isTagChange, type Change, type LiveParts, type Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import { fromTags, toLowerTags, type Tags } from "./tags.ts";

export interface ServiceSpec {
  clusterName: string;
  name: string;
  taskDefinitionArn: string;
  desiredCount: number;
  /** Undefined: launch type EC2, or FARGATE. */
  capacityProvider: string | undefined;
  /** The network of its tasks; only on Fargate. */
  fargate?: { subnetIds: readonly string[]; securityGroupId: string; publicIp: boolean } | undefined;
  loadBalancer?: { targetGroupArn: string; container: string; port: number; graceSeconds: number } | undefined;
  minimumHealthyPercent: number;
  maximumPercent: number;
  /** `ecsctl.yaml` has a scaling block: the number of tasks is the scaling's after creation. */
  scaled: boolean;
  tags: Tags;
}

export interface ServiceLive extends LiveParts {
  fields: Fields;
  desiredCount: number;
  /** A scalable target exists: its desired count is not ours to send. */
  scaled: boolean;
  /** The newest deployment failed, and there was nothing to go back to: ECS does not try again by itself. */
  failed: boolean;
  outputs: { arn: string; deployment: string; rollout: string; taskDefinition: string };
}

/** After how many failed tasks ECS gives a deployment up and goes back to the one before. */
const failedTasks = 3;

const launchTypeOf = (spec: ServiceSpec): "FARGATE" | "EC2" => (spec.fargate ? "FARGATE" : "EC2");

const networkText = ({ subnetIds, securityGroupId, publicIp }: NonNullable<ServiceSpec["fargate"]>): string =>
  `${[...subnetIds].sort().join(", ")} behind ${securityGroupId}, public addresses ${publicIp ? "on" : "off"}`;

const balancerText = (at: { targetGroupArn: string; container: string; port: number }): string =>
  `${at.container}:${at.port} in ${at.targetGroupArn}`;

function readNetwork(service: Service): string | undefined {
  const found = service.networkConfiguration?.awsvpcConfiguration;
  if (!found) return undefined;
  const { subnets = [], securityGroups = [], assignPublicIp } = found;
  const publicIp = assignPublicIp === "ENABLED";
  return networkText({ subnetIds: subnets, securityGroupId: securityGroups.join(", "), publicIp });
}

function readBalancer(service: Service): string | undefined {
  const found = service.loadBalancers?.[0];
  if (!found) return undefined;
  const { targetGroupArn = "", containerName: container = "", containerPort: port = 0 } = found;
  return balancerText({ targetGroupArn, container, port });
}

function wantedFields(spec: ServiceSpec): Fields {
  return {
    taskDefinition: spec.taskDefinitionArn,
    capacity: spec.capacityProvider
      ? `capacity provider ${spec.capacityProvider}`
      : `launch type ${launchTypeOf(spec)}`,
    ...(spec.fargate ? { network: networkText(spec.fargate) } : {}),
    loadBalancer: spec.loadBalancer && balancerText(spec.loadBalancer),
    healthCheckGracePeriod: spec.loadBalancer?.graceSeconds,
    minimumHealthyPercent: spec.minimumHealthyPercent,
    maximumPercent: spec.maximumPercent,
    circuitBreaker: `rollback after ${failedTasks} failed tasks`,
  };
}

function liveFields(service: Service): Fields {
  const provider = service.capacityProviderStrategy?.[0]?.capacityProvider;
  const breaker = service.deploymentConfiguration?.deploymentCircuitBreaker;
  const threshold = breaker?.thresholdConfiguration?.value;
  const after = threshold === undefined ? "AWS's own number of" : threshold;
  return {
    taskDefinition: service.taskDefinition,
    capacity: provider ? `capacity provider ${provider}` : `launch type ${service.launchType ?? "EC2"}`,
    network: readNetwork(service),
    loadBalancer: readBalancer(service),
    healthCheckGracePeriod: readBalancer(service) && (service.healthCheckGracePeriodSeconds ?? 0),
    minimumHealthyPercent: service.deploymentConfiguration?.minimumHealthyPercent,
    maximumPercent: service.deploymentConfiguration?.maximumPercent,
    circuitBreaker: breaker?.enable && breaker.rollback ? `rollback after ${after} failed tasks` : undefined,
  };
}

const toConfiguration = (spec: ServiceSpec) => ({
  minimumHealthyPercent: spec.minimumHealthyPercent,
  maximumPercent: spec.maximumPercent,
  deploymentCircuitBreaker: {
    enable: true,
    rollback: true,
    thresholdConfiguration: { type: "COUNT" as const, value: failedTasks },
  },
});

const toNetwork = ({ subnetIds, securityGroupId, publicIp }: NonNullable<ServiceSpec["fargate"]>) => ({
  awsvpcConfiguration: {
    subnets: [...subnetIds],
    securityGroups: [securityGroupId],
    assignPublicIp: publicIp ? ("ENABLED" as const) : ("DISABLED" as const),
  },
});

const toBalancer = ({ targetGroupArn, container, port, graceSeconds }: NonNullable<ServiceSpec["loadBalancer"]>) => ({
  loadBalancers: [{ targetGroupArn, containerName: container, containerPort: port }],
  healthCheckGracePeriodSeconds: graceSeconds,
});

const toStrategy = (provider: string) => [{ capacityProvider: provider, weight: 1, base: 0 }];

/** The scalable target's name of an ECS service. */
export const scalableId = (clusterName: string, service: string): string => `service/${clusterName}/${service}`;

function toLive(service: Service, scaled: boolean, tags: Tags): ServiceLive {
  const primary = service.deployments?.find((deployment) => deployment.status === "PRIMARY");
  return {
    fields: liveFields(service),
    desiredCount: service.desiredCount ?? 0,
    scaled,
    tags,
    failed: primary?.rolloutState === "FAILED",
    outputs: {
      arn: service.serviceArn ?? "",
      deployment: primary?.id ?? "",
      rollout: primary?.rolloutState ?? "",
      taskDefinition: primary?.taskDefinition ?? "",
    },
  };
}

async function read(aws: Aws, spec: ServiceSpec): Promise<ServiceLive | undefined> {
  const [answer, targets] = await Promise.all([
    unlessMissing(
      aws.call("ecs", "DescribeServices", { cluster: spec.clusterName, services: [spec.name], include: ["TAGS"] }),
      "ClusterNotFoundException",
    ),
    aws.call("application-autoscaling", "DescribeScalableTargets", {
      ServiceNamespace: "ecs",
      ResourceIds: [scalableId(spec.clusterName, spec.name)],
      ScalableDimension: "ecs:service:DesiredCount",
    }),
  ]);
  const service = answer?.services?.[0];
  if (service?.status !== "ACTIVE") return undefined;
  return toLive(service, (targets.ScalableTargets ?? []).length > 0, fromTags(service.tags));
}

function diff(spec: ServiceSpec, live: ServiceLive | undefined): Change[] {
  const ours = !spec.scaled && !live?.scaled;
  const count = live
    ? diffFields(ours ? { desiredCount: spec.desiredCount } : {}, { desiredCount: live.desiredCount })
    : [{ path: "desiredCount", to: spec.desiredCount }];
  const again = live?.failed ? [{ path: "deployment", from: "failed", to: "a new one" }] : [];
  // Between EC2 and Fargate a service cannot be moved.
  const moves = live && (spec.fargate !== undefined) !== (live.fields["capacity"] === "launch type FARGATE");
  return [
    ...diffFields(wantedFields(spec), live?.fields, moves ? ["capacity"] : []),
    ...count,
    ...again,
    ...diffTags(spec.tags, live?.tags),
  ];
}

/** The same service asked for twice is made once: at most 36 characters (CreateService, ECS API reference). */
const clientToken = (spec: ServiceSpec): string =>
  createHash("sha256")
    .update([spec.clusterName, spec.name, spec.taskDefinitionArn].join("\n"))
    .digest("hex")
    .slice(0, 32);

async function create(aws: Aws, spec: ServiceSpec): Promise<ServiceLive> {
  const made = await aws.call("ecs", "CreateService", {
    cluster: spec.clusterName,
    serviceName: spec.name,
    clientToken: clientToken(spec),
    taskDefinition: spec.taskDefinitionArn,
    desiredCount: spec.desiredCount,
    ...(spec.capacityProvider
      ? { capacityProviderStrategy: toStrategy(spec.capacityProvider) }
      : { launchType: launchTypeOf(spec) }),
    ...(spec.fargate ? { networkConfiguration: toNetwork(spec.fargate) } : {}),
    ...(spec.loadBalancer ? toBalancer(spec.loadBalancer) : {}),
    schedulingStrategy: "REPLICA",
    deploymentConfiguration: toConfiguration(spec),
    enableECSManagedTags: true,
    propagateTags: "SERVICE",
    tags: toLowerTags(spec.tags),
  });
  return toLive(made.service ?? {}, false, spec.tags);
}

async function update(
  aws: Aws,
  spec: ServiceSpec,
  live: ServiceLive,
  changes: readonly Change[],
): Promise<ServiceLive> {
  const changed = (path: string): boolean => changes.some((change) => change.path === path);
  if (changes.some(isTagChange))
    await aws.call("ecs", "TagResource", { resourceArn: live.outputs.arn, tags: toLowerTags(spec.tags) });
  if (changes.every(isTagChange)) return live;
  const answer = await aws.call("ecs", "UpdateService", {
    cluster: spec.clusterName,
    service: spec.name,
    deploymentConfiguration: toConfiguration(spec),
    ...(changed("taskDefinition") ? { taskDefinition: spec.taskDefinitionArn } : {}),
    ...(changed("network") && spec.fargate ? { networkConfiguration: toNetwork(spec.fargate) } : {}),
    ...(changed("loadBalancer") || changed("healthCheckGracePeriod")
      ? spec.loadBalancer
        ? toBalancer(spec.loadBalancer)
        : { loadBalancers: [] }
      : {}),
    ...(changed("desiredCount") ? { desiredCount: spec.desiredCount } : {}),
    ...(changed("deployment") ? { forceNewDeployment: true } : {}),
    // An empty strategy takes the service back to its launch type (UpdateService, ECS API reference).
    ...(changed("capacity")
      ? {
          capacityProviderStrategy: spec.capacityProvider ? toStrategy(spec.capacityProvider) : [],
          forceNewDeployment: true,
        }
      : {}),
  });
  // Its own answer, because a read may lag and then name the deployment before this one.
  return toLive(answer.service ?? {}, live.scaled, { ...live.tags, ...spec.tags });
}

/** To zero first, so that its tasks are asked to stop; the deletion itself is waited for by who asked. */
async function remove(aws: Aws, spec: ServiceSpec): Promise<void> {
  const gone = ["ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"];
  const at = { cluster: spec.clusterName, service: spec.name };
  await unlessMissing(aws.call("ecs", "UpdateService", { ...at, desiredCount: 0 }), ...gone);
  await unlessMissing(aws.call("ecs", "DeleteService", { ...at, force: true }), ...gone);
}

/** An ECS service with a deployment circuit breaker that rolls back. */
export const service: Resource<ServiceSpec, ServiceLive> = {
  kind: "ecs-service",
  read,
  diff,
  create,
  update,
  delete: remove,
  passing: (error) =>
    // The one before is still leaving, was made by a call whose answer was lost, or its parts are not visible yet.
    /still draining|not idempotent|service linked role|capacity provider .*(not found|not active|associated)/i.test(
      error.message,
    ),
};
