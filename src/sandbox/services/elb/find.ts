import {
  ListenerNotFoundException,
  LoadBalancerNotFoundException,
  TargetGroupNotFoundException,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { meta } from "../../wire/api.ts";
import {
  type ListenerRecord,
  listeners,
  type LoadBalancerRecord,
  loadBalancers,
  type TargetGroupRecord,
  targetGroups,
} from "../../world/records/elb.ts";
import type { Region } from "../../world/world.ts";
import { validationError } from "./errors.ts";

function requireArn(arn: string, kind: string, words: string): void {
  if (!new RegExp(`^arn:aws[\\w-]*:elasticloadbalancing:[\\w-]*:\\d*:${kind}/`).test(arn))
    throw validationError(`'${arn}' is not a valid ${words} ARN`);
}

export function findBalancer(region: Region, arn = ""): LoadBalancerRecord {
  requireArn(arn, "loadbalancer", "load balancer");
  const found = loadBalancers(region).get(arn);
  if (found) return found;
  throw new LoadBalancerNotFoundException({ message: `Load balancer '${arn}' not found`, ...meta });
}

export function findGroup(region: Region, arn = ""): TargetGroupRecord {
  requireArn(arn, "targetgroup", "target group");
  const found = targetGroups(region).get(arn);
  if (found) return found;
  throw new TargetGroupNotFoundException({ message: "One or more target groups not found", ...meta });
}

export function findListener(region: Region, arn = ""): ListenerRecord {
  requireArn(arn, "listener", "listener");
  const found = listeners(region).get(arn);
  if (found) return found;
  throw new ListenerNotFoundException({ message: "One or more listeners not found", ...meta });
}
