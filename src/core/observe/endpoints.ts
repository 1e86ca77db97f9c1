import type { Container, Task } from "@aws-sdk/client-ecs";
import { type BalancerView, type Endpoint, shortId } from "./snapshot.ts";

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

/** What decides where a task answers. */
export interface TaskPlace {
  /** Of its instance, or of its own network interface. */
  address: InstanceAddress | undefined;
  /** The container's port, which a task with a network of its own listens at. */
  port?: number | undefined;
  /** The load balancer that alone may reach such a task. */
  balancer?: string | undefined;
}

const hasOwnNetwork = (task: Task): boolean =>
  task.attachments?.some((attachment) => attachment.type === "ElasticNetworkInterface") ?? false;

function bindingsOf(task: Task, { port, balancer }: TaskPlace): Binding[] {
  const bound = (task.containers ?? []).flatMap(tcpBindings);
  if (!hasOwnNetwork(task)) return bound;
  if (balancer !== undefined || port === undefined) return [];
  return bound.length > 0 ? bound : [{ hostPort: port, containerPort: port }];
}

/** Every way into a task: the public address of its instance with its host ports, or its own address and port. */
export function findEndpoints(task: Task, place: TaskPlace): Endpoint[] {
  const { address } = place;
  const publicIp = address?.publicIp;
  if (!address || !publicIp || task.lastStatus !== "RUNNING") return [];
  return bindingsOf(task, place).map((binding) => ({
    task: shortId(task.taskArn ?? ""),
    url: endpointUrl(publicIp, binding),
    publicIp,
    ...binding,
    instance: address.id,
  }));
}

/** The way in through a load balancer. */
export const balancerEndpoint = ({ name, url, dnsName, port }: BalancerView): Endpoint => ({
  task: `load-balancer/${name}`,
  url,
  publicIp: dnsName,
  hostPort: port,
  containerPort: port,
  instance: "",
});

/** Why a task cannot be reached from outside, for people; null when it can. */
export function explainNoEndpoint(task: Task, place: TaskPlace): string | null {
  const { address, balancer } = place;
  if (findEndpoints(task, place).length > 0) return null;
  if (task.lastStatus !== "RUNNING") return `it is ${task.lastStatus ?? "unknown"}: an address comes when it runs`;
  if (hasOwnNetwork(task)) {
    if (balancer !== undefined) return `only load balancer ${balancer} may reach it`;
    if (!address) return "its network interface is gone";
    if (!address.publicIp)
      return `it has no public address${address.privateIp ? ` (private: ${address.privateIp})` : ""}`;
    return "nothing says which port it listens at";
  }
  if (!task.containerInstanceArn) return "it is not placed on an EC2 instance of the cluster";
  if (!address) return "its instance is gone";
  if (!address.publicIp)
    return `instance ${address.id} has no public address${address.privateIp ? ` (private: ${address.privateIp})` : ""}`;
  return "its containers publish no TCP port on the instance";
}
