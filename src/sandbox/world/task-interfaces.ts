import type { Attachment, KeyValuePair, NetworkConfiguration } from "@aws-sdk/client-ecs";
import { makeInterface, moveInterface, removeInterface } from "./network-interfaces.ts";
import { type NetworkInterfaceRecord, networkInterfaces } from "./records/network-interfaces.ts";
import { type TaskRecord, tasks, uuid } from "./records/ecs.ts";
import type { Region } from "./world.ts";

/** Gives a task of network mode awsvpc its own network interface, in the subnet that has the fewest of the service's. */
export function addInterface(
  region: Region,
  record: TaskRecord,
  configuration: NetworkConfiguration | undefined,
): void {
  const { subnets = [], securityGroups = [], assignPublicIp } = configuration?.awsvpcConfiguration ?? {};
  const id = uuid(region);
  const card = makeInterface(region, {
    subnetId: leastUsed(region, record, subnets),
    securityGroupIds: securityGroups,
    publicIp: assignPublicIp === "ENABLED",
    description: region.arn("ecs", `attachment/${id}`),
  });
  record.interfaceId = card.id;
  record.task.availabilityZone = card.availabilityZone;
  record.task.attachments = [{ id, type: "ElasticNetworkInterface", status: "PRECREATED", details: [] }];
  show(record, card);
}

/** Fargate spreads the tasks of a service over the subnets that it is given. */
function leastUsed(region: Region, record: TaskRecord, subnets: readonly string[]): string {
  const used = new Map<string, number>();
  for (const one of tasks(region).values()) {
    if (one.task.group !== record.task.group || one.clusterName !== record.clusterName || one.id === record.id)
      continue;
    const subnet = interfaceOf(region, one)?.subnetId;
    if (subnet !== undefined) used.set(subnet, (used.get(subnet) ?? 0) + 1);
  }
  return subnets.toSorted((a, b) => (used.get(a) ?? 0) - (used.get(b) ?? 0))[0] ?? "";
}

/** Undefined in other network modes, and after the task has stopped. */
export const interfaceOf = (region: Region, record: TaskRecord): NetworkInterfaceRecord | undefined =>
  networkInterfaces(region).get(record.interfaceId ?? "");

/** The interface is part of the task's network from now on. */
export function attachInterface(record: TaskRecord): void {
  const attachment = attachmentOf(record);
  if (attachment) attachment.status = "ATTACHED";
}

/** Another address for a task that could not listen at the one it had. */
export function moveTask(region: Region, record: TaskRecord): void {
  const card = interfaceOf(region, record);
  if (!card) return;
  moveInterface(region, card);
  show(record, card);
}

export function dropInterface(region: Region, record: TaskRecord): void {
  if (record.interfaceId === undefined) return;
  removeInterface(region, record.interfaceId);
  const attachment = attachmentOf(record);
  if (attachment) attachment.status = "DELETED";
}

const attachmentOf = (record: TaskRecord): Attachment | undefined => record.task.attachments?.[0];

function show(record: TaskRecord, card: NetworkInterfaceRecord): void {
  const attachment = attachmentOf(record);
  if (!attachment) return;
  const details: Record<string, string> = {
    subnetId: card.subnetId,
    networkInterfaceId: card.id,
    macAddress: macOf(card.id),
    privateDnsName: `ip-${card.address.replaceAll(".", "-")}.ec2.internal`,
    privateIPv4Address: card.address,
  };
  attachment.details = Object.entries(details).map(([name, value]): KeyValuePair => ({ name, value }));
  for (const container of record.task.containers ?? [])
    container.networkInterfaces = [{ attachmentId: attachment.id, privateIpv4Address: card.address }];
}

/** A locally administered address that is a function of the interface's id. */
export function macOf(id: string): string {
  const digits = id.slice(-10).padStart(10, "0");
  return ["0a", ...(digits.match(/../g) ?? [])].join(":");
}
