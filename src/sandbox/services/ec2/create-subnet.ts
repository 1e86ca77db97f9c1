import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, type Handler } from "../../wire/api.ts";
import { openNetwork } from "../../world/network.ts";
import { type SubnetRecord, subnets, vpcs } from "../../world/records/ec2.ts";
import type { Region } from "../../world/world.ts";
import { type Zone, zonesOf } from "../../world/zones.ts";
import { type Block, contains, formatBlock, overlap, parseBlock } from "./cidr.ts";
import { blockSizes } from "./create-vpc.ts";
import { toSubnet } from "./describe-subnets.ts";
import { missingParameter, requireAll } from "./errors.ts";
import { tagsFor } from "./tags.ts";

/** A part of a VPC in one zone; its instances get no public addresses unless that is asked for. */
export const createSubnet: Handler<typeof ec2, "CreateSubnet"> = (input, { region }) => {
  openNetwork(region);
  const { VpcId: vpcId } = input;
  if (!vpcId) throw missingParameter("vpcId");
  if (!input.CidrBlock) throw missingParameter("cidrBlock");
  requireAll([vpcId], (id) => vpcs(region).has(id), "InvalidVpcID.NotFound", "vpc ID");
  const zone = findZone(region, input.AvailabilityZone, input.AvailabilityZoneId);
  const subnet: SubnetRecord = {
    id: region.id("subnet-", 17),
    vpcId,
    cidr: formatBlock(readBlock(region, vpcId, input.CidrBlock)),
    availabilityZone: zone.name,
    availabilityZoneId: zone.id,
    defaultForAz: false,
    mapPublicIp: false,
    tags: tagsFor(input.TagSpecifications, "subnet"),
  };
  subnets(region).set(subnet.id, subnet);
  return { Subnet: toSubnet(region, subnet) };
};

function findZone(region: Region, name: string | undefined, id: string | undefined): Zone {
  const zones = zonesOf(region.name);
  const [first] = zones;
  const found = name || id ? zones.find((zone) => (name ? zone.name === name : zone.id === id)) : first;
  if (found) return found;
  const all = zones.map((zone) => (name ? zone.name : zone.id)).join(", ");
  throw new ApiError(
    "InvalidParameterValue",
    `Value (${name ?? id}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${all}.`,
  );
}

function readBlock(region: Region, vpcId: string, cidr: string): Block {
  const block = parseBlock(cidr);
  const whole = parseBlock(vpcs(region).get(vpcId)?.cidr);
  if (!block || block.size < blockSizes.smallest || !whole || !contains(whole, block))
    throw new ApiError("InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`);
  for (const other of subnets(region).values()) {
    const taken = other.vpcId === vpcId ? parseBlock(other.cidr) : undefined;
    if (taken && overlap(taken, block))
      throw new ApiError("InvalidSubnet.Conflict", `The CIDR '${cidr}' conflicts with another subnet`);
  }
  return block;
}
