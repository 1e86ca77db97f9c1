import type { IpPermission, SecurityGroupRule } from "@aws-sdk/client-ec2";
import { ApiError } from "../../wire/api.ts";
import { defaultVpc, openNetwork } from "../../world/network.ts";
import type { SecurityGroupRecord, SecurityGroupRuleRecord } from "../../world/records/ec2.ts";
import { instances, securityGroups } from "../../world/records/ec2.ts";
import { networkInterfaces } from "../../world/records/network-interfaces.ts";
import { accountId, type Region } from "../../world/world.ts";
import { requireIdShape } from "./errors.ts";

/** The group that a request names, by id or, in the default VPC, by name. */
export function findSecurityGroup(region: Region, id: string | undefined, name?: string): SecurityGroupRecord {
  openNetwork(region);
  if (id) {
    requireIdShape(id, "sg-", "InvalidGroupId.Malformed");
    const group = securityGroups(region).get(id);
    if (group) return group;
    throw new ApiError("InvalidGroup.NotFound", `The security group '${id}' does not exist`);
  }
  if (!name) throw new ApiError("MissingParameter", "The request must contain the parameter groupName or groupId");
  const vpc = defaultVpc(region);
  for (const group of securityGroups(region).values()) if (group.name === name && group.vpcId === vpc.id) return group;
  throw new ApiError("InvalidGroup.NotFound", `The security group '${name}' does not exist in default VPC '${vpc.id}'`);
}

/** Whether a network interface, or another group's rule, still needs the group. */
export function isInUse(region: Region, id: string): boolean {
  for (const instance of instances(region).values())
    if (instance.state !== "terminated" && instance.securityGroupIds.includes(id)) return true;
  for (const card of networkInterfaces(region).values()) if (card.securityGroupIds.includes(id)) return true;
  for (const group of securityGroups(region).values())
    if (group.id !== id && group.rules.some((rule) => rule.groupId === id)) return true;
  return false;
}

/** The parameters by which requests to authorize and revoke give rules. */
export interface RuleRequest {
  IpPermissions?: IpPermission[] | undefined;
  IpProtocol?: string | undefined;
  FromPort?: number | undefined;
  ToPort?: number | undefined;
  CidrIp?: string | undefined;
  SourceSecurityGroupName?: string | undefined;
}

export type NewRule = Omit<SecurityGroupRuleRecord, "id" | "tags">;

/** A request's rules, one for each peer. */
export function readRules(region: Region, request: RuleRequest, egress: boolean): NewRule[] {
  const permissions = request.IpPermissions?.length ? request.IpPermissions : [flatPermission(region, request)];
  const rules = permissions.flatMap((permission) => rulesOf(region, permission, egress));
  if (rules.length === 0)
    throw new ApiError("MissingParameter", "The request must contain the parameter ipPermissions");
  return rules;
}

function flatPermission(region: Region, request: RuleRequest): IpPermission {
  const { IpProtocol, FromPort, ToPort, CidrIp, SourceSecurityGroupName } = request;
  return {
    IpProtocol,
    FromPort,
    ToPort,
    IpRanges: CidrIp ? [{ CidrIp }] : [],
    UserIdGroupPairs: SourceSecurityGroupName
      ? [{ GroupId: findSecurityGroup(region, undefined, SourceSecurityGroupName).id }]
      : [],
  };
}

function rulesOf(region: Region, permission: IpPermission, egress: boolean): NewRule[] {
  const ports = portsOf(permission, egress);
  const peers: Partial<NewRule>[] = [
    ...(permission.IpRanges ?? []).map((one) => ({ cidr: checkCidr(one.CidrIp), description: one.Description })),
    ...(permission.Ipv6Ranges ?? []).map((one) => ({ cidr6: one.CidrIpv6, description: one.Description })),
    ...(permission.PrefixListIds ?? []).map((one) => ({
      prefixListId: one.PrefixListId,
      description: one.Description,
    })),
    ...(permission.UserIdGroupPairs ?? []).map((one) => ({
      groupId: findSecurityGroup(region, one.GroupId, one.GroupName).id,
      description: one.Description,
    })),
  ];
  return peers.map((peer) => ({ ...ports, ...peer }));
}

function portsOf({ IpProtocol, FromPort, ToPort }: IpPermission, egress: boolean) {
  const numbers: Record<string, string> = { "6": "tcp", "17": "udp", "1": "icmp" };
  const protocol = numbers[IpProtocol ?? ""] ?? IpProtocol ?? "";
  if (!/^(tcp|udp|icmp|icmpv6|-1|\d+)$/.test(protocol))
    throw new ApiError("InvalidPermission.Malformed", `Invalid IP protocol: '${protocol}'`);
  if (protocol === "-1") return { egress, protocol, fromPort: -1, toPort: -1 };
  if (protocol === "tcp" || protocol === "udp") checkPorts(FromPort, ToPort);
  return { egress, protocol, fromPort: FromPort ?? -1, toPort: ToPort ?? -1 };
}

function checkPorts(from: number | undefined, to: number | undefined): void {
  const refuse = (message: string): Error => new ApiError("InvalidParameterValue", message);
  if (from === undefined || to === undefined)
    throw refuse("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.");
  for (const port of [from, to]) if (port < 0 || port > 65535) throw refuse(`TCP/UDP port (${port}) out of range`);
  if (from > to) throw refuse(`Invalid TCP/UDP port range (${from}:${to})`);
}

function checkCidr(cidr: string | undefined): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr ?? "");
  const [bits = 33, ...bytes] = (match?.slice(1) ?? []).map(Number).reverse();
  if (!match || bits > 32 || bytes.some((byte) => byte > 255))
    throw new ApiError("InvalidParameterValue", `CIDR block ${cidr} is malformed`);
  return cidr;
}

/** Whether two rules let the same through; the description does not count. */
export function isSameRule(one: NewRule, other: NewRule): boolean {
  return ruleKey(one) === ruleKey(other);
}

function ruleKey(rule: NewRule): string {
  return [rule.egress, rule.protocol, rule.fromPort, rule.toPort, peerOf(rule)].join("|");
}

/** What a rule lets in, or out to. */
export function peerOf(rule: NewRule): string {
  return rule.cidr ?? rule.cidr6 ?? rule.groupId ?? rule.prefixListId ?? "";
}

export function toSecurityGroupRule(
  region: Region,
  group: SecurityGroupRecord,
  rule: SecurityGroupRuleRecord,
): SecurityGroupRule {
  return {
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: region.arn("ec2", `security-group-rule/${rule.id}`),
    GroupId: group.id,
    GroupOwnerId: accountId,
    IsEgress: rule.egress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    CidrIpv4: rule.cidr,
    CidrIpv6: rule.cidr6,
    PrefixListId: rule.prefixListId,
    ReferencedGroupInfo: rule.groupId ? { GroupId: rule.groupId, UserId: accountId } : undefined,
    Description: rule.description,
    Tags: rule.tags,
  };
}
