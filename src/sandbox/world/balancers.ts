import { BalancerDoor } from "./balancer-door.ts";
import { type ListenerRecord, listeners, loadBalancers } from "./records/elb.ts";
import { networkInterfaces } from "./records/network-interfaces.ts";
import { openPort } from "./network-interfaces.ts";
import { stepBalancerMetrics } from "./balancer-metrics.ts";
import { stepTargets } from "./target-checks.ts";
import type { Region, World } from "./world.ts";

/** A load balancer is active about a quarter of a minute after it was made. */
const provisionMs = 15_000;

/** What listens in this process, by region and listener ARN. Kept out of the store: made again after a restart. */
const worlds = new WeakMap<World, Map<string, BalancerDoor>>();

function doorsOf(world: World): Map<string, BalancerDoor> {
  const known = worlds.get(world) ?? new Map<string, BalancerDoor>();
  worlds.set(world, known);
  return known;
}

/** Load balancers become active, listen, check their targets and tell what they did. */
export function stepBalancers(region: Region, now: number): void {
  for (const balancer of loadBalancers(region).values())
    if (balancer.state === "provisioning" && now - balancer.createdAt.getTime() >= provisionMs)
      balancer.state = "active";
  keepDoors(region);
  stepTargets(region, now);
  stepBalancerMetrics(region, now);
}

/** One open door for each listener of an active load balancer, none for what is gone. */
function keepDoors(region: Region): void {
  const doors = doorsOf(region.world);
  for (const [arn, door] of doors) {
    if (door.region !== region || listeners(region).has(arn)) continue;
    doors.delete(arn);
    void door.close();
  }
  for (const listener of listeners(region).values())
    if (!doors.has(listener.arn) && loadBalancers(region).get(listener.loadBalancerArn)?.state === "active")
      openDoor(region, listener);
}

function openDoor(region: Region, listener: ListenerRecord): void {
  const balancer = loadBalancers(region).get(listener.loadBalancerArn);
  const card = networkInterfaces(region).get(balancer?.interfaceId ?? "");
  if (!balancer || !card) return;
  const door = new BalancerDoor(region, listener.arn, balancer.id);
  doorsOf(region.world).set(listener.arn, door);
  void door.open(card.address, openPort(region, card, listener.port)).then((port) => {
    if (port !== listener.port) card.ports[listener.port] = port;
  });
}

/** Closes every listener of a world that ends. */
export async function closeBalancers(world: World): Promise<void> {
  const doors = [...doorsOf(world).values()];
  worlds.delete(world);
  await Promise.all(doors.map((door) => door.close()));
}

/** The load balancer's address, with its port where that is not the one that was asked for. */
export function dnsNameOf(region: Region, balancerArn: string): string {
  const balancer = loadBalancers(region).get(balancerArn);
  const card = networkInterfaces(region).get(balancer?.interfaceId ?? "");
  if (!card) return "";
  const own = [...listeners(region).values()].filter((one) => one.loadBalancerArn === balancerArn);
  const moved = own.map((one) => card.ports[one.port]).find((port) => port !== undefined);
  return moved === undefined ? card.address : `${card.address}:${moved}`;
}
