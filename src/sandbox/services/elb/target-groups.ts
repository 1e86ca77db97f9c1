import {
  DuplicateTargetGroupNameException,
  ResourceInUseException,
  type TargetGroup,
  TargetGroupNotFoundException,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Handler, meta, page } from "../../wire/api.ts";
import { defaultVpc } from "../../world/network.ts";
import { vpcs } from "../../world/records/ec2.ts";
import {
  balancersOf,
  elbTags,
  type HealthCheck,
  type TargetGroupRecord,
  targetGroups,
} from "../../world/records/elb.ts";
import type { Region } from "../../world/world.ts";
import { validationError } from "./errors.ts";
import { findGroup } from "./find.ts";
import { checkName } from "./names.ts";

function describe(region: Region, record: TargetGroupRecord): TargetGroup {
  const { healthCheck } = record;
  return {
    TargetGroupArn: record.arn,
    TargetGroupName: record.name,
    Protocol: "HTTP",
    ProtocolVersion: "HTTP1",
    Port: record.port,
    VpcId: record.vpcId,
    HealthCheckProtocol: "HTTP",
    HealthCheckPort: healthCheck.port,
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    HealthCheckPath: healthCheck.path,
    Matcher: { HttpCode: healthCheck.matcher },
    LoadBalancerArns: balancersOf(region, record.arn),
    TargetType: record.targetType,
    IpAddressType: "ipv4",
  };
}

const defaultCheck: HealthCheck = {
  path: "/",
  port: "traffic-port",
  intervalSeconds: 30,
  timeoutSeconds: 5,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: "200",
};

type CheckInput = Pick<
  elb.CreateTargetGroupCommandInput,
  | "HealthCheckPath"
  | "HealthCheckPort"
  | "HealthCheckIntervalSeconds"
  | "HealthCheckTimeoutSeconds"
  | "HealthyThresholdCount"
  | "UnhealthyThresholdCount"
  | "Matcher"
>;

function readCheck(input: CheckInput, before: HealthCheck): HealthCheck {
  const check: HealthCheck = {
    path: input.HealthCheckPath ?? before.path,
    port: input.HealthCheckPort ?? before.port,
    intervalSeconds: input.HealthCheckIntervalSeconds ?? before.intervalSeconds,
    timeoutSeconds: input.HealthCheckTimeoutSeconds ?? before.timeoutSeconds,
    healthyThreshold: input.HealthyThresholdCount ?? before.healthyThreshold,
    unhealthyThreshold: input.UnhealthyThresholdCount ?? before.unhealthyThreshold,
    matcher: input.Matcher?.HttpCode ?? before.matcher,
  };
  const within = (name: string, value: number, from: number, to: number) => {
    if (value < from || value > to) throw validationError(`${name} '${value}' must be in the range '[${from}, ${to}]'`);
  };
  within("Health check interval", check.intervalSeconds, 5, 300);
  within("Health check timeout", check.timeoutSeconds, 2, 120);
  within("Healthy threshold count", check.healthyThreshold, 2, 10);
  within("Unhealthy threshold count", check.unhealthyThreshold, 2, 10);
  if (check.timeoutSeconds >= check.intervalSeconds)
    throw validationError(
      `Health check timeout '${check.timeoutSeconds}' must be smaller than the interval '${check.intervalSeconds}'`,
    );
  if (!check.path.startsWith("/")) throw validationError(`Health check path '${check.path}' must begin with a '/'`);
  return check;
}

const delay = "deregistration_delay.timeout_seconds";

const defaultAttributes: Readonly<Record<string, string>> = {
  [delay]: "300",
  "stickiness.enabled": "false",
  "slow_start.duration_seconds": "0",
  "load_balancing.algorithm.type": "round_robin",
};

function sameOf(existing: TargetGroupRecord, wanted: TargetGroupRecord): boolean {
  const facts = ({ port, vpcId, targetType, healthCheck }: TargetGroupRecord) =>
    JSON.stringify([port, vpcId, targetType, healthCheck]);
  return facts(existing) === facts(wanted);
}

