import { trustPolicyFor } from "./trust-policies.ts";
import type { RoleRecord } from "./records.ts";
import { roles } from "./records.ts";
import type { Region } from "../../world/world.ts";

interface LinkedRole {
  name: string;
  policy: string;
}

/** The services that have a role of their own in the account, by service principal. */
export const linkedRoles: Record<string, LinkedRole> = {
  "ecs.amazonaws.com": { name: "AWSServiceRoleForECS", policy: "AmazonECSServiceRolePolicy" },
  "autoscaling.amazonaws.com": { name: "AWSServiceRoleForAutoScaling", policy: "AutoScalingServiceRolePolicy" },
  "ecs.application-autoscaling.amazonaws.com": {
    name: "AWSServiceRoleForApplicationAutoScaling_ECSService",
    policy: "AWSApplicationAutoscalingECSServicePolicy",
  },
  "elasticloadbalancing.amazonaws.com": {
    name: "AWSServiceRoleForElasticLoadBalancing",
    policy: "AWSElasticLoadBalancingServiceRolePolicy",
  },
  "spot.amazonaws.com": { name: "AWSServiceRoleForEC2Spot", policy: "AWSEC2SpotServiceRolePolicy" },
};

/**
 * The service-linked role of a service (`autoscaling.amazonaws.com`), made if it is missing, as services do on first use.
 * Throws a fault for a service that has none here.
 */
export function ensureServiceLinkedRole(region: Region, service: string): RoleRecord {
  const { global } = region.world;
  const linked = linkedRoles[service];
  if (!linked) throw new Error(`no service-linked role is known for ${service}`);
  const existing = roles(global).get(linked.name);
  if (existing) return existing;
  const path = `/aws-service-role/${service}/`;
  const role: RoleRecord = {
    name: linked.name,
    id: roleId(global, "AROA"),
    arn: global.arn("iam", `role${path}${linked.name}`),
    path,
    trustPolicy: trustPolicyFor(service),
    maxSessionSeconds: 3600,
    createdAt: global.world.clock.date(),
    tags: [],
    attached: [`arn:aws:iam::aws:policy/aws-service-role/${linked.policy}`],
    inline: {},
  };
  roles(global).set(role.name, role);
  return role;
}

/** `AROA` (roles) or `AIPA` (instance profiles) and 17 capitals and digits. */
export function roleId(global: Region, prefix: string): string {
  return prefix + global.id("", 17).toUpperCase();
}
