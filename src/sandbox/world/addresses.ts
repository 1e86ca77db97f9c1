import { createServer } from "node:net";
import type { World } from "./world.ts";

const shared = "127.0.0.1";

/** Which instance or network interface holds which loopback address, over all regions: they are one machine's. */
const holders = (world: World): Map<string, string> => world.store.table("world/addresses");
const settings = (world: World): Map<string, boolean> => world.store.table("world/loopback");

/**
 * Finds out once, at start-up, whether this system can bind loopback addresses other than 127.0.0.1 (macOS cannot,
 * unless somebody added aliases). Where it cannot, every instance has 127.0.0.1 and host ports tell them apart.
 */
export async function probeAddresses(world: World): Promise<void> {
  settings(world).set("own", (await tryBind("127.0.1.1", 0)) === undefined);
  // A port that is taken is a port that we may have.
  settings(world).set("low", (await tryBind(shared, 80)) !== "EACCES");
}

/** The error's code, or undefined when somebody may listen there now. */
export function tryBind(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "unknown"));
    server.listen({ host, port }, () => server.close(() => resolve(undefined)));
  });
}

/** A loopback address for an instance: its own, the lowest that is free, where the system has them. */
export function takeAddress(world: World, instanceId: string): string {
  if (settings(world).get("own") === false) return shared;
  const taken = holders(world);
  for (let number = 1; number <= 250 * 250; number++) {
    const address = `127.0.${1 + Math.floor((number - 1) / 250)}.${1 + ((number - 1) % 250)}`;
    if (taken.has(address)) continue;
    taken.set(address, instanceId);
    return address;
  }
  return shared;
}

/** Gives an instance's address back. */
export function freeAddress(world: World, instanceId: string): void {
  for (const [address, holder] of holders(world)) if (holder === instanceId) holders(world).delete(address);
}

/** Never gives that address away again: somebody outside this world uses it. */
export function markTaken(world: World, address: string): void {
  if (address !== shared) holders(world).set(address, "somebody else");
}

/** Ports below this one belong to the administrator on most systems. */
const firstFreePort = 1024;

/**
 * Where something that is to listen at `port` of an address of its own can do so: there, or 8000 higher where the system
 * keeps the low ports for its administrator, or at a port of its own where all share one address.
 */
export function placePort(world: World, address: string, port: number): number {
  if (address === shared) return 40_000 + (world.store.next("world/ports") % 20_000);
  return port >= firstFreePort || settings(world).get("low") !== false ? port : port + 8000;
}
