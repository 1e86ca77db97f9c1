import {
  type Action,
  DuplicateListenerException,
  type Listener,
  TargetGroupAssociationLimitException,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import { type Handler, meta, page } from "../../wire/api.ts";
import { balancersOf, elbTags, forwardedGroups, type ListenerRecord, listeners } from "../../world/records/elb.ts";
import type { Region } from "../../world/world.ts";
import { validationError } from "./errors.ts";
import { findBalancer, findGroup, findListener } from "./find.ts";

const describe = (record: ListenerRecord): Listener => ({
  ListenerArn: record.arn,
  LoadBalancerArn: record.loadBalancerArn,
  Port: record.port,
  Protocol: "HTTP",
  DefaultActions: record.actions,
});

/** Actions as ELBv2 shows them: one target group stands both in `TargetGroupArn` and in `ForwardConfig`. */
function readActions(region: Region, actions: readonly Action[], balancerArn: string): Action[] {
  if (actions.length !== 1) throw validationError("A listener must have exactly one default action");
  return actions.map((action) => {
    if (action.Type === "fixed-response") return { ...action, Order: 1 };
    if (action.Type !== "forward")
      throw validationError(`The sandbox has the actions forward and fixed-response only, not ${action.Type}.`);
    const groups = forwardedGroups([action]);
    for (const { arn } of groups) {
      const group = findGroup(region, arn);
      if (balancersOf(region, group.arn).some((other) => other !== balancerArn))
        throw new TargetGroupAssociationLimitException({
          message: "The following target groups cannot be associated with more than one load balancer: " + group.arn,
          ...meta,
        });
    }
    const only = groups.length === 1 ? { TargetGroupArn: groups[0]?.arn } : {};
    const TargetGroups = groups.map(({ arn, weight }) => ({ TargetGroupArn: arn, Weight: weight }));
    return {
      Type: "forward",
      ...only,
      ForwardConfig: { TargetGroups, TargetGroupStickinessConfig: { Enabled: false } },
    };
  });
}

export const createListener: Handler<typeof elb, "CreateListener"> = (input, { region }) => {
  const balancer = findBalancer(region, input.LoadBalancerArn);
  if (input.Protocol !== undefined && input.Protocol !== "HTTP")
    throw validationError(`The sandbox has listeners of protocol HTTP only, not ${input.Protocol}.`);
  const { Port: port } = input;
  if (port === undefined) throw validationError("A listener port must be specified");
  const actions = readActions(region, input.DefaultActions ?? [], balancer.arn);
  const existing = [...listeners(region).values()].find(
    (one) => one.loadBalancerArn === balancer.arn && one.port === port,
  );
  if (existing && JSON.stringify(existing.actions) === JSON.stringify(actions))
    return { Listeners: [describe(existing)] };
  if (existing)
    throw new DuplicateListenerException({
      message: "A listener already exists on this port for this load balancer",
      ...meta,
    });
  const arn = region.arn("elasticloadbalancing", `listener/${balancer.id}/${region.id("", 16)}`);
  const record: ListenerRecord = { arn, loadBalancerArn: balancer.arn, port, actions };
  listeners(region).set(arn, record);
  elbTags(region).set(arn, input.Tags ?? []);
  return { Listeners: [describe(record)] };
};

export const describeListeners: Handler<typeof elb, "DescribeListeners"> = (input, { region }) => {
  const asked = input.ListenerArns?.length
    ? input.ListenerArns.map((arn) => findListener(region, arn))
    : [...listeners(region).values()].filter(
        (one) => one.loadBalancerArn === findBalancer(region, input.LoadBalancerArn).arn,
      );
  const { items, next } = page(asked, input.Marker, input.PageSize ?? 400);
  return { Listeners: items.map(describe), NextMarker: next };
};

/** Its port stays: the sandbox's listener is a real one, and a new port is a new listener. */
export const modifyListener: Handler<typeof elb, "ModifyListener"> = (input, { region }) => {
  const record = findListener(region, input.ListenerArn);
  if (input.Port !== undefined && input.Port !== record.port)
    throw validationError("The sandbox does not move listeners to another port: delete it and make another.");
  if (input.DefaultActions?.length) record.actions = readActions(region, input.DefaultActions, record.loadBalancerArn);
  return { Listeners: [describe(record)] };
};

export const deleteListener: Handler<typeof elb, "DeleteListener"> = (input, { region }) => {
  const record = findListener(region, input.ListenerArn);
  listeners(region).delete(record.arn);
  elbTags(region).delete(record.arn);
  return {};
};

/** Every listener has one rule, the default one. */
export const describeRules: Handler<typeof elb, "DescribeRules"> = (input, { region }) => {
  const record = findListener(region, input.ListenerArn);
  const RuleArn = record.arn.replace(":listener/", ":listener-rule/");
  return { Rules: [{ RuleArn, Priority: "default", Conditions: [], Actions: record.actions, IsDefault: true }] };
};
