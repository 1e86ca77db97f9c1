import {
  DuplicateLoadBalancerNameException,
  InvalidConfigurationRequestException,
  InvalidSecurityGroupException,
  type LoadBalancer,
  LoadBalancerNotFoundException,
  OperationNotPermittedException,
  SubnetNotFoundException,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Handler, meta, page } from "../../wire/api.ts";
import { tryBind } from "../../world/addresses.ts";
import { dnsNameOf } from "../../world/balancers.ts";
import { defaultSecurityGroupId, openNetwork } from "../../world/network.ts";
import { makeInterface, moveInterface, removeInterface } from "../../world/network-interfaces.ts";
import { securityGroups, subnets } from "../../world/records/ec2.ts";
import { elbTags, listeners, type LoadBalancerRecord, loadBalancers } from "../../world/records/elb.ts";
import { networkInterfaces } from "../../world/records/network-interfaces.ts";
import type { Region } from "../../world/world.ts";
import { validationError } from "./errors.ts";
import { findBalancer } from "./find.ts";
import { checkName } from "./names.ts";

function describe(region: Region, record: LoadBalancerRecord): LoadBalancer {
  return {
    LoadBalancerArn: record.arn,
    DNSName: dnsNameOf(region, record.arn),
    CanonicalHostedZoneId: "Z35SXDOTRQ7X7K",
    CreatedTime: record.createdAt,
    LoadBalancerName: record.name,
    Scheme: record.scheme,
    VpcId: record.vpcId,
    State: { Code: record.state },
    Type: "application",
    IpAddressType: "ipv4",
    SecurityGroups: record.securityGroupIds,
    AvailabilityZones: record.subnetIds.map((id) => ({
      SubnetId: id,
      ZoneName: subnets(region).get(id)?.availabilityZone,
      LoadBalancerAddresses: [],
    })),
  };
}

/** `vpcId`: where the load balancer is already. */
function checkSubnets(region: Region, ids: readonly string[], vpcId?: string): void {
  openNetwork(region);
  const missing = ids.find((id) => !subnets(region).has(id));
  if (missing !== undefined)
    throw new SubnetNotFoundException({ message: `The subnet ID '${missing}' does not exist`, ...meta });
  const [vpc, ...others] = new Set(ids.map((id) => subnets(region).get(id)?.vpcId));
  if (others.length > 0 || (vpcId !== undefined && vpc !== vpcId))
    throw new InvalidConfigurationRequestException({ message: "All subnets must belong to the same VPC", ...meta });
  const zones = new Set(ids.map((id) => subnets(region).get(id)?.availabilityZone));
  if (zones.size < 2)
    throw validationError("At least two subnets in two different Availability Zones must be specified");
  if (zones.size < new Set(ids).size)
    throw new InvalidConfigurationRequestException({
      message: "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
      ...meta,
    });
}

function checkGroups(region: Region, ids: readonly string[], vpcId: string | undefined): void {
  const missing = ids.find((id) => !securityGroups(region).has(id));
  if (missing === undefined && ids.every((id) => securityGroups(region).get(id)?.vpcId === vpcId)) return;
  if (missing === undefined)
    throw new InvalidConfigurationRequestException({
      message: "One or more security groups are invalid",
      ...meta,
    });
  throw new InvalidSecurityGroupException({ message: `The security group '${missing}' does not exist`, ...meta });
}

const idleTimeout = "idle_timeout.timeout_seconds";
const protection = "deletion_protection.enabled";

const defaultAttributes: Readonly<Record<string, string>> = {
  "access_logs.s3.enabled": "false",
  [protection]: "false",
  [idleTimeout]: "60",
  "routing.http2.enabled": "true",
  "load_balancing.cross_zone.enabled": "true",
};

/** What asks twice with the same settings gets the one that is there. */
function findSame(region: Region, input: elb.CreateLoadBalancerCommandInput): LoadBalancerRecord | undefined {
  const existing = [...loadBalancers(region).values()].find((one) => one.name === input.Name);
  if (!existing) return undefined;
  const asked = [...(input.Subnets ?? [])].sort().join();
  if (asked === [...existing.subnetIds].sort().join() && (input.Scheme ?? "internet-facing") === existing.scheme)
    return existing;
  throw new DuplicateLoadBalancerNameException({
    message: `A load balancer with the same name '${input.Name}' exists, but with different settings`,
    ...meta,
  });
}

