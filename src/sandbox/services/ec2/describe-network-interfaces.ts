import type * as ec2 from "@aws-sdk/client-ec2";
import { page, type Handler } from "../../wire/api.ts";
import { instances, securityGroups } from "../../world/records/ec2.ts";
import { type NetworkInterfaceRecord, networkInterfaces } from "../../world/records/network-interfaces.ts";
import { macOf } from "../../world/task-interfaces.ts";
import { accountId, type Region } from "../../world/world.ts";
import { requireAll } from "./errors.ts";
import { applyFilters, type FilterFields } from "./filters.ts";
import { attachmentOf, privateDnsName, publicDnsName } from "./instance-responses.ts";

/** An interface of an instance, a task or a load balancer. */
interface Card extends Omit<NetworkInterfaceRecord, "ports" | "createdAt"> {
  attachment: ec2.NetworkInterfaceAttachment;
  /** Made and kept by a service of AWS. */
  managed: boolean;
  mac: string;
}

const fields: FilterFields<Card> = {
  "network-interface-id": (one) => one.id,
  "attachment.instance-id": (one) => one.attachment.InstanceId,
  description: (one) => one.description,
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

/** One for each instance, each task of network mode awsvpc and each load balancer that still has one. */
export const describeNetworkInterfaces: Handler<typeof ec2, "DescribeNetworkInterfaces"> = (input, { region }) => {
  const all = listCards(region);
  const ids = input.NetworkInterfaceIds ?? [];
  const asked = new Set(ids);
  const there = new Set(all.map((one) => one.id));
  const exists = (id: string): boolean => there.has(id);
  requireAll(ids, exists, "InvalidNetworkInterfaceID.NotFound", "networkInterface ID");
  const found = applyFilters(all, input.Filters, fields).filter((one) => asked.size === 0 || asked.has(one.id));
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 1000);
  return { NetworkInterfaces: items.map((one) => toNetworkInterface(region, one)), NextToken: next };
};

function listCards(region: Region): Card[] {
  const ofInstances = [...instances(region).values()]
    .filter((one) => one.state !== "terminated")
    .map((one) => ({
      ...one,
      id: one.networkInterfaceId ?? "",
      mac: macOf(one.id),
      description: "",
      managed: false,
      attachment: { ...attachmentOf(one), InstanceId: one.id, InstanceOwnerId: accountId },
    }));
  const others = [...networkInterfaces(region).values()].map((one) => ({
    ...one,
    mac: macOf(one.id),
    managed: true,
    attachment: {
      AttachmentId: one.id.replace("eni-", "eni-attach-"),
      AttachTime: one.createdAt,
      DeleteOnTermination: false,
      DeviceIndex: 1,
      InstanceOwnerId: "amazon-aws",
      Status: "attached" as const,
    },
  }));
  return [...ofInstances, ...others];
}

function toNetworkInterface(region: Region, card: Card): ec2.NetworkInterface {
  const Association = card.publicIp
    ? { IpOwnerId: "amazon", PublicIp: card.address, PublicDnsName: publicDnsName(region, card) }
    : undefined;
  return {
    NetworkInterfaceId: card.id,
    Description: card.description,
    InterfaceType: "interface",
    Status: "in-use",
    OwnerId: accountId,
    MacAddress: card.mac,
    AvailabilityZone: card.availabilityZone,
    SubnetId: card.subnetId,
    VpcId: card.vpcId,
    Association,
    Attachment: card.attachment,
    Groups: card.securityGroupIds.map((id) => ({ GroupId: id, GroupName: securityGroups(region).get(id)?.name })),
    PrivateIpAddress: card.address,
    PrivateDnsName: privateDnsName(region, card),
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: card.address, Association }],
    RequesterManaged: card.managed,
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