export const createTargetGroup: Handler<typeof elb, "CreateTargetGroup"> = (input, { region }) => {
  const name = checkName("Target group", input.Name);
  if (input.Protocol !== undefined && input.Protocol !== "HTTP")
    throw validationError(`The sandbox has target groups of protocol HTTP only, not ${input.Protocol}.`);
  const targetType = input.TargetType ?? "instance";
  if (targetType !== "ip" && targetType !== "instance")
    throw validationError(`The sandbox has target groups of type ip and instance only, not ${targetType}.`);
  const { Port: port } = input;
  if (port === undefined) throw validationError("A port must be specified");
  const vpcId = input.VpcId ?? defaultVpc(region).id;
  if (!vpcs(region).has(vpcId)) throw validationError(`The VPC ID '${vpcId}' is not found`);
  const id = `targetgroup/${name}/${region.id("", 16)}`;
  const record: TargetGroupRecord = {
    arn: region.arn("elasticloadbalancing", id),
    name,
    id,
    port,
    vpcId,
    targetType,
    healthCheck: readCheck(input, defaultCheck),
    attributes: { ...defaultAttributes },
    targets: {},
  };
  const existing = [...targetGroups(region).values()].find((one) => one.name === name);
  if (existing && sameOf(existing, record)) return { TargetGroups: [describe(region, existing)] };
  if (existing)
    throw new DuplicateTargetGroupNameException({
      message: `A target group with the same name '${name}' exists, but with different settings`,
      ...meta,
    });
  targetGroups(region).set(record.arn, record);
  elbTags(region).set(record.arn, input.Tags ?? []);
  return { TargetGroups: [describe(region, record)] };
};

export const describeTargetGroups: Handler<typeof elb, "DescribeTargetGroups"> = (input, { region }) => {
  const all = [...targetGroups(region).values()];
  const missing = input.Names?.find((name) => !all.some((one) => one.name === name));
  if (missing !== undefined)
    throw new TargetGroupNotFoundException({ message: "One or more target groups not found", ...meta });
  for (const arn of input.TargetGroupArns ?? []) findGroup(region, arn);
  const found = all.filter(
    (one) =>
      (!input.Names?.length || input.Names.includes(one.name)) &&
      (!input.TargetGroupArns?.length || input.TargetGroupArns.includes(one.arn)) &&
      (input.LoadBalancerArn === undefined || balancersOf(region, one.arn).includes(input.LoadBalancerArn)),
  );
  const { items, next } = page(found, input.Marker, input.PageSize ?? 400);
  return { TargetGroups: items.map((one) => describe(region, one)), NextMarker: next };
};

export const modifyTargetGroup: Handler<typeof elb, "ModifyTargetGroup"> = (input, { region }) => {
  const record = findGroup(region, input.TargetGroupArn);
  record.healthCheck = readCheck(input, record.healthCheck);
  return { TargetGroups: [describe(region, record)] };
};

export const deleteTargetGroup: Handler<typeof elb, "DeleteTargetGroup"> = (input, { region }) => {
  const arn = input.TargetGroupArn ?? "";
  if (balancersOf(region, arn).length > 0)
    throw new ResourceInUseException({
      message: `Target group '${arn}' is currently in use by a listener or a rule`,
      ...meta,
    });
  targetGroups(region).delete(arn);
  elbTags(region).delete(arn);
  return {};
};

const toList = (attributes: Record<string, string>) =>
  Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));

export const describeTargetGroupAttributes: Handler<typeof elb, "DescribeTargetGroupAttributes"> = (
  input,
  { region },
) => ({ Attributes: toList(findGroup(region, input.TargetGroupArn).attributes) });

export const modifyTargetGroupAttributes: Handler<typeof elb, "ModifyTargetGroupAttributes"> = (input, { region }) => {
  const record = findGroup(region, input.TargetGroupArn);
  for (const { Key = "", Value = "" } of input.Attributes ?? []) {
    if (!(Key in defaultAttributes)) throw validationError(`Target group attribute key '${Key}' is not recognized`);
    if (Key === delay && !(Number(Value) >= 0 && Number(Value) <= 3600))
      throw validationError(`Target group attribute '${Key}' must be in the range '[0, 3600]'`);
    if (Key !== delay && Value !== defaultAttributes[Key])
      throw validationError(`The sandbox's target groups have ${Key}=${defaultAttributes[Key]} only, not ${Value}.`);
    record.attributes[Key] = Value;
  }
  return { Attributes: toList(record.attributes) };
};
