import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, page, type Handler } from "../../wire/api.ts";
import { findDefaultVpc, openNetwork } from "../../world/network.ts";
import type { VpcRecord } from "../../world/records/ec2.ts";
import { vpcs } from "../../world/records/ec2.ts";
import { accountId } from "../../world/world.ts";
import { requireAll } from "./errors.ts";
import { applyFilters, type FilterFields } from "./filters.ts";

const fields: FilterFields<VpcRecord> = {
  "vpc-id": (vpc) => vpc.id,
  cidr: (vpc) => vpc.cidr,
  "cidr-block": (vpc) => vpc.cidr,
  isDefault: (vpc) => vpc.isDefault,
  "is-default": (vpc) => vpc.isDefault,
  state: () => "available",
  "owner-id": () => accountId,
};

export const describeVpcs: Handler<typeof ec2, "DescribeVpcs"> = (input, { region }) => {
  openNetwork(region);
  const ids = input.VpcIds ?? [];
  requireAll(ids, (id) => vpcs(region).has(id), "InvalidVpcID.NotFound", "vpc ID");
  const found = applyFilters(vpcs(region).values(), input.Filters, fields).filter(
    (vpc) => ids.length === 0 || ids.includes(vpc.id),
  );
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 1000);
  return { Vpcs: items.map(toVpc), NextToken: next };
};

export function toVpc(vpc: VpcRecord): ec2.Vpc {
  return {
    VpcId: vpc.id,
    OwnerId: accountId,
    CidrBlock: vpc.cidr,
    CidrBlockAssociationSet: [
      {
        AssociationId: vpc.id.replace("vpc-", "vpc-cidr-assoc-"),
        CidrBlock: vpc.cidr,
        CidrBlockState: { State: "associated" },
      },
    ],
    DhcpOptionsId: vpc.id.replace("vpc-", "dopt-"),
    InstanceTenancy: "default",
    IsDefault: vpc.isDefault,
    State: "available",
    Tags: vpc.tags,
  };
}

/** Only `default-vpc` and `supported-platforms` tell anything about an account of today. */
export const describeAccountAttributes: Handler<typeof ec2, "DescribeAccountAttributes"> = (input, { region }) => {
  const values: Record<string, string> = {
    "supported-platforms": "VPC",
    "default-vpc": findDefaultVpc(region)?.id ?? "none",
    "max-instances": "20",
    "vpc-max-security-groups-per-interface": "5",
    "max-elastic-ips": "5",
    "vpc-max-elastic-ips": "5",
  };
  const names: string[] = input.AttributeNames?.length ? input.AttributeNames : Object.keys(values);
  return {
    AccountAttributes: names.map((AttributeName) => {
      const AttributeValue = values[AttributeName];
      if (AttributeValue === undefined)
        throw new ApiError("InvalidParameterValue", `Value (${AttributeName}) for parameter attributeName is invalid.`);
      return { AttributeName, AttributeValues: [{ AttributeValue }] };
    }),
  };
};
