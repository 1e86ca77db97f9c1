import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { isTagChange, type LiveParts, ownerTag, type Resource } from "../plan/resource.ts";
import { diffFields, diffTags, type Fields } from "./diff-fields.ts";
import { diffPlacement, type Placement, placementTags } from "./placement.ts";
import { metricNameOf } from "./scaling-metric.ts";
import { fromTags, toUpperTags, type Tags } from "./tags.ts";

export interface LoadBalancerSpec extends Placement {
  name: string;
  securityGroupId: string;
  tags: Tags;
}

export interface LoadBalancerLive extends LiveParts {
  fields: Fields;
  vpcId: string | undefined;
  outputs: { arn: string; dnsName: string; metricName: string };
}

/** The tags of a load balancer, target group or listener. */
export async function readElbTags(aws: Aws, arn: string): Promise<Tags> {
  const answer = await aws.call("elbv2", "DescribeTags", { ResourceArns: [arn] });
  return fromTags(answer.TagDescriptions?.[0]?.Tags);
}

async function read(aws: Aws, spec: LoadBalancerSpec): Promise<LoadBalancerLive | undefined> {
  const answer = await unlessMissing(
    aws.call("elbv2", "DescribeLoadBalancers", { Names: [spec.name] }),
    "LoadBalancerNotFoundException",
  );
  const found = answer?.LoadBalancers?.[0];
  if (!found) return undefined;
  const arn = found.LoadBalancerArn ?? "";
  return {
    fields: {
      subnets: (found.AvailabilityZones ?? []).map((zone) => zone.SubnetId ?? "").sort(),
      securityGroup: found.SecurityGroups?.join(", "),
    },
    vpcId: found.VpcId,
    tags: await readElbTags(aws, arn),
    outputs: { arn, dnsName: found.DNSName ?? "", metricName: metricNameOf(arn) },
  };
}

const wantedFields = (spec: LoadBalancerSpec): Fields => ({
  subnets: [...spec.subnetIds].sort(),
  securityGroup: spec.securityGroupId,
});

/** An application load balancer that faces the internet. */
export const loadBalancer: Resource<LoadBalancerSpec, LoadBalancerLive> = {
  kind: "load-balancer",
  read,
  diff: (spec, live) => [
    ...diffFields(wantedFields(spec), live?.fields),
    ...diffPlacement(spec, live),
    ...diffTags(spec.tags, live?.tags),
  ],
  async create(aws, spec) {
    const made = await aws.call("elbv2", "CreateLoadBalancer", {
      Name: spec.name,
      Type: "application",
      Scheme: "internet-facing",
      Subnets: [...spec.subnetIds],
      SecurityGroups: [spec.securityGroupId],
      Tags: toUpperTags({ ...spec.tags, ...placementTags(spec, { moved: false }) }),
    });
    const { LoadBalancerArn: arn = "", DNSName: dnsName = "", VpcId: vpcId } = made.LoadBalancers?.[0] ?? {};
    return {
      fields: wantedFields(spec),
      vpcId,
      tags: spec.tags,
      outputs: { arn, dnsName, metricName: metricNameOf(arn) },
    };
  },
  async update(aws, spec, live, changes) {
    const { arn: LoadBalancerArn } = live.outputs;
    const changed = (path: string): boolean => changes.some((change) => change.path === path);
    if (changed("subnets")) await aws.call("elbv2", "SetSubnets", { LoadBalancerArn, Subnets: [...spec.subnetIds] });
    if (changed("securityGroup"))
      await aws.call("elbv2", "SetSecurityGroups", { LoadBalancerArn, SecurityGroups: [spec.securityGroupId] });
    const ours = live.tags?.[ownerTag] === spec.tags[ownerTag];
    if (changes.some(isTagChange) || (ours && changed("subnets")))
      await aws.call("elbv2", "AddTags", {
        ResourceArns: [LoadBalancerArn],
        Tags: toUpperTags({ ...spec.tags, ...placementTags(spec, { moved: true }) }),
      });
    return live;
  },
  async delete(aws, _spec, live) {
    await aws.call("elbv2", "DeleteLoadBalancer", { LoadBalancerArn: live.outputs.arn });
  },
  passing: (error) => error.name === "InvalidSecurityGroupException",
};
