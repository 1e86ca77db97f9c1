import type * as ec2 from "@aws-sdk/client-ec2";
import type { TagSpecification } from "@aws-sdk/client-ec2";
import { ApiError, type Handler } from "../../wire/api.ts";
import type { SecurityGroupRecord } from "../../world/records/ec2.ts";
import type { Region } from "../../world/world.ts";
import {
  findSecurityGroup,
  isSameRule,
  type NewRule,
  peerOf,
  readRules,
  toSecurityGroupRule,
} from "./security-groups.ts";
import { tagsFor } from "./tags.ts";

export const authorizeSecurityGroupIngress: Handler<typeof ec2, "AuthorizeSecurityGroupIngress"> = (
  input,
  { region },
) => {
  const group = findSecurityGroup(region, input.GroupId, input.GroupName);
  return authorize(region, group, readRules(region, input, false), input.TagSpecifications);
};

export const authorizeSecurityGroupEgress: Handler<typeof ec2, "AuthorizeSecurityGroupEgress"> = (
  input,
  { region },
) => {
  const group = findSecurityGroup(region, input.GroupId);
  return authorize(region, group, readRules(region, input, true), input.TagSpecifications);
};

/** All of the rules or, when one of them is there already, none. */
function authorize(
  region: Region,
  group: SecurityGroupRecord,
  rules: readonly NewRule[],
  specifications: TagSpecification[] | undefined,
) {
  for (const rule of rules)
    if (group.rules.some((existing) => isSameRule(existing, rule)))
      throw new ApiError("InvalidPermission.Duplicate", `the specified rule "${describeRule(rule)}" already exists`);
  const added = rules.map((rule) => ({
    ...rule,
    id: region.id("sgr-", 17),
    tags: tagsFor(specifications, "security-group-rule"),
  }));
  group.rules.push(...added);
  return { Return: true, SecurityGroupRules: added.map((rule) => toSecurityGroupRule(region, group, rule)) };
}

function describeRule(rule: NewRule): string {
  const protocol = rule.protocol === "-1" ? "ALL" : rule.protocol.toUpperCase();
  const ports = rule.protocol === "-1" ? "" : `, from port: ${rule.fromPort}, to port: ${rule.toPort}`;
  return `peer: ${peerOf(rule)}, ${protocol}${ports}, ALLOW`;
}
