import type { DeploymentConfiguration, DeploymentEarlySuccessCriteria, Service } from "@aws-sdk/client-ecs";
import type { Fields } from "./diff-fields.ts";
import type { Tags } from "./tags.ts";

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
  /** After how many failed tasks ECS gives a deployment up and goes back to the one before; default 3. */
  failedTasks?: number | undefined;
  /** The metrics that scaling wants every 20 seconds; undefined where `ecsctl.yaml` has no say in scaling. */
  fastMetrics?: readonly string[] | undefined;
  /** A deployment is done when its tasks are healthy, whatever of the old ones still runs; undefined: as it is. */
  fast?: boolean | undefined;
  /** CloudWatch alarms that end a deployment; default none. */
  alarms?: readonly string[] | undefined;
  /** `ecsctl.yaml` has a scaling block: the number of tasks is the scaling's after creation. */
  scaled: boolean;
  tags: Tags;
}

const defaultFailedTasks = 3;

export const launchTypeOf = (spec: ServiceSpec): "FARGATE" | "EC2" => (spec.fargate ? "FARGATE" : "EC2");

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

/** What the service is to be, as plans show it. */
export function wantedFields(spec: ServiceSpec): Fields {
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
    circuitBreaker: `rollback after ${spec.failedTasks ?? defaultFailedTasks} failed tasks`,
    ...(spec.fastMetrics === undefined ? {} : { fastMetrics: spec.fastMetrics }),
    ...(spec.fast === undefined ? {} : { earlySuccess: spec.fast ? "when its tasks are healthy" : undefined }),
    alarms: spec.alarms && [...spec.alarms].sort(),
  };
}

function readAlarms(service: Service): string[] | undefined {
  const alarms = service.deploymentConfiguration?.alarms;
  return alarms?.enable ? [...(alarms.alarmNames ?? [])].sort() : undefined;
}

/** What it is, in the same words. */
export function liveFields(service: Service): Fields {
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
    earlySuccess: service.deploymentConfiguration?.earlySuccessCriteria?.enable
      ? "when its tasks are healthy"
      : undefined,
    alarms: readAlarms(service),
  };
}

/** With `fast` taken back, a rollout waits again until those before have left. */
const toEarlySuccess = (spec: ServiceSpec): DeploymentEarlySuccessCriteria => ({
  enable: spec.fast === true,
  healthyPercent: 100,
  sourceServiceRevisionCleanup: "DEFERRED",
});

/** `before`: the service watches alarms now, so that having none must be said (UpdateService keeps what is left out). */
export const toConfiguration = (spec: ServiceSpec, before?: Fields): DeploymentConfiguration => ({
  minimumHealthyPercent: spec.minimumHealthyPercent,
  maximumPercent: spec.maximumPercent,
  deploymentCircuitBreaker: {
    enable: true,
    rollback: true,
    thresholdConfiguration: { type: "COUNT" as const, value: spec.failedTasks ?? defaultFailedTasks },
  },
  ...(spec.fast || before?.["earlySuccess"] ? { earlySuccessCriteria: toEarlySuccess(spec) } : {}),
  ...(spec.alarms || before?.["alarms"]
    ? { alarms: { alarmNames: [...(spec.alarms ?? [])], enable: spec.alarms !== undefined, rollback: true } }
    : {}),
});
