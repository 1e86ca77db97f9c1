import type * as ec2 from "@aws-sdk/client-ec2";
import { page, type Handler } from "../../wire/api.ts";
import type { InstanceRecord } from "../../world/records/ec2.ts";
import { instances } from "../../world/records/ec2.ts";
import { accountId, type Region } from "../../world/world.ts";
import { requireAll } from "./errors.ts";
import { applyFilters, type FilterFields } from "./filters.ts";
import { associationOf, attachmentOf, groupsOf, macOf, privateDnsName } from "./instance-responses.ts";

const fields: FilterFields<InstanceRecord> = {
  "network-interface-id": (one) => one.networkInterfaceId,
  "attachment.instance-id": (one) => one.id,
  "group-id": (one) => one.securityGroupIds,
  "subnet-id": (one) => one.subnetId,
  "vpc-id": (one) => one.vpcId,
  "availability-zone": (one) => one.availabilityZone,
  "addresses.private-ip-address": (one) => one.address,
  "private-ip-address": (one) => one.address,
  "association.public-ip": (one) => (one.publicIp ? one.address : undefined),
  "interface-type": () => "interface",
  status: () => "in-use",
};

/** One for each instance that still has one. */
export const describeNetworkInterfaces: Handler<typeof ec2, "DescribeNetworkInterfaces"> = (input, { region }) => {
  const live = [...instances(region).values()].filter((one) => one.state !== "terminated");
  const ids = input.NetworkInterfaceIds ?? [];
  const exists = (id: string): boolean => live.some((one) => one.networkInterfaceId === id);
  requireAll(ids, exists, "InvalidNetworkInterfaceID.NotFound", "networkInterface ID");
  const found = applyFilters(live, input.Filters, fields).filter(
    (one) => ids.length === 0 || ids.includes(one.networkInterfaceId ?? ""),
  );
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 1000);
  return { NetworkInterfaces: items.map((one) => toNetworkInterface(region, one)), NextToken: next };
};

function toNetworkInterface(region: Region, instance: InstanceRecord): ec2.NetworkInterface {
  const Association = associationOf(region, instance);
  return {
    NetworkInterfaceId: instance.networkInterfaceId,
    Description: "",
    InterfaceType: "interface",
    Status: "in-use",
    OwnerId: accountId,
    MacAddress: macOf(instance),
    AvailabilityZone: instance.availabilityZone,
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
    Association,
    Attachment: { ...attachmentOf(instance), InstanceId: instance.id, InstanceOwnerId: accountId },
    Groups: groupsOf(region, instance),
    PrivateIpAddress: instance.address,
    PrivateDnsName: privateDnsName(region, instance),
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: instance.address, Association }],
    RequesterManaged: false,
    SourceDestCheck: true,
    TagSet: [],
  };
}

/** Nobody can make a key pair here: instances of the sandbox have no SSH. */
export const describeKeyPairs: Handler<typeof ec2, "DescribeKeyPairs"> = (input) => {
  const names = [...(input.KeyNames ?? []), ...(input.KeyPairIds ?? [])];
  requireAll(names, () => false, "InvalidKeyPair.NotFound", "key pair");
  return { KeyPairs: [] };
};
