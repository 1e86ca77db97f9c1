import { freeAddress, markTaken, placePort, takeAddress } from "./addresses.ts";
import { defaultSubnets } from "./network.ts";
import { type NetworkInterfaceRecord, networkInterfaces } from "./records/network-interfaces.ts";
import { subnets } from "./records/ec2.ts";
import type { Region } from "./world.ts";

export interface InterfaceRequest {
  subnetId: string;
  securityGroupIds: readonly string[];
  publicIp: boolean;
  description: string;
}

/** Makes a network interface with an address of its own. */
export function makeInterface(region: Region, request: InterfaceRequest): NetworkInterfaceRecord {
  const subnet = subnets(region).get(request.subnetId) ?? defaultSubnets(region)[0];
  const id = region.id("eni-", 17);
  const made: NetworkInterfaceRecord = {
    id,
    address: takeAddress(region.world, id),
    publicIp: request.publicIp,
    subnetId: request.subnetId,
    vpcId: subnet?.vpcId ?? "",
    availabilityZone: subnet?.availabilityZone ?? "",
    securityGroupIds: [...request.securityGroupIds],
    description: request.description,
    createdAt: region.world.clock.date(),
    ports: {},
  };
  networkInterfaces(region).set(id, made);
  return made;
}

/** Where `port` of the interface listens in truth: chosen once, and the same port wherever that is possible. */
export function openPort(region: Region, card: NetworkInterfaceRecord, port: number): number {
  const known = card.ports[port];
  if (known !== undefined) return known;
  const placed = placePort(region.world, card.address, port);
  if (placed !== port) card.ports[port] = placed;
  return placed;
}

/** Gives the interface another address: somebody else on this computer listens at the one it has. */
export function moveInterface(region: Region, card: NetworkInterfaceRecord): void {
  markTaken(region.world, card.address);
  card.address = takeAddress(region.world, card.id);
  card.ports = {};
}

export function removeInterface(region: Region, id: string): void {
  networkInterfaces(region).delete(id);
  freeAddress(region.world, id);
}
