import { createHash } from "node:crypto";
import type { SubnetRecord, VpcRecord } from "./records/ec2.ts";
import { securityGroups, subnets, vpcs } from "./records/ec2.ts";
import type { Region } from "./world.ts";
import { zonesOf } from "./zones.ts";

/** The region's default VPC; made with its subnets and its security group when it is first asked for. */
export function defaultVpc(region: Region): VpcRecord {
  const id = fixedId(region, "vpc-", "vpc");
  const existing = vpcs(region).get(id);
  if (existing) return existing;
  const vpc: VpcRecord = { id, cidr: "172.31.0.0/16", isDefault: true, tags: [] };
  vpcs(region).set(id, vpc);
  zonesOf(region.name).forEach((zone, index) => {
    const subnet: SubnetRecord = {
      id: fixedId(region, "subnet-", zone.name),
      vpcId: id,
      cidr: `172.31.${index * 16}.0/20`,
      availabilityZone: zone.name,
      availabilityZoneId: zone.id,
      defaultForAz: true,
      mapPublicIp: true,
      tags: [],
    };
    subnets(region).set(subnet.id, subnet);
  });
  addDefaultSecurityGroup(region, id);
  return vpc;
}

/** The default VPC's `default` security group: everything from itself, everything out. */
function addDefaultSecurityGroup(region: Region, vpcId: string): void {
  const id = fixedId(region, "sg-", "default");
  const all = { protocol: "-1", fromPort: -1, toPort: -1, tags: [] };
  securityGroups(region).set(id, {
    id,
    name: "default",
    description: "default VPC security group",
    vpcId,
    rules: [
      { ...all, id: fixedId(region, "sgr-", "in"), egress: false, groupId: id },
      { ...all, id: fixedId(region, "sgr-", "out"), egress: true, cidr: "0.0.0.0/0" },
    ],
    tags: [],
  });
}

/** The subnets of the default VPC, one a zone. */
export function defaultSubnets(region: Region): SubnetRecord[] {
  const vpc = defaultVpc(region);
  return [...subnets(region).values()].filter((subnet) => subnet.vpcId === vpc.id && subnet.defaultForAz);
}

/** The id of the default security group of the default VPC. */
export function defaultSecurityGroupId(region: Region): string {
  defaultVpc(region);
  return fixedId(region, "sg-", "default");
}

/** An id that a region has from the start, the same in every sandbox. */
function fixedId(region: Region, prefix: string, what: string): string {
  return prefix + createHash("sha256").update(`${region.name}/${prefix}${what}`).digest("hex").slice(0, 17);
}
