import type { Container, Task } from "@aws-sdk/client-ecs";
import { type Endpoint, shortId } from "./snapshot.ts";

/** Where an instance can be reached. */
export interface InstanceAddress {
  id: string;
  publicIp: string | null;
  privateIp: string | null;
}

interface Binding {
  hostPort: number;
  containerPort: number;
}

/** TCP bindings of a container; ECS lists one for IPv4 and one for IPv6, which are one way in. */
function tcpBindings(container: Container): Binding[] {
  const byPort = new Map<number, Binding>();
  for (const binding of container.networkBindings ?? [])
    if (binding.protocol !== "udp" && binding.hostPort && binding.containerPort && !byPort.has(binding.hostPort))
      byPort.set(binding.hostPort, { hostPort: binding.hostPort, containerPort: binding.containerPort });
  return [...byPort.values()];
}

/** `http://HOST:PORT/`, with brackets around an IPv6 address; port 443 of the container speaks TLS. */
export function endpointUrl(host: string, binding: Binding): string {
  const scheme = binding.containerPort === 443 ? "https" : "http";
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${binding.hostPort}/`;
}

/** Every way into a task: the public address of its EC2 instance with each host port of its network bindings. */
export function findEndpoints(task: Task, address: InstanceAddress | undefined): Endpoint[] {
  const publicIp = address?.publicIp;
  if (!address || !publicIp || task.lastStatus !== "RUNNING") return [];
  return (task.containers ?? []).flatMap(tcpBindings).map((binding) => ({
    task: shortId(task.taskArn ?? ""),
    url: endpointUrl(publicIp, binding),
    publicIp,
    ...binding,
    instance: address.id,
  }));
}

/** Why a task cannot be reached from outside, for people; null when it can. */
export function explainNoEndpoint(task: Task, address: InstanceAddress | undefined): string | null {
  if (findEndpoints(task, address).length > 0) return null;
  if (task.lastStatus !== "RUNNING") return `it is ${task.lastStatus ?? "unknown"}: an address comes when it runs`;
  if (task.attachments?.some((attachment) => attachment.type === "ElasticNetworkInterface"))
    return "it has a network interface of its own (awsvpc): reach it through its load balancer";
  if (!task.containerInstanceArn) return "it is not placed on an EC2 instance of the cluster";
  if (!address) return "its instance is gone";
  if (!address.publicIp)
    return `instance ${address.id} has no public address${address.privateIp ? ` (private: ${address.privateIp})` : ""}`;
  return "its containers publish no TCP port on the instance";
}
