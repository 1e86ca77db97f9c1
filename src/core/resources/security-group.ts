import type { IpPermission } from "@aws-sdk/client-ec2";
import type { Aws } from "../aws/aws.ts";
import { diffTags } from "./diff-fields.ts";
import { isTagChange, ownerTag, unknownValue, type Change, type LiveParts, type Resource } from "../plan/resource.ts";
import { unlessMissing } from "../aws/missing.ts";
import { readBack } from "./read-back.ts";
import { fromTags, toUpperTags, type Tags } from "./tags.ts";

/** One TCP range that a source may reach. */
export interface IngressRule {
  fromPort: number;
  toPort: number;
  /** Addresses, or another security group by its id. */
  cidr?: string | undefined;
  groupId?: string | undefined;
  description: string;
}

export interface SecurityGroupSpec {
  name: string;
  vpcId: string;
  description: string;
  ingress: readonly IngressRule[];
  tags: Tags;
}

export interface SecurityGroupLive extends LiveParts {
  /** `tcp 80-80 from 0.0.0.0/0` with what AWS needs to take it away. */
  rules: Map<string, IpPermission>;
  /** The VPC that it is in, for good. */
  vpcId?: string | undefined;
  outputs: { id: string };
}

const ruleText = (protocol: string, from: number | undefined, to: number | undefined, source: string): string =>
  `${protocol === "-1" ? "all" : protocol} ${from === undefined ? "all ports" : from === to ? from : `${from}-${to}`} from ${source}`;

const wantedText = (rule: IngressRule): string =>
  ruleText("tcp", rule.fromPort, rule.toPort, rule.groupId ?? rule.cidr ?? "");

function toPermission(rule: IngressRule): IpPermission {
  const { fromPort: FromPort, toPort: ToPort, cidr = "", groupId: GroupId, description: Description } = rule;
  if (GroupId !== undefined)
    return { IpProtocol: "tcp", FromPort, ToPort, UserIdGroupPairs: [{ GroupId, Description }] };
  const ranges = cidr.includes(":")
    ? { Ipv6Ranges: [{ CidrIpv6: cidr, Description }] }
    : { IpRanges: [{ CidrIp: cidr, Description }] };
  return { IpProtocol: "tcp", FromPort, ToPort, ...ranges };
}

/** AWS groups sources by port range; here each source is a rule of its own. */
function splitPermission(permission: IpPermission): [string, IpPermission][] {
  const { IpProtocol = "-1", FromPort, ToPort } = permission;
  const base = { IpProtocol, ...(FromPort === undefined ? {} : { FromPort, ToPort }) };
  const text = (source: string | undefined) => ruleText(IpProtocol, FromPort, ToPort, source ?? "");
  return [
    ...(permission.IpRanges ?? []).map((r): [string, IpPermission] => [
      text(r.CidrIp),
      { ...base, IpRanges: [{ CidrIp: r.CidrIp }] },
    ]),
    ...(permission.Ipv6Ranges ?? []).map((r): [string, IpPermission] => [
      text(r.CidrIpv6),
      { ...base, Ipv6Ranges: [{ CidrIpv6: r.CidrIpv6 }] },
    ]),
    ...(permission.UserIdGroupPairs ?? []).map((r): [string, IpPermission] => [
      text(r.GroupId),
      { ...base, UserIdGroupPairs: [{ GroupId: r.GroupId }] },
    ]),
    ...(permission.PrefixListIds ?? []).map((r): [string, IpPermission] => [
      text(r.PrefixListId),
      { ...base, PrefixListIds: [{ PrefixListId: r.PrefixListId }] },
    ]),
  ];
}

async function read(aws: Aws, spec: SecurityGroupSpec): Promise<SecurityGroupLive | undefined> {
  const groups = await aws.all(
    "ec2",
    "DescribeSecurityGroups",
    {
      Filters: [
        { Name: "group-name", Values: [spec.name] },
        // Who destroys need not know the network: there the mark says which one is meant.
        ...(spec.vpcId === unknownValue
          ? [{ Name: `tag:${ownerTag}`, Values: [spec.tags[ownerTag] ?? ""] }]
          : [{ Name: "vpc-id", Values: [spec.vpcId] }]),
      ],
    },
    (page) => page.SecurityGroups,
  );
  const group = groups[0];
  if (!group?.GroupId) return undefined;
  return {
    rules: new Map((group.IpPermissions ?? []).flatMap(splitPermission)),
    vpcId: group.VpcId,
    tags: fromTags(group.Tags),
    outputs: { id: group.GroupId },
  };
}

function diff(spec: SecurityGroupSpec, live: SecurityGroupLive | undefined): Change[] {
  const wanted = spec.ingress.map(wantedText);
  const found = [...(live?.rules.keys() ?? [])];
  return [
    ...wanted.filter((rule) => !found.includes(rule)).map((rule) => ({ path: `ingress[${rule}]`, to: "allowed" })),
    ...found.filter((rule) => !wanted.includes(rule)).map((rule) => ({ path: `ingress[${rule}]`, from: "allowed" })),
    ...diffTags(spec.tags, live?.tags),
  ];
}

async function setRules(aws: Aws, spec: SecurityGroupSpec, live: SecurityGroupLive): Promise<void> {
  const GroupId = live.outputs.id;
  const missing = spec.ingress.filter((rule) => !live.rules.has(wantedText(rule)));
  const wanted = new Set(spec.ingress.map(wantedText));
  const extra = [...live.rules].filter(([text]) => !wanted.has(text)).map(([, permission]) => permission);
  if (missing.length > 0)
    await unlessMissing(
      aws.call("ec2", "AuthorizeSecurityGroupIngress", { GroupId, IpPermissions: missing.map(toPermission) }),
      "InvalidPermission.Duplicate",
    );
  if (extra.length > 0) await aws.call("ec2", "RevokeSecurityGroupIngress", { GroupId, IpPermissions: extra });
}

/** A firewall: of the instances, the tasks or the load balancer. */
export const securityGroup: Resource<SecurityGroupSpec, SecurityGroupLive> = {
  kind: "security-group",
  read,
  diff,
  async create(aws, spec) {
    await unlessMissing(
      aws.call("ec2", "CreateSecurityGroup", {
        GroupName: spec.name,
        Description: spec.description,
        VpcId: spec.vpcId,
        TagSpecifications: [{ ResourceType: "security-group", Tags: toUpperTags(spec.tags) }],
      }),
      "InvalidGroup.Duplicate",
    );
    const live = await readBack(read(aws, spec), `security group ${spec.name}`);
    await setRules(aws, spec, live);
    return live;
  },
  async update(aws, spec, live, changes) {
    await setRules(aws, spec, live);
    if (changes.some(isTagChange))
      await aws.call("ec2", "CreateTags", { Resources: [live.outputs.id], Tags: toUpperTags(spec.tags) });
    return live;
  },
  async delete(aws, _spec, live) {
    await unlessMissing(
      aws.call("ec2", "DeleteSecurityGroup", { GroupId: live.outputs.id }),
      "InvalidGroup.NotFound",
      "InvalidGroupId.NotFound",
    );
  },
  // Instances that are still shutting down hold the group for a while.
  passing: (error) => ["NotVisibleYet", "DependencyViolation", "InvalidGroup.InUse"].includes(error.name),
};
