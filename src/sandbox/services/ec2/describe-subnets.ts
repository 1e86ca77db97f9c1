import type * as ec2 from "@aws-sdk/client-ec2";
import { page, type Handler } from "../../wire/api.ts";
import { openNetwork } from "../../world/network.ts";
import type { SubnetRecord } from "../../world/records/ec2.ts";
import { instances, subnets } from "../../world/records/ec2.ts";
import { accountId, type Region } from "../../world/world.ts";
import { requireAll } from "./errors.ts";
import { applyFilters, type FilterFields } from "./filters.ts";

const fields: FilterFields<SubnetRecord> = {
  "subnet-id": (subnet) => subnet.id,
  "vpc-id": (subnet) => subnet.vpcId,
  "availability-zone": (subnet) => subnet.availabilityZone,
  availabilityZone: (subnet) => subnet.availabilityZone,
  "availability-zone-id": (subnet) => subnet.availabilityZoneId,
  "cidr-block": (subnet) => subnet.cidr,
  "default-for-az": (subnet) => subnet.defaultForAz,
  defaultForAz: (subnet) => subnet.defaultForAz,
  "map-public-ip-on-launch": (subnet) => subnet.mapPublicIp,
  state: () => "available",
  "owner-id": () => accountId,
};

export const describeSubnets: Handler<typeof ec2, "DescribeSubnets"> = (input, { region }) => {
  openNetwork(region);
  const ids = input.SubnetIds ?? [];
  requireAll(ids, (id) => subnets(region).has(id), "InvalidSubnetID.NotFound", "subnet ID");
  const found = applyFilters(subnets(region).values(), input.Filters, fields).filter(
    (subnet) => ids.length === 0 || ids.includes(subnet.id),
  );
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 1000);
  return { Subnets: items.map((subnet) => toSubnet(region, subnet)), NextToken: next };
};

export function toSubnet(region: Region, subnet: SubnetRecord): ec2.Subnet {
  const used = [...instances(region).values()].filter(
    (one) => one.subnetId === subnet.id && one.state !== "terminated",
  ).length;
  return {
    SubnetId: subnet.id,
    SubnetArn: region.arn("ec2", `subnet/${subnet.id}`),
    VpcId: subnet.vpcId,
    OwnerId: accountId,
    CidrBlock: subnet.cidr,
    AvailabilityZone: subnet.availabilityZone,
    AvailabilityZoneId: subnet.availabilityZoneId,
    // AWS keeps five of the addresses.
    AvailableIpAddressCount: 2 ** (32 - Number(subnet.cidr.split("/")[1])) - 5 - used,
    DefaultForAz: subnet.defaultForAz,
    MapPublicIpOnLaunch: subnet.mapPublicIp,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    State: "available",
    Tags: subnet.tags,
  };
}
