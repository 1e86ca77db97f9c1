import type * as ec2 from "@aws-sdk/client-ec2";
import { page, type Handler } from "../../wire/api.ts";
import { openNetwork } from "../../world/network.ts";
import type { SecurityGroupRecord, SecurityGroupRuleRecord } from "../../world/records/ec2.ts";
import { securityGroups } from "../../world/records/ec2.ts";
import { accountId, type Region } from "../../world/world.ts";
import { requireIdShape } from "./errors.ts";
import { applyFilters, type FilterFields } from "./filters.ts";
import { findSecurityGroup, toSecurityGroupRule } from "./security-groups.ts";

const ingress = (group: SecurityGroupRecord): SecurityGroupRuleRecord[] => group.rules.filter((rule) => !rule.egress);

const fields: FilterFields<SecurityGroupRecord> = {
  "group-id": (group) => group.id,
  "group-name": (group) => group.name,
  "vpc-id": (group) => group.vpcId,
  description: (group) => group.description,
  "owner-id": () => accountId,
  "ip-permission.cidr": (group) => ingress(group).map((rule) => rule.cidr),
  "ip-permission.from-port": (group) => ingress(group).map((rule) => rule.fromPort),
  "ip-permission.to-port": (group) => ingress(group).map((rule) => rule.toPort),
  "ip-permission.protocol": (group) => ingress(group).map((rule) => rule.protocol),
  "ip-permission.group-id": (group) => ingress(group).map((rule) => rule.groupId),
};

export const describeSecurityGroups: Handler<typeof ec2, "DescribeSecurityGroups"> = (input, { region }) => {
  openNetwork(region);
  const asked = [
    ...(input.GroupIds ?? []).map((id) => findSecurityGroup(region, id).id),
    ...(input.GroupNames ?? []).map((name) => findSecurityGroup(region, undefined, name).id),
  ];
  const found = applyFilters(securityGroups(region).values(), input.Filters, fields).filter(
    (group) => asked.length === 0 || asked.includes(group.id),
  );
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 1000);
  return { SecurityGroups: items.map((group) => toSecurityGroup(region, group)), NextToken: next };
};

function toSecurityGroup(region: Region, group: SecurityGroupRecord): ec2.SecurityGroup {
  return {
    GroupId: group.id,
    GroupName: group.name,
    SecurityGroupArn: region.arn("ec2", `security-group/${group.id}`),
    Description: group.description,
    OwnerId: accountId,
    VpcId: group.vpcId,
    IpPermissions: toPermissions(ingress(group)),
    IpPermissionsEgress: toPermissions(group.rules.filter((rule) => rule.egress)),
    Tags: group.tags,
  };
}

/** Rules put together again by protocol and ports, as descriptions show them. */
function toPermissions(rules: readonly SecurityGroupRuleRecord[]): ec2.IpPermission[] {
  const permissions = new Map<string, ec2.IpPermission>();
  for (const rule of rules) {
    const key = `${rule.protocol}/${rule.fromPort}/${rule.toPort}`;
    const permission = permissions.get(key) ?? emptyPermission(rule);
    permissions.set(key, permission);
    const Description = rule.description;
    if (rule.cidr) permission.IpRanges?.push({ CidrIp: rule.cidr, Description });
    if (rule.cidr6) permission.Ipv6Ranges?.push({ CidrIpv6: rule.cidr6, Description });
    if (rule.prefixListId) permission.PrefixListIds?.push({ PrefixListId: rule.prefixListId, Description });
    if (rule.groupId) permission.UserIdGroupPairs?.push({ GroupId: rule.groupId, UserId: accountId, Description });
  }
  return [...permissions.values()];
}

function emptyPermission(rule: SecurityGroupRuleRecord): ec2.IpPermission {
  const ports = rule.protocol === "-1" ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort };
  return { IpProtocol: rule.protocol, ...ports, IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };
}

type OwnedRule = SecurityGroupRuleRecord & { group: SecurityGroupRecord };

const ruleFields: FilterFields<OwnedRule> = {
  "group-id": (rule) => rule.group.id,
  "security-group-rule-id": (rule) => rule.id,
};

export const describeSecurityGroupRules: Handler<typeof ec2, "DescribeSecurityGroupRules"> = (input, { region }) => {
  openNetwork(region);
  for (const id of input.SecurityGroupRuleIds ?? []) requireIdShape(id, "sgr-", "InvalidSecurityGroupRuleId.Malformed");
  const all = [...securityGroups(region).values()].flatMap((group) => group.rules.map((rule) => ({ ...rule, group })));
  const found = applyFilters(all, input.Filters, ruleFields).filter(
    (rule) => !input.SecurityGroupRuleIds?.length || input.SecurityGroupRuleIds.includes(rule.id),
  );
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 1000);
  return { SecurityGroupRules: items.map((rule) => toSecurityGroupRule(region, rule.group, rule)), NextToken: next };
};