export const createLoadBalancer: Handler<typeof elb, "CreateLoadBalancer"> = async (input, { region }) => {
  const name = checkName("Load balancer", input.Name);
  if (input.Type !== undefined && input.Type !== "application")
    throw validationError(`The sandbox has load balancers of type application only, not ${input.Type}.`);
  const same = findSame(region, input);
  if (same) return { LoadBalancers: [describe(region, same)] };
  const subnetIds = input.Subnets ?? input.SubnetMappings?.map((one) => one.SubnetId ?? "") ?? [];
  checkSubnets(region, subnetIds);
  const { vpcId = "" } = subnets(region).get(subnetIds[0] ?? "") ?? {};
  const securityGroupIds = input.SecurityGroups?.length
    ? input.SecurityGroups
    : [defaultSecurityGroupId(region, vpcId)];
  checkGroups(region, securityGroupIds, vpcId);
  const id = `app/${name}/${region.id("", 16)}`;
  const scheme = input.Scheme ?? "internet-facing";
  const description = `ELB ${id}`;
  const publicIp = scheme === "internet-facing";
  const card = makeInterface(region, { subnetId: subnetIds[0] ?? "", securityGroupIds, publicIp, description });
  for (let tries = 0; tries < 20 && (await tryBind(card.address, 80)) === "EADDRINUSE"; tries++)
    moveInterface(region, card);
  const record: LoadBalancerRecord = {
    arn: region.arn("elasticloadbalancing", `loadbalancer/${id}`),
    name,
    id,
    scheme,
    vpcId: card.vpcId,
    subnetIds,
    securityGroupIds,
    interfaceId: card.id,
    state: "provisioning",
    createdAt: region.world.clock.date(),
    attributes: { ...defaultAttributes },
  };
  loadBalancers(region).set(record.arn, record);
  elbTags(region).set(record.arn, input.Tags ?? []);
  return { LoadBalancers: [describe(region, record)] };
};

export const describeLoadBalancers: Handler<typeof elb, "DescribeLoadBalancers"> = (input, { region }) => {
  const all = [...loadBalancers(region).values()];
  const byName = (input.Names ?? []).map((name) => {
    const found = all.find((one) => one.name === name);
    if (found) return found;
    throw new LoadBalancerNotFoundException({ message: `Load balancers '[${name}]' not found`, ...meta });
  });
  const byArn = (input.LoadBalancerArns ?? []).map((arn) => findBalancer(region, arn));
  const asked = input.Names?.length || input.LoadBalancerArns?.length ? [...byName, ...byArn] : all;
  const { items, next } = page(asked, input.Marker, input.PageSize ?? 400);
  return { LoadBalancers: items.map((one) => describe(region, one)), NextMarker: next };
};

/** Its listeners go with it; target groups stay. Deleting what has gone succeeds, as on AWS. */
export const deleteLoadBalancer: Handler<typeof elb, "DeleteLoadBalancer"> = (input, { region }) => {
  const record = loadBalancers(region).get(input.LoadBalancerArn ?? "");
  if (!record) return {};
  if (record.attributes[protection] === "true")
    throw new OperationNotPermittedException({
      message: `Load balancer '${record.arn}' cannot be deleted because deletion protection is enabled`,
      ...meta,
    });
  for (const [arn, listener] of listeners(region))
    if (listener.loadBalancerArn === record.arn) {
      listeners(region).delete(arn);
      elbTags(region).delete(arn);
    }
  loadBalancers(region).delete(record.arn);
  elbTags(region).delete(record.arn);
  removeInterface(region, record.interfaceId);
  return {};
};

const toList = (attributes: Record<string, string>) =>
  Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));

export const describeLoadBalancerAttributes: Handler<typeof elb, "DescribeLoadBalancerAttributes"> = (
  input,
  { region },
) => ({ Attributes: toList(findBalancer(region, input.LoadBalancerArn).attributes) });

export const modifyLoadBalancerAttributes: Handler<typeof elb, "ModifyLoadBalancerAttributes"> = (
  input,
  { region },
) => {
  const record = findBalancer(region, input.LoadBalancerArn);
  for (const { Key = "", Value = "" } of input.Attributes ?? []) {
    if (!(Key in defaultAttributes)) throw validationError(`Load balancer attribute key '${Key}' is not recognized`);
    if (Key === idleTimeout && !(Number(Value) >= 1 && Number(Value) <= 4000))
      throw validationError(`Load balancer attribute '${Key}' must be in the range '[1, 4000]'`);
    if (Key !== idleTimeout && Key !== protection && Value !== defaultAttributes[Key])
      throw validationError(`The sandbox's load balancers have ${Key}=${defaultAttributes[Key]} only, not ${Value}.`);
    record.attributes[Key] = Value;
  }
  return { Attributes: toList(record.attributes) };
};

export const setSecurityGroups: Handler<typeof elb, "SetSecurityGroups"> = (input, { region }) => {
  const record = findBalancer(region, input.LoadBalancerArn);
  const ids = input.SecurityGroups ?? [];
  checkGroups(region, ids, record.vpcId);
  record.securityGroupIds = ids;
  const card = networkInterfaces(region).get(record.interfaceId);
  if (card) card.securityGroupIds = [...ids];
  return { SecurityGroupIds: ids };
};

export const setSubnets: Handler<typeof elb, "SetSubnets"> = (input, { region }) => {
  const record = findBalancer(region, input.LoadBalancerArn);
  const ids = input.Subnets ?? [];
  checkSubnets(region, ids, record.vpcId);
  record.subnetIds = ids;
  return { AvailabilityZones: describe(region, record).AvailabilityZones };
};
