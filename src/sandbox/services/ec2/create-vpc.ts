import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, type Handler } from "../../wire/api.ts";
import {
  addDefaultSecurityGroup,
  defaultVpc,
  findDefaultVpc,
  openNetwork,
  restoreDefaultVpc,
} from "../../world/network.ts";
import { type VpcRecord, vpcs } from "../../world/records/ec2.ts";
import { formatBlock, parseBlock } from "./cidr.ts";
import { toVpc } from "./describe-vpcs.ts";
import { missingParameter } from "./errors.ts";
import { tagsFor } from "./tags.ts";

/** Sizes of networks and subnets: /28 to /16 (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html). */
export const blockSizes = { smallest: 16, largest: 65_536 };

/** A VPC without subnets; the sandbox's networks need no gateways to reach anything. */
export const createVpc: Handler<typeof ec2, "CreateVpc"> = (input, { region }) => {
  openNetwork(region);
  if (!input.CidrBlock) throw missingParameter("cidrBlock");
  const block = parseBlock(input.CidrBlock);
  if (!block || block.size < blockSizes.smallest || block.size > blockSizes.largest)
    throw new ApiError("InvalidVpc.Range", `The CIDR '${input.CidrBlock}' is invalid.`);
  const vpc: VpcRecord = {
    id: region.id("vpc-", 17),
    cidr: formatBlock(block),
    isDefault: false,
    tags: tagsFor(input.TagSpecifications, "vpc"),
  };
  vpcs(region).set(vpc.id, vpc);
  addDefaultSecurityGroup(region, vpc.id);
  return { Vpc: toVpc(vpc) };
};

/** Gives a region its default VPC back. */
export const createDefaultVpc: Handler<typeof ec2, "CreateDefaultVpc"> = (_input, { region }) => {
  if (findDefaultVpc(region))
    throw new ApiError("DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.");
  restoreDefaultVpc(region);
  return { Vpc: toVpc(defaultVpc(region)) };
};
