import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, type Handler } from "../../wire/api.ts";
import type { SecurityGroupRecord, SecurityGroupRuleRecord } from "../../world/records/ec2.ts";
import type { Region } from "../../world/world.ts";
import { findSecurityGroup, isSameRule, readRules, type RuleRequest } from "./security-groups.ts";

export const revokeSecurityGroupIngress: Handler<typeof ec2, "RevokeSecurityGroupIngress"> = (input, { region }) =>
  revoke(region, findSecurityGroup(region, input.GroupId, input.GroupName), input, false);

export const revokeSecurityGroupEgress: Handler<typeof ec2, "RevokeSecurityGroupEgress"> = (input, { region }) =>
  revoke(region, findSecurityGroup(region, input.GroupId), input, true);

interface RevokeRequest extends RuleRequest {
  SecurityGroupRuleIds?: string[] | undefined;
}

function revoke(region: Region, group: SecurityGroupRecord, request: RevokeRequest, egress: boolean) {
  const gone = request.SecurityGroupRuleIds?.length
    ? request.SecurityGroupRuleIds.map((id) => ruleById(group, id))
    : readRules(region, request, egress).map((rule) => {
        const found = group.rules.find((existing) => isSameRule(existing, rule));
        if (found) return found;
        throw new ApiError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
      });
  group.rules = group.rules.filter((rule) => !gone.includes(rule));
  return {
    Return: true,
    RevokedSecurityGroupRules: gone.map((rule) => ({
      SecurityGroupRuleId: rule.id,
      GroupId: group.id,
      IsEgress: rule.egress,
      IpProtocol: rule.protocol,
      FromPort: rule.fromPort,
      ToPort: rule.toPort,
      CidrIpv4: rule.cidr,
      CidrIpv6: rule.cidr6,
      PrefixListId: rule.prefixListId,
      ReferencedGroupId: rule.groupId,
      Description: rule.description,
    })),
  };
}

function ruleById(group: SecurityGroupRecord, id: string): SecurityGroupRuleRecord {
  const found = group.rules.find((rule) => rule.id === id);
  if (found) return found;
  throw new ApiError("InvalidSecurityGroupRuleId.NotFound", `The security group rule ID '${id}' does not exist`);
}
