import type { Aws } from "../aws/aws.ts";
import { unlessMissing } from "../aws/missing.ts";
import { type LiveParts, type Resource } from "../plan/resource.ts";
import { diffFields, type Fields } from "./diff-fields.ts";
import { readElbTags } from "./load-balancer.ts";
import { toUpperTags, type Tags } from "./tags.ts";

export interface ListenerSpec {
  /** Name of its load balancer. */
  balancer: string;
  balancerArn: string;
  targetGroupArn: string;
  port: number;
  tags: Tags;
}

export interface ListenerLive extends LiveParts {
  fields: Fields;
  outputs: { arn: string };
}

/** By the balancer's name, because its ARN is not known before it is made. */
async function read(aws: Aws, spec: ListenerSpec): Promise<ListenerLive | undefined> {
  const balancers = await unlessMissing(
    aws.call("elbv2", "DescribeLoadBalancers", { Names: [spec.balancer] }),
    "LoadBalancerNotFoundException",
  );
  const LoadBalancerArn = balancers?.LoadBalancers?.[0]?.LoadBalancerArn;
  if (LoadBalancerArn === undefined) return undefined;
  const listeners = await unlessMissing(
    aws.all("elbv2", "DescribeListeners", { LoadBalancerArn }, (page) => page.Listeners),
    "LoadBalancerNotFoundException",
  );
  const found = listeners?.find((listener) => listener.Port === spec.port);
  if (!found) return undefined;
  const arn = found.ListenerArn ?? "";
  return {
    fields: { protocol: found.Protocol, forwardsTo: found.DefaultActions?.[0]?.TargetGroupArn },
    // Somebody's load balancer may have listened there before: then it is theirs, and its requests are too.
    tags: await readElbTags(aws, arn),
    outputs: { arn },
  };
}

const wantedFields = (spec: ListenerSpec): Fields => ({ protocol: "HTTP", forwardsTo: spec.targetGroupArn });
const actions = (spec: ListenerSpec) => [{ Type: "forward" as const, TargetGroupArn: spec.targetGroupArn }];

/** The port of a load balancer. It goes with its load balancer at the latest. */
export const listener: Resource<ListenerSpec, ListenerLive> = {
  kind: "listener",
  read,
  diff: (spec, live) => diffFields(wantedFields(spec), live?.fields),
  async create(aws, spec) {
    const made = await aws.call("elbv2", "CreateListener", {
      LoadBalancerArn: spec.balancerArn,
      Protocol: "HTTP",
      Port: spec.port,
      DefaultActions: actions(spec),
      Tags: toUpperTags(spec.tags),
    });
    return { fields: wantedFields(spec), tags: spec.tags, outputs: { arn: made.Listeners?.[0]?.ListenerArn ?? "" } };
  },
  async update(aws, spec, live) {
    await aws.call("elbv2", "ModifyListener", { ListenerArn: live.outputs.arn, DefaultActions: actions(spec) });
    return { ...live, fields: wantedFields(spec) };
  },
  async delete(aws, _spec, live) {
    await unlessMissing(
      aws.call("elbv2", "DeleteListener", { ListenerArn: live.outputs.arn }),
      "ListenerNotFoundException",
    );
  },
};
