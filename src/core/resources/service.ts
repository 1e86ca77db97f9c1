import { createHash } from "node:crypto";
import type { Service } from "@aws-sdk/client-ecs";
import type { Aws } from "../aws/aws.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { launchTypeOf, liveFields, type ServiceSpec, toConfiguration, wantedFields } from "./service-fields.ts";
import { listPolicies } from "./scaling-policy.ts";
import { readFastMetrics, toMonitoring } from "./service-monitoring.ts";
import { isTagChange, type Change, type LiveParts, type Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import { fromTags, toLowerTags, type Tags } from "./tags.ts";

export interface ServiceLive extends LiveParts {
  fields: Fields;
  desiredCount: number;
  /** A scalable target exists: its desired count is not ours to send. */
  scaled: boolean;
  /** The newest deployment failed, and there was nothing to go back to: ECS does not try again by itself. */
  failed: boolean;
  outputs: { arn: string; deployment: string; rollout: string; taskDefinition: string };
}

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
  const live = toLive(service, (targets.ScalableTargets ?? []).length > 0, fromTags(service.tags));
  if (spec.fastMetrics === undefined) return live;
  const fastMetrics = (await mayBeFast(aws, spec)) ? await readFastMetrics(aws, service) : [];
  return { ...live, fields: { ...live.fields, fastMetrics } };
}

/** Only a policy makes ecsctl turn fast metrics on, so that without one nobody needs to look into the revision. */
async function mayBeFast(aws: Aws, { clusterName, name, fastMetrics = [] }: ServiceSpec): Promise<boolean> {
  if (fastMetrics.length > 0) return true;
  const policies = await listPolicies(aws, scalableId(clusterName, name));
  return policies.some(({ TargetTrackingScalingPolicyConfiguration: tracking }) =>
    tracking?.PredefinedMetricSpecification?.PredefinedMetricType?.endsWith("HighResolution"),
  );
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
    ...(spec.fastMetrics?.length ? { monitoring: toMonitoring(spec.fastMetrics) } : {}),
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
    deploymentConfiguration: toConfiguration(spec, live.fields),
    ...(changed("taskDefinition") ? { taskDefinition: spec.taskDefinitionArn } : {}),
    ...(changed("network") && spec.fargate ? { networkConfiguration: toNetwork(spec.fargate) } : {}),
    ...(changed("loadBalancer") || changed("healthCheckGracePeriod")
      ? spec.loadBalancer
        ? toBalancer(spec.loadBalancer)
        : { loadBalancers: [] }
      : {}),
    ...(changed("fastMetrics") ? { monitoring: toMonitoring(spec.fastMetrics ?? []) } : {}),
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
