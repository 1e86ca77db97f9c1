import type { Aws } from "../aws/aws.ts";
import { parseDuration } from "../config/duration.ts";
import type { PolicyConfig } from "../config/scaling-schema.ts";
import type { Config } from "../config/schema.ts";
import { bindNode, type Node, type Outputs } from "../plan/graph.ts";
import { predictiveInput, stepInput, trackingInput } from "../resources/policy-input.ts";
import { scalableTarget } from "../resources/scalable-target.ts";
import { scalingAlarm } from "../resources/scaling-alarm.ts";
import { type MetricPlace, resolveMetric } from "../resources/scaling-metric.ts";
import { scalingPolicy } from "../resources/scaling-policy.ts";
import { scheduledAction } from "../resources/scheduled-action.ts";
import { scalableId } from "../resources/service.ts";
import { ownTags } from "../resources/tags.ts";
import { balancerNames } from "./balancer-graph.ts";
import { asksBalancer } from "./metric-place.ts";
import type { ScalingFacts } from "./scaling-facts.ts";
import { holdActions, type NamedSide, namedSides, namesInAws } from "./scaling-names.ts";

const idOf = ({ cluster, service }: Config): string => scalableId(cluster.name, service.name);

export interface TargetWish {
  min: number;
  max: number;
  scheduled?: { min: number[]; max: number[] };
  held?: boolean;
}

/** The service's limits, for Application Auto Scaling. */
export function buildTargetNode(aws: Aws, config: Config, wish: TargetWish, needs: readonly string[] = []): Node {
  const resourceId = idOf(config);
  return bindNode(scalableTarget, aws, {
    name: resourceId,
    title: `scalable target ${resourceId}`,
    needs,
    notes: wish.held ? ["held by `ecsctl scale set --for`: the limits stay until then"] : [],
    spec: () => ({ resourceId, ...wish, tags: ownTags(config.app, config.tags) }),
  });
}

/** Where a policy's metrics are: of the load balancer, the label is known once it is there. */
export type PlaceOf = (outputs: Outputs) => MetricPlace;

/** The place of metrics in a graph that holds the load balancer, too. */
export const placeInGraph =
  (config: Config): PlaceOf =>
  (outputs) => {
    const own = { cluster: config.cluster.name, service: config.service.name };
    if (!config.loadBalancer) return own;
    const { balancer, group } = balancerNames(config);
    return {
      ...own,
      balancer: {
        balancer: outputs(`load-balancer/${balancer}`, "metricName"),
        group: outputs(`target-group/${group}`, "metricName"),
      },
    };
  };

/** What one policy of `ecsctl.yaml` stands for: a policy, the sides of a step policy with their alarms, or a schedule. */
export function buildPolicyNodes(
  aws: Aws,
  config: Config,
  policy: PolicyConfig,
  { needs, place }: { needs: readonly string[]; place: PlaceOf },
): Node[] {
  const resourceId = idOf(config);
  const { name } = policy;
  if (policy.type === "scheduled") {
    const { schedule = "", timezone, start, end, min, max } = policy;
    const wanted = { schedule, timezone, start, end, min, max };
    return [bindNode(scheduledAction, aws, { name, needs, spec: () => ({ resourceId, name, wanted }) })];
  }
  if (policy.type === "step")
    return namedSides(resourceId, policy).flatMap((side) =>
      buildSideNodes(aws, config, policy, { side, needs, place }),
    );
  const input = policy.type === "predictive" ? predictiveInput : trackingInput;
  return [
    bindNode(scalingPolicy, aws, {
      name,
      needs,
      spec: (outputs) => ({ resourceId, name, input: input(place(outputs), policy) }),
    }),
  ];
}

