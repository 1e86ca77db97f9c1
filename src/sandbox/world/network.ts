import { createHash } from "node:crypto";
import { ApiError } from "../wire/api.ts";
import type { SubnetRecord, VpcRecord } from "./records/ec2.ts";
import { securityGroups, subnets, vpcs } from "./records/ec2.ts";
import type { Region } from "./world.ts";
import { zonesOf } from "./zones.ts";

/** Makes the region's default VPC with its subnets and its security group when the region is first looked at. */
export function openNetwork(region: Region): void {
  const id = fixedId(region, "vpc-", "vpc");
  if (vpcs(region).has(id) || deletions(region).has("default-vpc")) return;
  vpcs(region).set(id, { id, cidr: "172.31.0.0/16", isDefault: true, tags: [] });
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
  const group = { id: fixedId(region, "sg-", "default"), in: fixedId(region, "sgr-", "in") };
  addDefaultSecurityGroup(region, id, { ...group, out: fixedId(region, "sgr-", "out") });
}

/** What was there from the start and was deleted. */
const deletions = (region: Region): Map<string, { at: Date }> => region.table("ec2/deletions");

/** The default VPC; undefined after somebody deleted it. */
export function findDefaultVpc(region: Region): VpcRecord | undefined {
  openNetwork(region);
  return [...vpcs(region).values()].find((vpc) => vpc.isDefault);
}

/** The default VPC; AWS's refusal where there is none. */
export function defaultVpc(region: Region): VpcRecord {
  const vpc = findDefaultVpc(region);
  if (vpc) return vpc;
  throw new ApiError("VPCIdNotSpecified", "No default VPC for this user");
}

/** Makes the default VPC anew, as it was. */
export function restoreDefaultVpc(region: Region): void {
  deletions(region).delete("default-vpc");
  openNetwork(region);
}

/** Takes a VPC away with its `default` security group; what else is in it must have gone. */
export function removeVpc(region: Region, vpc: VpcRecord): void {
  if (vpc.isDefault) deletions(region).set("default-vpc", { at: region.world.clock.date() });
  vpcs(region).delete(vpc.id);
  for (const [id, group] of securityGroups(region)) if (group.vpcId === vpc.id) securityGroups(region).delete(id);
}

/** A VPC's `default` security group: everything from itself, everything out. */
export function addDefaultSecurityGroup(
  region: Region,
  vpcId: string,
  ids = { id: region.id("sg-", 17), in: region.id("sgr-", 17), out: region.id("sgr-", 17) },
): void {
  const all = { protocol: "-1", fromPort: -1, toPort: -1, tags: [] };
  securityGroups(region).set(ids.id, {
    id: ids.id,
    name: "default",
    description: "default VPC security group",
    vpcId,
    rules: [
      { ...all, id: ids.in, egress: false, groupId: ids.id },
      { ...all, id: ids.out, egress: true, cidr: "0.0.0.0/0" },
    ],
    tags: [],
  });
}

/** The subnets of the default VPC, one a zone; none without it. */
export function defaultSubnets(region: Region): SubnetRecord[] {
  const vpc = findDefaultVpc(region);
  return [...subnets(region).values()].filter((subnet) => subnet.vpcId === vpc?.id && subnet.defaultForAz);
}

/** The id of the `default` security group of a VPC. */
export function defaultSecurityGroupId(region: Region, vpcId: string): string {
  openNetwork(region);
  const own = [...securityGroups(region).values()].find((group) => group.vpcId === vpcId && group.name === "default");
  return own?.id ?? "";
}

/** An id that a region has from the start, the same in every sandbox. */
function fixedId(region: Region, prefix: string, what: string): string {
  return prefix + createHash("sha256").update(`${region.name}/${prefix}${what}`).digest("hex").slice(0, 17);
}
