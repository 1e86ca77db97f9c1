import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, type Handler } from "../../wire/api.ts";
import { defaultVpc, openNetwork } from "../../world/network.ts";
import { securityGroups, vpcs } from "../../world/records/ec2.ts";
import { missingParameter, requireAll } from "./errors.ts";
import { findSecurityGroup, isInUse } from "./security-groups.ts";
import { tagsFor } from "./tags.ts";

export const createSecurityGroup: Handler<typeof ec2, "CreateSecurityGroup"> = (input, { region }) => {
  const { GroupName: name, Description: description } = input;
  if (!name) throw missingParameter("GroupName");
  if (!description) throw missingParameter("GroupDescription");
  openNetwork(region);
  const vpcId = input.VpcId ?? defaultVpc(region).id;
  requireAll([vpcId], (id) => vpcs(region).has(id), "InvalidVpcID.NotFound", "vpc ID");
  if (name.startsWith("sg-"))
    throw new ApiError(
      "InvalidParameterValue",
      `Invalid value '${name}' for groupName. Group names may not be in the format sg-*.`,
    );
  for (const group of securityGroups(region).values())
    if (group.name === name && group.vpcId === vpcId)
      throw new ApiError("InvalidGroup.Duplicate", `The security group '${name}' already exists for VPC '${vpcId}'`);
  const id = region.id("sg-", 17);
  const tags = tagsFor(input.TagSpecifications, "security-group");
  const out = {
    id: region.id("sgr-", 17),
    egress: true,
    protocol: "-1",
    fromPort: -1,
    toPort: -1,
    cidr: "0.0.0.0/0",
    tags: [],
  };
  securityGroups(region).set(id, { id, name, description, vpcId, rules: [out], tags });
  return { GroupId: id, SecurityGroupArn: region.arn("ec2", `security-group/${id}`), Tags: tags };
};

export const deleteSecurityGroup: Handler<typeof ec2, "DeleteSecurityGroup"> = (input, { region }) => {
  const group = findSecurityGroup(region, input.GroupId, input.GroupName);
  if (group.name === "default")
    throw new ApiError(
      "CannotDelete",
      `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
    );
  if (isInUse(region, group.id))
    throw new ApiError("DependencyViolation", `resource ${group.id} has a dependent object`);
  securityGroups(region).delete(group.id);
  return { Return: true, GroupId: group.id };
};