function buildSideNodes(
  aws: Aws,
  config: Config,
  policy: PolicyConfig,
  { side: named, needs, place }: { side: NamedSide; needs: readonly string[]; place: PlaceOf },
): Node[] {
  const { side, policy: name, alarm } = named;
  const own = bindNode(scalingPolicy, aws, {
    name,
    needs,
    spec: () => ({ resourceId: idOf(config), name, input: stepInput(policy, side) }),
  });
  const trigger = bindNode(scalingAlarm, aws, {
    name: alarm,
    title: `alarm that sets off ${name}`,
    needs: [own.id],
    spec: (outputs) => ({
      name: alarm,
      wanted: {
        metric: resolveMetric(place(outputs), { ...policy, metric: policy.metric ?? "cpu" }),
        threshold: side.threshold,
        above: side.above,
        periodSeconds: parseDuration(policy.period ?? "60s") ?? 60,
        periods: policy.periods ?? 1,
        policyArn: outputs(own.id, "arn"),
      },
      tags: ownTags(config.app, config.tags),
    }),
  });
  return [own, trigger];
}

/** What goes, by its name alone: alarms before the policies that they set off. */
export function buildUnwantedNodes(
  aws: Aws,
  config: Config,
  names: { policies: readonly string[]; alarms: readonly string[]; actions: readonly string[] },
): Node[] {
  const resourceId = idOf(config);
  const alarms = names.alarms.map((name) =>
    bindNode(scalingAlarm, aws, { name, wanted: false, spec: () => ({ name, wanted: undefined, tags: {} }) }),
  );
  const needs = alarms.map(({ id }) => id);
  const policies = names.policies.map((name) =>
    bindNode(scalingPolicy, aws, { name, needs, wanted: false, spec: () => ({ resourceId, name, input: undefined }) }),
  );
  const actions = names.actions.map((name) =>
    bindNode(scheduledAction, aws, { name, wanted: false, spec: () => ({ resourceId, name, wanted: undefined }) }),
  );
  return [...alarms, ...policies, ...actions];
}

/** The limits that `ecsctl.yaml` and its schedules want, and whether somebody holds the service by hand. */
export function targetWish({ scaling }: Config, facts: ScalingFacts): TargetWish {
  const set = (key: "min" | "max"): number[] => (scaling?.policies ?? []).flatMap((policy) => policy[key] ?? []);
  const held = facts.actions.some((name) => name === holdActions.limits);
  return {
    min: scaling?.min ?? 0,
    max: scaling?.max ?? 0,
    scheduled: { min: set("min"), max: set("max") },
    ...(held ? { held } : {}),
  };
}

/**
 * What the `scaling` block says. Without the block, AWS is left as it is; with it, policies that it does not name go.
 */
export function buildScalingNodes(aws: Aws, config: Config, facts: ScalingFacts, needs: readonly string[]): Node[] {
  const { scaling } = config;
  if (!scaling) return [];
  const target = buildTargetNode(aws, config, targetWish(config, facts), needs);
  const policies = scaling.policies.filter(({ name }) => !facts.over.includes(name));
  const { balancer, group } = balancerNames(config);
  const balanced =
    policies.filter(asksBalancer).length > 0 ? [`load-balancer/${balancer}`, `target-group/${group}`] : [];
  const place = placeInGraph(config);
  const wanted = policies.flatMap((policy) =>
    buildPolicyNodes(aws, config, policy, { needs: [target.id, ...balanced], place }),
  );
  return [target, ...wanted, ...buildUnwantedNodes(aws, config, unwantedNames(config, facts))];
}

/** What is there and no policy of `ecsctl.yaml` stands for. A hold by hand is nobody's policy: it goes by itself. */
function unwantedNames(config: Config, facts: ScalingFacts) {
  const known = (config.scaling?.policies ?? []).map((policy) => namesInAws(idOf(config), policy));
  const holds: readonly string[] = Object.values(holdActions);
  return {
    policies: facts.policies.filter((name) => !known.some((names) => names.policies.includes(name))),
    alarms: facts.alarms.filter((name) => !known.some((names) => names.alarms.includes(name))),
    actions: facts.actions.filter(
      (name) => !holds.includes(name) && !known.some((names) => names.actions.includes(name)),
    ),
  };
}
