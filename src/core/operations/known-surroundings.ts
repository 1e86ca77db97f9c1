import { readInstanceSize } from "../config/instance-size.ts";
import type { Config } from "../config/schema.ts";
import type { Readings, Step } from "../plan/build.ts";
import { type LiveParts, unknownValue } from "../plan/resource.ts";
import type { GroupLive } from "../resources/auto-scaling-group.ts";
import type { LaunchTemplateLive } from "../resources/launch-template.ts";
import type { LoadBalancerLive } from "../resources/load-balancer.ts";
import { describeWish, type Network } from "../resources/network.ts";
import { isPlacedAs, readMeantSubnets } from "../resources/placement.ts";
import type { Surroundings } from "../resources/surroundings.ts";
import { capacityNames } from "./capacity-graph.ts";

/** Kinds whose wanted values come from the surroundings. */
export const surrounded: readonly string[] = ["launch-template", "auto-scaling-group", "security-group"];

/**
 * The surroundings that the app's instances were made in: network, zones and AMI need not be looked up as long as
 * `ecsctl.yaml` asks for the same instances. Undefined when there are none yet, or others are wanted.
 */
export function findKnownSurroundings(config: Config, readings: Readings): Surroundings | undefined {
  const { capacity } = config.cluster;
  const names = capacityNames(config.app);
  const template = readings.get(`launch-template/${names.template}`) as LaunchTemplateLive | undefined;
  const group = readings.get(`auto-scaling-group/${names.group}`) as GroupLive | undefined;
  const size = capacity && readInstanceSize(capacity.instanceType);
  if (!size || !template || !group || !isPlacedAs(group, describeWish(config.network))) return undefined;
  const { instanceType, image, rootVolume } = template.fields;
  const { GiB } = (rootVolume ?? {}) as { GiB?: number };
  if (instanceType !== capacity.instanceType || image !== capacity.ami || GiB !== capacity.rootVolumeGiB)
    return undefined;
  return {
    vpcId: unknownValue,
    subnetIds: readMeantSubnets(group) ?? (group.fields["subnets"] as string[]),
    zones: [],
    instanceType: { cpu: size.cpu, memoryMiB: size.memory },
    image: { id: template.imageId ?? unknownValue, rootDevice: "/dev/xvda" },
  };
}

/**
 * The network that our load balancer was put into; undefined where there is none, no tag says which was meant, or
 * `ecsctl.yaml` asks for another one now.
 */
export function findKnownNetwork(config: Config, live: LiveParts | undefined): Network | undefined {
  if (!live || !isPlacedAs(live, describeWish(config.network))) return undefined;
  const { vpcId } = live as Partial<LoadBalancerLive>;
  const subnetIds = readMeantSubnets(live);
  return vpcId !== undefined && subnetIds ? { vpcId, subnetIds } : undefined;
}

/** Steps that put something into a network anew: it may have changed since the load balancer was made. */
export const changesNetwork = ({ resource, action, changes }: Step): boolean =>
  ["load-balancer", "target-group", "security-group", "ecs-service"].includes(resource) &&
  (action === "create" || action === "replace" || changes.some(({ path }) => path === "subnets" || path === "network"));
