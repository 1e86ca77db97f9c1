import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { usageError } from "../errors.ts";
import type { Target } from "../loadtest/target-set.ts";
import type { Snapshot } from "../observe/snapshot.ts";

/** Addresses that nobody else's server can have. */
const own = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  own.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const)
  own.addSubnet(net, bits, "ipv6");

/** Whether an IP address is of a private network or of this computer. */
export function isPrivate(address: string): boolean {
  return own.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/**
 * Throws a usage error when a named target is at a public address that is not one of the service's: load on somebody
 * else's server is an attack. A name that cannot be resolved passes; nothing can be sent to it.
 */
export async function refuseStrangers(targets: readonly Target[], snapshot: Snapshot | undefined): Promise<void> {
  const urls = [...(snapshot?.tasks ?? []), ...(snapshot?.balancer ? [snapshot.balancer] : [])].map(({ url }) => url);
  const known = new Set(urls.flatMap((url) => (url ? [new URL(url).hostname] : [])));
  for (const { task, url } of targets) {
    // Found by its name, in the account of whoever asks.
    if (task.startsWith("load-balancer/")) continue;
    const host = new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
    if (known.has(host)) continue;
    const addresses = isIP(host) ? [host] : await resolveName(host);
    const stranger = addresses.find((address) => !isPrivate(address) && !known.has(address));
    if (stranger === undefined) continue;
    throw usageError({
      code: "NotYourTarget",
      message: `--target ${url} is at the public address ${stranger}, which is not the service's.`,
      why: "Load on a server of somebody else is an attack on it.",
      hint: "If it is yours to load, say so: --yes-i-own-it",
    });
  }
}

async function resolveName(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
