import type { Region } from "../world.ts";

/** A network interface that belongs to a task or a load balancer; instances tell of their own. */
export interface NetworkInterfaceRecord {
  id: string;
  /** Its private and public address: a loopback address, its own where the system has several. */
  address: string;
  publicIp: boolean;
  subnetId: string;
  vpcId: string;
  availabilityZone: string;
  securityGroupIds: string[];
  /** `arn:aws:ecs:…:attachment/…` or `ELB app/NAME/ID`, as EC2 shows it. */
  description: string;
  createdAt: Date;
  /** Where ports that this system does not give away listen in truth: `{ "80": 8080 }`. */
  ports: Record<string, number>;
}

/** By id. */
export const networkInterfaces = (region: Region): Map<string, NetworkInterfaceRecord> =>
  region.table("ec2/network-interfaces");

/** The port at which `port` of that address answers; the same one unless it had to be moved. */
export function realPort(region: Region, address: string, port: number): number {
  for (const one of networkInterfaces(region).values())
    if (one.address === address && one.ports[port] !== undefined) return one.ports[port];
  return port;
}
