import { createServer } from "node:net";
import type { World } from "./world.ts";

const shared = "127.0.0.1";

/** Which instance holds which loopback address, over all regions: they are one machine's. */
const holders = (world: World): Map<string, string> => world.store.table("world/addresses");
const settings = (world: World): Map<string, boolean> => world.store.table("world/loopback");

/**
 * Finds out once, at start-up, whether this system can bind loopback addresses other than 127.0.0.1 (macOS cannot,
 * unless somebody added aliases). Where it cannot, every instance has 127.0.0.1 and host ports tell them apart.
 */
export async function probeAddresses(world: World): Promise<void> {
  settings(world).set("own", await canBind("127.0.1.1"));
}

function canBind(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ host, port: 0 }, () => server.close(() => resolve(true)));
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
